import { TickbaseError } from '@tickbase/base';
import type { ApiAnswer } from '../api-port.ts';
import { ListenFailure } from '../listen-failure.ts';
import { MessagePace } from '../message-pace.ts';
import { type HealthReport, listenUws, type UwsTransport } from '../uws-transport.ts';
import { GONE, READ, ringMemoryOf, STOP } from './ring-memory.ts';
import { forEachEntry, RingReader, type TakeEntry } from './ring-reader.ts';
import { RingWriter } from './ring-writer.ts';
import type { ThreadEnd, ThreadNews, ThreadOrder, ThreadQuestion, ThreadTask } from './thread-messages.ts';
import { ThreadSockets } from './thread-sockets.ts';

/** The one long job of a socket thread: fulfilled when it was told to end, or could not listen, and nothing of the library is left in the thread. */
export function serve(task: ThreadTask): Promise<ThreadEnd> {
  return new SocketServer(task).run();
}

/** The transport of uWebSockets.js, whose events go to the tick's thread by one ring, as what is sent comes from there by another. */
class SocketServer {
  readonly #task: ThreadTask;
  readonly #downMemory;
  readonly #upMemory;
  readonly #down: RingReader;
  readonly #sockets: ThreadSockets;
  readonly #pace = new MessagePace();
  #pacedMs = 0;
  readonly #questions = new Map<number, Question>();
  #questionCount = 0;
  #transport: UwsTransport | null = null;
  #isEnded = false;
  #settle: (end: ThreadEnd) => void = () => {};
  /** A turn is due without anybody's call. */
  #immediate: NodeJS.Immediate | null = null;
  #slowTimer: NodeJS.Timeout | null = null;
  readonly #take: TakeEntry = (kind, id, extra, start, length) => this.#sockets.take(kind, id, extra, start, length);

