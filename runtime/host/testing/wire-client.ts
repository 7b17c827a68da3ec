import { ByteWriter } from '@tickbase/base';
import {
  decodeServerMessage,
  encodeClientMessage,
  SUBPROTOCOL,
  newHello,
  type CallResult,
  type ClientItem,
  type QueryAnswer,
  type Welcome,
} from '@tickbase/protocol';
import { WebSocket } from 'ws';

/** A client that speaks the protocol over a real socket and keeps what it was told, but no rows. */
export class WireClient {
  welcome: Welcome | null = null;
  readonly results: CallResult[] = [];
  readonly answers: QueryAnswer[] = [];
  readonly applied: number[] = [];
  /** Ticks of the sections, in order of arrival. */
  readonly ticks: number[] = [];
  pieceCount = 0;
  closed: { code: number; reason: string } | null = null;
  readonly #socket: WebSocket;
  #changed: () => void = () => {};

  /** `address`: `http://HOST:PORT` of the server. */
  constructor(address: string, database: string, token = '') {
    this.#socket = new WebSocket(`${address.replace('http', 'ws')}/v1/database/${database}/subscribe`, SUBPROTOCOL);
    this.#socket.on('open', () => this.send(newHello({ token })));
    this.#socket.on('message', (data: Buffer) => this.#take(data));
    this.#socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#changed();
    });
    this.#socket.on('error', () => {});
  }

  send(...items: ClientItem[]): void {
    const writer = new ByteWriter();
    encodeClientMessage(writer, { receiptTick: this.ticks.at(-1) ?? 0, items });
    this.#socket.send(writer.copy());
  }

  /** Calls by name, which the welcome must have told. */
  call(sequence: number, reducer: string, args: Uint8Array = new Uint8Array(0)): void {
    const reducerId = this.welcome!.schema!.reducers.find(({ name }) => name === reducer)!.id;
    this.send({ kind: 'call', sequence, reducerId, args });
  }

  /** Resolves once `holds` is true of what has come so far. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.until(() => this.closed !== null);
  }

  #take(data: Buffer): void {
    decodeServerMessage(new Uint8Array(data), (section, pieces) => {
      this.ticks.push(section.head.tick);
      this.welcome ??= section.welcome;
      this.results.push(...section.results);
      this.answers.push(...section.queryAnswers);
      this.applied.push(...section.applied);
      this.pieceCount += pieces.count;
    });
    this.#changed();
  }
}
