import { ByteWriter } from '@tickbase/base';
import { CallMessageWriter, encodeClientMessage } from '@tickbase/protocol';
import { cpuMs } from './alternate.ts';
import { medianOf } from './median-of.ts';
import { type CountingSocket, WorldInProcess } from './world-in-process.ts';

/** Microseconds of processor time, the medians of the measured ticks. */
export interface FanOutFigures {
  /** For each client and tick: its receipt, its share of partitions and areas, its frame, put together and handed over. */
  readonly fanOutUs: number;
  /** Of that. */
  readonly receiptUs: number;
  readonly partitionsUs: number;
  readonly framesUs: number;
  /** For each call: its part of a message, and running it. */
  readonly callUs: number;
}

/**
 * What the tick's own thread does for `wander` apart from the kernel: the whole server in this process, with sockets that count. Each client
 * sends a message a tick, every tenth tick without a call in it, which tells what the receipt takes.
 */
export async function fanOutInProcess(clients: number, wanderers: number, ticks: number): Promise<FanOutFigures> {
  const world = await WorldInProcess.open('wander');
  const first = world.connect();
  world.tick();
  first.say([first.callItem('populate', { count: wanderers })]);
  world.tick();
  const bots = Array.from({ length: clients }, () => new InProcessBot(world.connect()));
  world.tick();
  for (const bot of bots) bot.join();
  for (let tick = 0; tick < WARM_UP_TICKS; tick++) {
    for (const bot of bots) bot.write(true);
    for (const bot of bots) bot.say();
    world.tick();
  }

  const receipts: number[] = [];
  const messages: number[] = [];
  const calls: number[] = [];
  const partitions: number[] = [];
  const frames: number[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    const hasCalls = tick % 10 !== 0;
    for (const bot of bots) bot.write(hasCalls);
    const startMs = cpuMs();
    for (const bot of bots) bot.say();
    (hasCalls ? messages : receipts).push(((cpuMs() - startMs) * 1000) / clients);
    const took = world.tick();
    if (!hasCalls) continue;
    calls.push(took.calls / clients);
    partitions.push((took.diffs + took.subscriptions) / clients);
    frames.push((took.frames + took.sends) / clients);
  }
  const receiptUs = medianOf(receipts);
  const partitionsUs = medianOf(partitions);
  const framesUs = medianOf(frames);
  return {
    fanOutUs: receiptUs + partitionsUs + framesUs,
    receiptUs,
    partitionsUs,
    framesUs,
    callUs: medianOf(messages) - receiptUs + medianOf(calls),
  };
}

class InProcessBot {
  readonly #socket: CountingSocket;
  readonly #writer = new ByteWriter(64);
  readonly #calls = new CallMessageWriter();
  /** heading f32, inputTick u64 */
  readonly #args = new Uint8Array(12);
  readonly #argsView = new DataView(this.#args.buffer);
  #message: Uint8Array = new Uint8Array(0);
  #reducerId = 0;
  #sequence = 0;

  constructor(socket: CountingSocket) {
    this.#socket = socket;
  }

  join(): void {
    const socket = this.#socket;
    socket.say([socket.callItem('join'), { kind: 'subscribe', querySetId: 1, queries: ['SELECT * FROM mover'] }]);
    const { reducerId, sequence } = socket.callItem('steer', { heading: 0, input_tick: 0n });
    this.#reducerId = reducerId;
    this.#sequence = sequence;
  }

  /** The next message: a receipt, with a call or without. */
  write(hasCall: boolean): void {
    const writer = this.#writer;
    if (!hasCall) {
      writer.reset();
      encodeClientMessage(writer, { receiptTick: this.#socket.receiptTick, items: [] });
      this.#message = writer.view();
      return;
    }
    this.#argsView.setFloat32(0, Math.random() * 6, true);
    this.#calls.begin(writer, this.#socket.receiptTick, 1);
    this.#calls.add(this.#sequence++, this.#reducerId, this.#args, 0, this.#args.length);
    this.#calls.end();
    this.#message = writer.view();
  }

  say(): void {
    this.#socket.sayBytes(this.#message);
  }
}

const WARM_UP_TICKS = 60;
