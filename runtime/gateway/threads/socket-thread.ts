import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { TickbaseError } from '@tickbase/base';
import { closeCode } from '@tickbase/protocol';
import { Piscina } from 'piscina';
import { ListenFailure } from '../listen-failure.ts';
import { monotonicMs } from '../monotonic-ms.ts';
import type { HeldSocket } from '../socket-port.ts';
import type { UwsTransportOptions } from '../uws-transport.ts';
import { GONE, newRingMemory, type RingMemory, STOP } from './ring-memory.ts';
import { forEachEntry, RingReader } from './ring-reader.ts';
import { RingWriter } from './ring-writer.ts';
import {
  BACKLOG_COUNT,
  BACKLOGS,
  CLOSE,
  CLOSED,
  MARK,
  MARKED,
  MESSAGE,
  OPENED,
  RELEASE,
  SEND,
  SOCKETS_MAX,
} from './thread-entries.ts';
import { socketThreadFailed } from './socket-thread-failed.ts';
import type { ThreadEnd, ThreadNews, ThreadOrder, ThreadQuestion, ThreadTask } from './thread-messages.ts';
import { ThreadSocket } from './thread-socket.ts';

/** The tick's side of a thread with sockets of its own. Its events come in turns of the event loop of their own, as those of sockets do. */
export class SocketThread {
  /** Fulfilled with the port once it listens; rejects as listenUws does. */
  readonly started: Promise<number>;
  readonly #options: SocketThreadOptions;
  readonly #pool: Piscina;
  readonly #port: MessagePort;
  readonly #downMemory = newRingMemory(DOWN_BYTES);
  readonly #upMemory: RingMemory;
  readonly #down = new RingWriter(this.#downMemory, () => this.#order({ kind: 'look' }));
  readonly #up: RingReader;
  readonly #backlogs = new Int32Array(new SharedArrayBuffer(4 * (BACKLOGS + SOCKETS_MAX)));
  /** By number. */
  readonly #sockets: (ThreadSocket | null)[] = [];
  /** What found no room in the ring, oldest first. Bounded, as nobody is sent frames who has too much before him. */
  #waiting: WaitingEntry[] = [];
  #waitingBytes = 0;
  #pump: NodeJS.Timeout | null = null;
  /** A copy of what is read: views of memory that is not shared are quicker, and decoders take them. */
  readonly #copy: Uint8Array;
  readonly #copyWords: Int32Array;
  readonly #marks = new Map<number, (atMs: number) => void>();
  #markCount = 0;
  #hasStarted = false;
  #isClosing = false;
  /** Nobody takes what is sent any more. */
  #isOver = false;
  #ended: Promise<void> = Promise.resolve();
  readonly #take = (kind: number, id: number, extra: number, start: number, length: number): void =>
    this.#takeEntry(kind, id, extra, start, length);