  constructor(task: ThreadTask) {
    this.#task = task;
    this.#downMemory = ringMemoryOf(task.down);
    this.#upMemory = ringMemoryOf(task.up);
    this.#down = new RingReader(this.#downMemory);
    this.#sockets = new ThreadSockets({
      up: new RingWriter(this.#upMemory, () => this.#tell({ kind: 'look' })),
      down: this.#downMemory.bytes,
      backlogs: new Int32Array(task.backlogs),
      awaitRoom: () => this.#awaitRoom(),
    });
  }

  run(): Promise<ThreadEnd> {
    process.on('uncaughtException', (error) => this.#fail(error));
    this.#task.messages.on('message', (order: ThreadOrder) => this.#obey(order));
    void this.#begin();
    return new Promise((settle) => (this.#settle = settle));
  }

  async #begin(): Promise<void> {
    const { hasApi, hasMetrics, options, sharesPort } = this.#task;
    try {
      this.#transport = await listenUws({
        ...options,
        sharesPort,
        events: {
          opened: (socket) => this.#sockets.opened(socket),
          message: (socket, bytes, isBinary) => {
            this.#sockets.message(socket, bytes, isBinary);
            if (this.#immediate === null && this.#sockets.messageCount % PACED_MESSAGES === 0) this.#look();
          },
          closed: (socket, isClean) => this.#sockets.closed(socket, isClean),
        },
        refusedDatabase: (name) => this.#tell({ kind: 'unknown-database', name }),
        health: () => this.#ask<HealthReport>({ of: 'health' }),
        ...(hasApi ? { api: (request) => this.#ask<ApiAnswer>({ of: 'api', request }) } : {}),
        ...(hasMetrics ? { metrics: () => this.#ask<string>({ of: 'metrics' }) } : {}),
      });
    } catch (error) {
      if (error instanceof ListenFailure) return this.#end({ kind: 'unavailable', reason: error.reason });
      if (!(error instanceof TickbaseError)) return this.#fail(error);
      const { code, what, where, mend } = error;
      return this.#end({ kind: 'refused', code, what, where, mend });
    }
    if (this.#isEnded) return void this.#transport.close();
    this.#tell({ kind: 'listening', port: this.#transport.port });
    this.#turn();
  }

  #obey(order: ThreadOrder): void {
    if (order.kind === 'look') this.#turn();
    else if (order.kind === 'stop-listening') this.#transport?.stopListening();
    else if (order.kind === 'close') {
      this.#turn();
      this.#end({ kind: 'closed' });
    } else {
      const question = this.#questions.get(order.id);
      this.#questions.delete(order.id);
      if (order.isFailed) question?.fail();
      else question?.settle(order.answer);
    }
  }

  /** Does what has come down, and rests as it fits the pace of the messages. */
  #turn(): void {
    if (this.#isEnded) return;
    this.#down.wakeUp();
    do this.#drain();
    while (!this.#isStopped && !this.#rest());
    if (this.#isStopped) this.#end({ kind: 'closed' });
  }

  #drain(): void {
    const down = this.#down;
    for (let length = down.available; length > 0; length = down.available) {
      const from = down.at;
      const end = forEachEntry(this.#downMemory.words, from, from + Math.min(length, DRAIN_BYTES), this.#take);
      down.advance(end - from);
    }
  }

  /** False: something has come meanwhile. */
  #rest(): boolean {
    if (this.#sockets.hasSlow && this.#slowTimer === null) {
      this.#slowTimer = setTimeout(() => {
        this.#slowTimer = null;
        this.#sockets.lookAtSlow();
        this.#turn();
      }, SLOW_MS);
    }
    this.#notePace();
    if (!this.#pace.isDense) return this.#down.fallAsleep();
    this.#soon();
    return true;
  }

  /** Messages have come while this thread waits for the next order. */
  #look(): void {
    this.#notePace();
    if (this.#pace.isDense) this.#soon();
  }

  #notePace(): void {
    const nowMs = performance.now();
    if (nowMs - this.#pacedMs < PACE_MS) return;
    this.#pace.note(this.#sockets.messageCount, nowMs);
    this.#pacedMs = nowMs;
  }

  /** Once the sockets have been read. */
  #soon(): void {
    this.#immediate ??= setImmediate(() => {
      this.#immediate = null;
      this.#down.nap(NAP_MS);
      this.#turn();
    });
  }

  /** The tick's thread is busy: this one, and with it each client's next message, waits. */
  #awaitRoom(): boolean {
    Atomics.wait(this.#upMemory.head, READ, Atomics.load(this.#upMemory.head, READ), ROOM_MS);
    return !this.#isStopped;
  }

  get #isStopped(): boolean {
    return this.#isEnded || Atomics.load(this.#downMemory.head, STOP) === 1;
  }

  #ask<T>(question: ThreadQuestion): Promise<T> {
    const id = this.#questionCount++;
    this.#tell({ kind: 'ask', id, question });
    return new Promise((resolve, reject) => {
      this.#questions.set(id, {
        settle: (answer) => resolve(answer as T),
        fail: () => reject(new Error('the tick thread could not answer')),
      });
    });
  }

  #tell(news: ThreadNews): void {
    this.#task.messages.postMessage(news, []);
  }

  #fail(error: unknown): void {
    this.#end({ kind: 'fault', stack: (error as Error).stack ?? String(error) });
  }

  /** Whoever ended the thread from outside would leave the library's handles behind, at which Node aborts. */
  #end(end: ThreadEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#slowTimer !== null) clearTimeout(this.#slowTimer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    void this.#transport?.close();
    // Handles are gone when the event loop has closed them.
    setTimeout(() => {
      this.#task.messages.close();
      Atomics.store(this.#downMemory.head, GONE, 1);
      Atomics.notify(this.#downMemory.head, GONE);
      this.#settle(end);
    }, 1);
  }
}

interface Question {
  settle(answer: unknown): void;
  fail(): void;
}

/** As of the tick's thread (LoopDriver): the kernel wakes a process for each message that comes while it waits for one. */
const NAP_MS = 2;
const PACE_MS = 50;
/** So many pass between two looks at the clock. */
const PACED_MESSAGES = 64;
const ROOM_MS = 1;
const SLOW_MS = 5;
/** Of the ring, until the writer is told that there is room. */
const DRAIN_BYTES = 64 * 1024;
