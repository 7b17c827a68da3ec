import { ByteWriter } from '@tickbase/base';
import {
  compileRowCodec,
  decodePiece,
  decodeServerMessage,
  encodeClientMessage,
  pieceByteLength,
  readPieceHandle,
  SUBPROTOCOL,
  newHello,
  type CallResult,
  type ClientItem,
  type Codec,
  type PieceSink,
  type SectionHead,
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

export interface LightBotOptions {
  /** Of an earlier link, to come as the same identity. */
  readonly token?: string;
  /** Reads no more than this, as over a bad link: the socket stands still in between. */
  readonly bytesPerSecondMax?: number | null;
}

/** A bot that has nothing to say acknowledges what came so long after it came: four times a second at most. */
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
  /** Called with each section's head, and the bytes of its pieces. */
  onSection: ((head: SectionHead, pieceBytes: number) => void) | null = null;
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
  /** Of the last message that it sent. */
  #receiptTick = 0;
  #receiptDue: NodeJS.Timeout | null = null;
  #token: string;
  readonly #isSlow: boolean;
  /** Messages of a slow reader that it has not come to yet. */
  readonly #unread: Buffer[] = [];

  /** `isDecoding`: it decodes pieces, to count updates of rows. */
  constructor(uri: string, isDecoding: boolean, { token = '', bytesPerSecondMax = null }: LightBotOptions = {}) {
    this.#isDecoding = isDecoding;
    this.#token = token;
    this.#isSlow = bytesPerSecondMax !== null;
    this.#socket = new WebSocket(uri, SUBPROTOCOL, { perMessageDeflate: false });
    this.#socket.binaryType = 'nodebuffer';
    this.#live = new Promise((resolve, reject) => {
      this.#socket.on('open', () => {
        this.send([newHello({ token: this.#token })]);
      });
      const read = (data: Buffer): void => {
        this.#take(data);
        if (this.#receiptDue === null) {
          this.#receiptDue = setTimeout(() => this.#acknowledge(), RECEIPT_PERIOD_MS);
        }
        if (this.#schema !== null) resolve();
      };
      this.#socket.on('message', (data: Buffer) => {
        if (bytesPerSecondMax === null) read(data);
        else this.#readSlowly(data, bytesPerSecondMax, read);
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

  /** To come again as the same identity. */
  get token(): string {
    return this.#token;
  }

  /** What the server said at the handshake, with its schema. To be asked for once the bot is live. */
  get welcome(): Welcome & { readonly schema: WireSchema } {
    return { ...this.#welcome!, schema: this.#schema! };
  }

  send(items: ClientItem[]): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#receiptTick = this.#appliedTick;
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

  /** Ends the connection as a client that leaves; one that reads slowly would come to the other side's goodbye much later. */
  close(): void {
    if (this.#isSlow) this.#socket.terminate();
    else this.#socket.close(1000);
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

  /** What came since the last message that it sent, if it has had nothing to say since. */
  #acknowledge(): void {
    this.#receiptDue = null;
    if (this.#receiptTick < this.#appliedTick) this.send([]);
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
        this.#token = welcome.token;
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
      for (const watch of section.watches) if (this.#isDecoding) this.#watches.set(watch.handle, watch);
      let pieceBytes = 0;
      for (let offset = pieces.next(); offset !== -1; offset = pieces.next()) {
        pieceBytes += pieceByteLength(pieces.bytes, offset);
        if (this.#isDecoding) this.#count(pieces.bytes, offset);
      }
      this.onSection?.(section.head, pieceBytes);
      for (const handle of section.unwatches) this.#watches.delete(handle);
    });
  }

  #count(bytes: Uint8Array, offset: number): void {
    const watch = this.#watches.get(readPieceHandle(bytes, offset))!;
    decodePiece(bytes, offset, this.#tables.get(watch.tableId)!, watch, this.#sink);
  }

  /** One message after another, each as long as its bytes take. Meanwhile the socket stands still, but for what the system has handed over already. */
  #readSlowly(data: Buffer, bytesPerSecond: number, read: (data: Buffer) => void): void {
    this.#unread.push(data);
    if (this.#unread.length > 1) return;
    this.#socket.pause();
    const readNext = (): void => {
      const next = this.#unread[0]!;
      setTimeout(
        () => {
          if (this.#socket.readyState !== WebSocket.OPEN) return;
          read(next);
          this.#unread.shift();
          if (this.#unread.length > 0) readNext();
          else this.#socket.resume();
        },
        (frameBytes(next.length) / bytesPerSecond) * 1000,
      );
    };
    readNext();
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
