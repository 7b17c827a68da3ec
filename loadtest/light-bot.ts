import { ByteWriter } from '@tickbase/base';
import {
  decodePiece,
  decodeServerMessage,
  encodeClientMessage,
  PROTOCOL_VERSION,
  readPieceHandle,
  SUBPROTOCOL,
  type ClientItem,
  type PieceSink,
  type Watch,
  type WireSchema,
  type WireTable,
} from '@tickbase/protocol';
import { WebSocket } from 'ws';

/** Counts of one bot since its start. Bytes are WebSocket payload and header as the server sent them. */
export interface LightBotCounts {
  messages: number;
  bytes: number;
  /** Row updates in pieces; counted only by bots that decode. */
  updates: number;
  results: number;
  refusals: number;
}

/** A bot that has nothing to say acknowledges what came, at most this often. */
const RECEIPT_PERIOD_MS = 250;

/**
 * A client that speaks the protocol and keeps no rows: hundreds of them fit in one process. It counts what it gets,
 * acknowledges it with each message that it sends, and decodes pieces only when asked to.
 */
export class LightBot {
  readonly counts: LightBotCounts = { messages: 0, bytes: 0, updates: 0, results: 0, refusals: 0 };
  /** Called with each result's sequence. */
  onResult: ((sequence: number) => void) | null = null;
  #socket: WebSocket;
  #writer = new ByteWriter(256);
  #appliedTick = 0;
  #sequence = 0;
  #schema: WireSchema | null = null;
  #tables = new Map<number, WireTable>();
  #watches = new Map<number, Watch>();
  #isDecoding: boolean;
  #live: Promise<void>;
  #sentAtMs = 0;

  constructor(uri: string, isDecoding: boolean) {
    this.#isDecoding = isDecoding;
    this.#socket = new WebSocket(uri, SUBPROTOCOL, { perMessageDeflate: false });
    this.#socket.binaryType = 'nodebuffer';
    this.#live = new Promise((resolve, reject) => {
      this.#socket.on('open', () => {
        this.send([
          {
            kind: 'hello',
            protocolVersion: PROTOCOL_VERSION,
            token: '',
            confirmed: true,
            schemaHash: '',
            resume: null,
            resultsSeen: 0,
          },
        ]);
      });
      this.#socket.on('message', (data: Buffer) => {
        this.#take(data);
        if (performance.now() - this.#sentAtMs > RECEIPT_PERIOD_MS) this.send([]);
        if (this.#schema !== null) resolve();
      });
      this.#socket.on('error', reject);
      this.#socket.on('close', (code, reason) => reject(new Error(`closed with ${code} ${reason.toString()}`)));
    });
  }

  /** Settles once the server has welcomed the bot. */
  live(): Promise<void> {
    return this.#live;
  }

  send(items: ClientItem[]): void {
    this.#sentAtMs = performance.now();
    this.#writer.reset();
    encodeClientMessage(this.#writer, { receiptTick: this.#appliedTick, items });
    this.#socket.send(this.#writer.copy());
  }

  /** The call as an item, with the next sequence; `args` in the positional encoding. */
  callItem(reducer: string, args: Uint8Array): ClientItem & { kind: 'call' } {
    return { kind: 'call', sequence: ++this.#sequence, reducerId: this.reducerId(reducer), args };
  }

  reducerId(name: string): number {
    const reducer = this.#schema?.reducers.find((candidate) => candidate.name === name);
    if (reducer === undefined) throw new Error(`the server has no reducer ${name}`);
    return reducer.id;
  }

  close(): void {
    this.#socket.close(1000);
  }

  #take(data: Buffer): void {
    const { counts } = this;
    counts.messages += 1;
    counts.bytes += data.length + (data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10);
    decodeServerMessage(data, (section, pieces) => {
      this.#appliedTick = section.head.tick;
      const { welcome } = section;
      if (welcome?.schema) {
        this.#schema = welcome.schema;
        for (const table of welcome.schema.tables) this.#tables.set(table.id, table);
      }
      for (const result of section.results) {
        counts.results += 1;
        if (result.status !== 'committed') counts.refusals += 1;
        this.onResult?.(result.sequence);
      }
      if (!this.#isDecoding) return;
      for (const watch of section.watches) this.#watches.set(watch.handle, watch);
      for (let offset = pieces.next(); offset !== -1; offset = pieces.next()) {
        const watch = this.#watches.get(readPieceHandle(pieces.bytes, offset))!;
        decodePiece(pieces.bytes, offset, this.#tables.get(watch.tableId)!, watch, this.#sink);
      }
      for (const handle of section.unwatches) this.#watches.delete(handle);
    });
  }

  #sink: PieceSink = {
    leave: () => {},
    enter: () => {},
    update: () => {
      this.counts.updates += 1;
    },
    missedEvents: () => {},
  };
}