  constructor(options: SocketThreadOptions) {
    this.#options = options;
    const upBytes = Math.max(UP_BYTES_MIN, 2 ** Math.ceil(Math.log2(16 * options.transport.limits.messageBytesMax)));
    this.#upMemory = newRingMemory(upBytes);
    this.#up = new RingReader(this.#upMemory);
    this.#up.fallAsleep();
    this.#copy = new Uint8Array(upBytes / 4);
    this.#copyWords = new Int32Array(this.#copy.buffer);
    const isSource = import.meta.url.endsWith('.ts');
    this.#pool = new Piscina({
      filename: new URL(`./thread-program.${isSource ? 'ts' : 'js'}`, import.meta.url).href,
      execArgv: isSource ? ['--conditions=tickbase-source', '--import', 'tsx'] : [],
      name: 'serve',
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
    });
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.started = new Promise((resolve, reject) => {
      port1.on('message', (news: ThreadNews) => this.#hear(news, resolve));
      this.#ended = this.#pool.run(this.#task(port2), { transferList: [port2] }).then(
        (end: ThreadEnd) => this.#over(this.#errorOf(end), reject),
        (error: unknown) => this.#over(socketThreadFailed((error as Error).stack ?? String(error)), reject),
      );
    });
  }

  /** Bytes that were handed over and are not with the kernel. */
  get waitingBytes(): number {
    if (this.#isOver) return 0;
    let bytes = this.#waitingBytes + this.#down.written - this.#down.read;
    for (const socket of this.#sockets) if (socket !== null) bytes += this.#backlogOf(socket.id);
    return bytes;
  }

  send(socket: ThreadSocket, bytes: Uint8Array): boolean {
    // As uWebSockets.js has it: what lies before counts, so that one message may be longer.
    if (this.bufferedBytes(socket) > this.#options.transport.limits.bufferedBytesHard) {
      socket.close(closeCode('SLOW'), TOO_MUCH);
      return false;
    }
    socket.pendingBytes += bytes.length;
    const { lengthMax } = this.#down;
    let start = 0;
    for (; bytes.length - start > lengthMax; start += lengthMax) {
      this.#put(socket, SEND, 1, bytes.subarray(start, start + lengthMax));
    }
    this.#put(socket, SEND, 0, start === 0 ? bytes : bytes.subarray(start));
    return true;
  }

  bufferedBytes(socket: ThreadSocket): number {
    if (socket.pendingBytes > 0 && socket.pendingUntil <= this.#down.read) socket.pendingBytes = 0;
    return socket.pendingBytes + this.#backlogOf(socket.id);
  }

  end(socket: ThreadSocket, code: number, reason: string): void {
    this.#put(socket, CLOSE, code, new TextEncoder().encode(reason));
  }

  /** Fulfilled with the `monotonicMs` at which all that was sent before had been given to the kernel. */
  flushed(): Promise<number> {
    const serial = (this.#markCount = (this.#markCount + 1) | 0);
    return new Promise((resolve) => {
      if (this.#isClosing || this.#isOver) return resolve(monotonicMs());
      this.#marks.set(serial, resolve);
      this.#put(null, MARK, 0, null, serial);
    });
  }

  stopListening(): void {
    this.#order({ kind: 'stop-listening' });
  }

  /** The process ends now: the thread is to end by itself, as Node aborts when it has to end one in which the library has handles. */
  stopAtOnce(): void {
    Atomics.store(this.#downMemory.head, STOP, 1);
    this.#order({ kind: 'close' });
  }

  /** Stops this thread until the other one is over, or has no more time. */
  awaitEnd(): void {
    Atomics.wait(this.#downMemory.head, GONE, 0, END_MS);
  }

  /** Sends what waits, then ends all sockets and the thread. */
  close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#drainWaiting();
      this.#order({ kind: 'close' });
    }
    return this.#ended;
  }

  #task(messages: MessagePort): ThreadTask {
    const { api, metrics, host, port, database, limits, ...rest } = this.#options.transport;
    const { tls, staticDir, allowedOrigins, idleTimeoutS, metricsFor } = rest;
    return {
      options: {
        host,
        port,
        database,
        limits,
        ...(tls === undefined ? {} : { tls }),
        ...(staticDir === undefined ? {} : { staticDir }),
        ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
        ...(idleTimeoutS === undefined ? {} : { idleTimeoutS }),
        ...(metricsFor === undefined ? {} : { metricsFor }),
      },
      sharesPort: this.#options.sharesPort,
      hasApi: api !== undefined,
      hasMetrics: metrics !== undefined,
      messages,
      down: this.#downMemory.shared,
      up: this.#upMemory.shared,
      backlogs: this.#backlogs.buffer as SharedArrayBuffer,
    };
  }

  #backlogOf(id: number): number {
    return Atomics.load(this.#backlogs, BACKLOG_COUNT) === 0 ? 0 : Atomics.load(this.#backlogs, BACKLOGS + id);
  }

  #put(
    socket: ThreadSocket | null,
    kind: number,
    extra: number,
    bytes: Uint8Array | null,
    id = socket === null ? 0 : socket.id,
  ): void {
    if (this.#isOver) return;
    if (this.#waiting.length === 0 && this.#down.put(kind, id, extra, bytes)) {
      if (socket !== null) socket.pendingUntil = this.#down.written;
      return;
    }
    const copy = bytes === null ? null : bytes.slice();
    this.#waiting.push({ socket, kind, id, extra, bytes: copy });
    this.#waitingBytes += copy?.length ?? 0;
    if (socket !== null) socket.pendingUntil = Infinity;
    this.#pump ??= setTimeout(() => this.#drainWaiting(), PUMP_MS);
  }

  #drainWaiting(): void {
    if (this.#pump !== null) clearTimeout(this.#pump);
    this.#pump = null;
    const waiting = this.#waiting;
    let count = 0;
    for (const { socket, kind, id, extra, bytes } of waiting) {
      if (!this.#down.put(kind, id, extra, bytes)) break;
      this.#waitingBytes -= bytes?.length ?? 0;
      if (socket !== null) socket.pendingUntil = this.#down.written;
      count++;
    }
    this.#waiting = waiting.slice(count);
    for (const { socket } of this.#waiting) if (socket !== null) socket.pendingUntil = Infinity;
    if (this.#waiting.length > 0) this.#pump = setTimeout(() => this.#drainWaiting(), PUMP_MS);
  }

  #hear(news: ThreadNews, started: (port: number) => void): void {
    switch (news.kind) {
      case 'look':
        this.#drain();
        break;
      case 'listening':
        this.#hasStarted = true;
        started(news.port);
        break;
      case 'unknown-database':
        this.#options.transport.refusedDatabase?.(news.name);
        break;
      case 'ask':
        void this.#answer(news.id, news.question);
    }
  }

  async #answer(id: number, question: ThreadQuestion): Promise<void> {
    const { api, health, metrics } = this.#options.transport;
    let answer: unknown = null;
    let isFailed = false;
    try {
      if (question.of === 'api') answer = await api!(question.request);
      else if (question.of === 'health') answer = await health();
      else answer = await metrics!();
    } catch {
      isFailed = true;
    }
    this.#order({ kind: 'answer', id, answer, isFailed });
  }

  /** Tells what has come up by now. What comes meanwhile has its turn after the next tick, if that is due. */
  #drain(): void {
    let waiting = this.#up.waiting;
    while (waiting > 0) waiting -= this.#drainPart();
    if (!this.#up.fallAsleep()) setImmediate(() => this.#drain());
  }

  /** Returns how many bytes of the ring it was. */
  #drainPart(): number {
    const up = this.#up;
    const { at, available } = up;
    const { bytes, words } = this.#upMemory;
    const length = Math.min(available, this.#copy.length);
    this.#copy.set(bytes.subarray(at, at + length));
    // What is cut off at the end of the copy is read with the next one.
    const whole = available === length ? length : wholeEntries(words, at, length);
    forEachEntry(this.#copyWords, 0, whole, this.#take);
    up.advance(whole);
    return whole;
  }

  #takeEntry(kind: number, id: number, extra: number, start: number, length: number): void {
    const { events } = this.#options.transport;
    if (kind === MESSAGE) {
      const socket = this.#sockets[id];
      if (socket == null || socket.isOver) return;
      events.message(socket satisfies HeldSocket, new Uint8Array(this.#copy.buffer, start, length), extra === 1);
    } else if (kind === OPENED) {
      const socket = new ThreadSocket(this, id, Buffer.from(this.#copy.buffer, start, length).toString());
      this.#sockets[id] = socket;
      events.opened(socket);
    } else if (kind === CLOSED) {
      const socket = this.#sockets[id]!;
      this.#sockets[id] = null;
      socket.isOver = true;
      events.closed(socket, extra === 1);
      this.#put(null, RELEASE, 0, null, id);
    } else if (kind === MARKED) {
      this.#marks.get(id)?.(new Float64Array(this.#copy.slice(start, start + length).buffer)[0]!);
      this.#marks.delete(id);
    }
  }

  #order(order: ThreadOrder): void {
    this.#port.postMessage(order, []);
  }

  #errorOf(end: ThreadEnd): TickbaseError | ListenFailure {
    const { host, port } = this.#options.transport;
    switch (end.kind) {
      case 'unavailable':
        return new ListenFailure(host, port, end.reason);
      case 'refused':
        return new TickbaseError(end);
      case 'fault':
        return socketThreadFailed(end.stack);
      case 'closed':
        return socketThreadFailed('it has ended');
    }
  }

  /** The thread has come to its end. */
  async #over(error: TickbaseError | ListenFailure, refuse: (error: unknown) => void): Promise<void> {
    this.#isOver = true;
    this.#port.close();
    if (this.#pump !== null) clearTimeout(this.#pump);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const settle of this.#marks.values()) settle(monotonicMs());
    this.#marks.clear();
    await this.#pool.destroy();
    refuse(error);
    // It listened, so that it is none of those who could not.
    if (this.#hasStarted && !this.#isClosing) this.#options.onFailure(error as TickbaseError);
  }
}

export interface SocketThreadOptions {
  readonly transport: UwsTransportOptions;
  readonly sharesPort: boolean;
  /** It ended by itself, and all of its sockets with it: SOCKET_THREAD_FAILED. */
  readonly onFailure: (error: TickbaseError) => void;
}

interface WaitingEntry {
  readonly socket: ThreadSocket | null;
  readonly kind: number;
  readonly id: number;
  readonly extra: number;
  readonly bytes: Uint8Array | null;
}

/** How much of the entries from `at` on, no more than `length` bytes, is whole. */
function wholeEntries(words: Int32Array, at: number, length: number): number {
  let whole = 0;
  for (;;) {
    const end = forEachEntry(words, at + whole, at + whole + 1, () => {}) - at;
    if (end > length) return whole;
    whole = end;
  }
}

/** A tick's frames for some thousand clients. */
const DOWN_BYTES = 8 << 20;
/** A message has at most twice messageBytesMax when the transport gives it on; the copy has room for any. */
const UP_BYTES_MIN = 4 << 20;
const PUMP_MS = 1;
const END_MS = 500;
const TOO_MUCH = 'SLOW_CLIENT: the client does not take what it is sent (bufferedBytesHard)';
