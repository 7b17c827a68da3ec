import { ByteWriter } from '@tickbase/base';
import {
  compileRowCodec,
  decodePiece,
  decodeServerMessage,
  encodeClientMessage,
  PROTOCOL_VERSION,
  readPieceHandle,
  SUBPROTOCOL,
  type CallResult,
  type ClientItem,
  type Codec,
  type PieceSink,
  type Watch,
  type WireSchema,
  type WireTable,
  type Welcome,
} from '@tickbase/protocol';
import { WebSocket } from 'ws';
import { frameBytes } from './frame-bytes.ts';

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
  onResult: ((sequence: number, result: CallResult) => void) | null = null;
  /** A subscription was answered; `problem` is empty when its rows are there. */
  onSubscribed: ((querySetId: number, problem: string) => void) | null = null;
  /** Called with the bytes of each message of the server, its header included. */
  onMessage: ((bytes: number) => void) | null = null;
  /** The link is gone, and this bot does not come back. */
  onClosed: ((code: number, reason: string) => void) | null = null;
  #socket: WebSocket;
  #writer = new ByteWriter(256);
  #args = new ByteWriter(256);
  #appliedTick = 0;
  #sequence = 0;
  #welcome: Welcome | null = null;
  #schema: WireSchema | null = null;
  #tables = new Map<number, WireTable>();
  #reducers = new Map<string, { readonly id: number; readonly args: Codec }>();
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
      this.#socket.on('close', (code, reason) => {
        reject(new Error(`closed with ${code} ${reason.toString()}`));
        this.onClosed?.(code, reason.toString());
      });
    });
  }

  /** Settles once the server has welcomed the bot. */
  live(): Promise<void> {
    return this.#live;
  }

  /** What the server said at the handshake, with its schema. To be asked for once the bot is live. */
  get welcome(): Welcome & { readonly schema: WireSchema } {
    return { ...this.#welcome!, schema: this.#schema! };
  }

  send(items: ClientItem[]): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#sentAtMs = performance.now();
    this.#writer.reset();
    encodeClientMessage(this.#writer, { receiptTick: this.#appliedTick, items });
    this.#socket.send(this.#writer.copy());
  }

  /** The call as an item, with the next sequence; `args` in the positional encoding. */
  callItem(reducer: string, args: Uint8Array): ClientItem & { kind: 'call' } {
    return { kind: 'call', sequence: ++this.#sequence, reducerId: this.#reducer(reducer).id, args };
  }

  /** Sends a call with its arguments by name; returns its sequence. */
  call(reducer: string, args: Readonly<Record<string, unknown>>): number {
    this.#args.reset();
    this.#reducer(reducer).args.encode(this.#args, args);
    const item = this.callItem(reducer, this.#args.copy());
    this.send([item]);
    return item.sequence;
  }

  /** Ends the connection as a client that leaves. */
  close(): void {
    this.#socket.close(1000);
  }

  #reducer(name: string): { readonly id: number; readonly args: Codec } {
    const known = this.#reducers.get(name);
    if (known !== undefined) return known;
    const reducer = this.#schema?.reducers.find((candidate) => candidate.name === name);
    if (reducer === undefined) throw new Error(`the server has no reducer ${name}`);
    const args = compileRowCodec(reducer.params.map((param) => ({ accessor: param.name, type: param.type })));
    const made = { id: reducer.id, args };
    this.#reducers.set(name, made);
    return made;
  }

  #take(data: Buffer): void {
    const { counts } = this;
    const bytes = frameBytes(data.length);
    counts.messages += 1;
    counts.bytes += bytes;
    this.onMessage?.(bytes);
    decodeServerMessage(data, (section, pieces) => {
      this.#appliedTick = section.head.tick;
      const { welcome } = section;
      if (welcome?.schema) {
        this.#welcome = welcome;
        this.#schema = welcome.schema;
        for (const table of welcome.schema.tables) this.#tables.set(table.id, table);
      }
      for (const result of section.results) {
        counts.results += 1;
        if (result.status !== 'committed') counts.refusals += 1;
        this.onResult?.(result.sequence, result);
      }
      for (const id of section.applied) this.onSubscribed?.(id, '');
      for (const { querySetId, code, message } of section.subscriptionErrors) {
        this.onSubscribed?.(querySetId, `${code}: ${message}`);
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
