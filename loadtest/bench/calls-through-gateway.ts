import { ByteWriter } from '@tickbase/base';
import { CallMessageWriter } from '@tickbase/protocol';
import { cpuMs } from './alternate.ts';
import { type CountingSocket, WorldInProcess } from './world-in-process.ts';

const ACCOUNTS = 100_000;
const CLIENTS = 64;
const CALLS_A_MESSAGE = 40;

/**
 * Transfers from the bytes of a client's message to the bytes of its results, without sockets, disk and the limit on functions: each turn every client
 * says so many calls in one message, and all of them run. Returns a turn; that one gives microseconds of processor time for one call.
 */
export async function callsThroughGateway(): Promise<() => number> {
  const world = await WorldInProcess.open('transfer');
  const sockets = Array.from({ length: CLIENTS }, () => world.connect());
  world.tick();
  sockets[0]!.say([sockets[0]!.callItem('seed', { n: ACCOUNTS, initial_balance: 1_000_000_000n })]);
  world.tick();
  const tellers = sockets.map((socket) => new Teller(socket));
  return () => {
    let tookMs = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      for (const teller of tellers) teller.write();
      const startMs = cpuMs();
      for (const teller of tellers) teller.say();
      world.tick();
      tookMs += cpuMs() - startMs;
    }
    return (tookMs * 1000) / (TURNS * CLIENTS * CALLS_A_MESSAGE);
  };
}

/** Writes its messages over the one before, as a program would that has nothing else to do. */
class Teller {
  readonly #socket: CountingSocket;
  readonly #writer = new ByteWriter(4096);
  readonly #calls = new CallMessageWriter();
  readonly #args = new Uint8Array(16);
  readonly #argsView = new DataView(this.#args.buffer);
  readonly #reducerId: number;
  #sequence: number;

  constructor(socket: CountingSocket) {
    this.#socket = socket;
    const { reducerId, sequence, args } = socket.callItem('transfer', { from: 0, to: 1, amount: 1n });
    this.#reducerId = reducerId;
    this.#sequence = sequence;
    this.#args.set(args);
  }

  /** The next message. */
  write(): void {
    this.#calls.begin(this.#writer, this.#socket.receiptTick, CALLS_A_MESSAGE);
    for (let i = 0; i < CALLS_A_MESSAGE; i++) {
      const from = Math.floor(Math.random() * ACCOUNTS);
      this.#argsView.setUint32(0, from, true);
      this.#argsView.setUint32(4, (from + 1 + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS, true);
      this.#calls.add(this.#sequence++, this.#reducerId, this.#args, 0, this.#args.length);
    }
    this.#calls.end();
  }

  say(): void {
    this.#socket.sayBytes(this.#writer.view());
  }
}

/** Some 50 000 calls. */
const TURNS = 20;
