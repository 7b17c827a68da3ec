import { ByteWriter } from '@tickbase/base';
import { CallMessageWriter, decodeServerMessage, encodeClientMessage, SUBPROTOCOL, newHello } from '@tickbase/protocol';
import { WebSocket } from 'ws';
import { latencyHistogram } from '../latency-histogram.ts';
import { firstPlace, TIMED_EACH, type TransferCounts, type TransferLoad, type TransferPlace } from './transfer-load.ts';

/** Only what the protocol asks for: calls are encoded, results are counted. Shows what the server itself can take. */
export async function leanTransfers(place: TransferPlace): Promise<TransferLoad> {
  const counts: TransferCounts = { done: 0, refused: 0, latencyUs: latencyHistogram() };
  const tellers: LeanTeller[] = [];
  for (let i = 0; i < place.connections; i++) {
    const teller = new LeanTeller(place, firstPlace(place, i), counts);
    await teller.live;
    tellers.push(teller);
  }
  return {
    counts,
    begin: () => {
      for (const teller of tellers) teller.send(place.inFlight);
    },
    end: async () => {
      await Promise.all(tellers.map((teller) => teller.end()));
    },
    leave: () => {
      for (const teller of tellers) teller.leave();
    },
  };
}

/** One connection. Each message of the server is answered by one with as many calls as it had results. */
class LeanTeller {
  /** Settles when the server has welcomed it. */
  readonly live: Promise<void>;
  readonly #pairs: Uint32Array;
  readonly #isConfirmed: boolean;
  readonly #counts: TransferCounts;
  readonly #socket: WebSocket;
  readonly #writer = new ByteWriter(4096);
  readonly #calls = new CallMessageWriter();
  /** The arguments: from u32, to u32, amount i64. */
  readonly #args = new Uint8Array(16);
  readonly #argsView = new DataView(this.#args.buffer);
  #place: number;
  #reducerId = -1;
  #sequence = 0;
  #waitingCount = 0;
  #appliedTick = 0;
  /** The call that is being timed; 0: none. */
  #timedSequence = 0;
  #timedMs = 0;
  #settleEnd: (() => void) | null = null;

  constructor({ uri, pairs, isConfirmed }: TransferPlace, first: number, counts: TransferCounts) {
    this.#isConfirmed = isConfirmed;
    this.#pairs = pairs;
    this.#place = first;
    this.#counts = counts;
    this.#argsView.setBigInt64(8, 1n, true);
    this.#socket = new WebSocket(uri, SUBPROTOCOL, { perMessageDeflate: false });
    this.#socket.on('open', () => this.#hello());
    this.live = new Promise((resolve, reject) => {
      this.#socket.on('message', (data: Buffer) => {
        this.#take(data);
        if (this.#reducerId >= 0) resolve();
      });
      this.#socket.on('error', reject);
      this.#socket.on('close', (code, reason) => reject(new Error(`closed with ${code} ${reason.toString()}`)));
    });
  }

  send(count: number): void {
    const pairs = this.#pairs;
    this.#calls.begin(this.#writer, this.#appliedTick, count);
    for (let i = 0; i < count; i++) {
      this.#argsView.setUint32(0, pairs[this.#place]!, true);
      this.#argsView.setUint32(4, pairs[this.#place + 1]!, true);
      this.#place = this.#place + 2 === pairs.length ? 0 : this.#place + 2;
      this.#calls.add(++this.#sequence, this.#reducerId, this.#args, 0, this.#args.length);
    }
    this.#calls.end();
    this.#waitingCount += count;
    if (this.#timedSequence === 0 && this.#sequence % TIMED_EACH < count) {
      this.#timedSequence = this.#sequence;
      this.#timedMs = performance.now();
    }
    this.#socket.send(this.#writer.copy());
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#settleEnd = resolve;
      if (this.#waitingCount === 0) resolve();
    });
  }

  leave(): void {
    this.#socket.close(1000);
  }

  #hello(): void {
    const hello = newHello({ confirmed: this.#isConfirmed });
    this.#writer.reset();
    encodeClientMessage(this.#writer, { receiptTick: 0, items: [hello] });
    this.#socket.send(this.#writer.copy());
  }

  #take(data: Buffer): void {
    const counts = this.#counts;
    let answeredCount = 0;
    decodeServerMessage(data, ({ head, welcome, results }) => {
      this.#appliedTick = head.tick;
      const transfer = welcome?.schema?.reducers.find(({ name }) => name === 'transfer');
      if (transfer !== undefined) this.#reducerId = transfer.id;
      for (const { status } of results) {
        if (status === 'committed') counts.done++;
        else counts.refused++;
      }
      answeredCount += results.length;
      const last = results.at(-1);
      if (this.#timedSequence > 0 && last !== undefined && last.sequence >= this.#timedSequence) {
        counts.latencyUs.recordValue((performance.now() - this.#timedMs) * 1000);
        this.#timedSequence = 0;
      }
    });
    this.#waitingCount -= answeredCount;
    if (this.#settleEnd === null && answeredCount > 0) this.send(answeredCount);
    else if (this.#waitingCount === 0) this.#settleEnd?.();
  }
}
