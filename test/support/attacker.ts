import { ByteWriter } from '@tickbase/base';
import {
  decodeServerMessage,
  encodeClientMessage,
  SUBPROTOCOL,
  newHello,
  type ClientItem,
  type HelloItem,
  type Section,
  type Welcome,
  type WireSchema,
} from '@tickbase/protocol';
import { WebSocket } from 'ws';

/** A client that speaks the protocol as badly as it is told to, and writes down in short texts what it gets for it. */
export class Attacker {
  welcome: Welcome | null = null;
  /** Close code, or -1 while the socket stands. */
  closeCode = -1;
  readonly socket: WebSocket;
  #receiptTick = 0;
  #sequence = 0;
  readonly #told: string[] = [];
  #wake: () => void = () => {};

  constructor(address: string, database: string, subprotocol = SUBPROTOCOL) {
    const uri = `${address.replace('http', 'ws')}/v1/database/${database}/subscribe`;
    this.socket = new WebSocket(uri, subprotocol, { perMessageDeflate: false });
    this.socket.on('open', () => this.#tell('open'));
    this.socket.on('message', (data: Buffer) => {
      decodeServerMessage(new Uint8Array(data), (section) => this.#take(section));
    });
    this.socket.on('close', (code, reason) => {
      this.closeCode = code;
      this.#tell(`closed ${code} ${reason.toString().split(':')[0]}`.trimEnd());
    });
    this.socket.on('error', (error) => this.#tell(`error ${error.message}`));
  }

  /** The next thing that was told: `open`, `welcome`, `resumed`, `call N CODE`, `set N CODE`, `query N CODE`, `closed CODE NAME`. */
  async next(): Promise<string> {
    while (this.#told.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#told.shift()!;
  }

  /** Skips what was told until a text of this shape comes. */
  async until(shape: RegExp): Promise<string> {
    for (;;) {
      const text = await this.next();
      if (shape.test(text)) return text;
      if (this.closeCode !== -1 && this.#told.length === 0) throw new Error(`${text} came instead of ${shape.source}`);
    }
  }

  /** Says hello and waits for what comes of it. */
  async greet(change: Partial<HelloItem> = {}): Promise<string> {
    await this.until(/^open/);
    this.items(this.helloItem(change));
    return this.next();
  }

  helloItem(change: Partial<HelloItem> = {}): HelloItem {
    return newHello(change);
  }

  callItem(reducerId: number, args: Uint8Array = new Uint8Array(0)): ClientItem {
    return { kind: 'call', sequence: ++this.#sequence, reducerId, args };
  }

  call(reducer: string, args?: Uint8Array): void {
    this.items(this.callItem(reducerIdIn(this.welcome!.schema!, reducer), args));
  }

  subscribe(querySetId: number, ...queries: string[]): void {
    this.items({ kind: 'subscribe', querySetId, queries });
  }

  items(...items: ClientItem[]): void {
    this.socket.send(this.bytesOf(items));
  }

  bytesOf(items: ClientItem[]): Uint8Array {
    const writer = new ByteWriter();
    encodeClientMessage(writer, { receiptTick: this.#receiptTick, items });
    return writer.copy();
  }

  /** Ends without a word, as a lost network does. */
  drop(): void {
    this.socket.terminate();
  }

  #take(section: Section): void {
    this.#receiptTick = section.head.tick;
    if (section.welcome !== null) {
      this.welcome = section.welcome;
      this.#tell(section.welcome.isResumed ? 'resumed' : 'welcome');
    }
    for (const { sequence, status, code } of section.results) this.#tell(`call ${sequence} ${code || status}`);
    for (const { querySetId, code } of section.subscriptionErrors) this.#tell(`set ${querySetId} ${code}`);
    for (const querySetId of section.applied) this.#tell(`set ${querySetId} applied`);
    for (const { requestId, code, rows } of section.queryAnswers) {
      this.#tell(`query ${requestId} ${code || `${rows.length} rows`}`);
    }
  }

  #tell(text: string): void {
    this.#told.push(text);
    this.#wake();
  }
}

function reducerIdIn(schema: WireSchema, name: string): number {
  const reducer = schema.reducers.find((candidate) => candidate.name === name);
  if (reducer === undefined) throw new Error(`the server has no reducer ${name}`);
  return reducer.id;
}
