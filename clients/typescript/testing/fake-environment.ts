import type { ConnectionEnvironment, Socket, SocketEvents } from '../connection/connection-environment.ts';

/** A world in which time stands still until `advance`, and nothing deferred runs before `settle`. */
export class FakeEnvironment implements ConnectionEnvironment {
  readonly sockets: FakeSocket[] = [];
  readonly reported: unknown[] = [];
  readonly requests: { readonly url: string; readonly init: RequestInit }[] = [];
  /** What each `request()` gives. */
  answer: { ok: boolean; json(): Promise<unknown> } = { ok: true, json: () => Promise.resolve({}) };
  /** What each `random()` gives. */
  randomValue = 1;
  #nowMs = 1000;
  #deferred: (() => void)[] = [];
  #timers = new Map<number, { atMs: number; run: () => void }>();
  #timerCount = 0;
  #wakeUps = new Set<(isNetwork: boolean) => void>();

  nowMs(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.randomValue;
  }

  setTimer(afterMs: number, run: () => void): () => void {
    const id = ++this.#timerCount;
    this.#timers.set(id, { atMs: this.#nowMs + afterMs, run });
    return () => void this.#timers.delete(id);
  }

  defer(run: () => void): void {
    this.#deferred.push(run);
  }

  openSocket(url: string, protocol: string, events: SocketEvents): Socket {
    const socket = new FakeSocket(url, protocol, events);
    this.sockets.push(socket);
    return socket;
  }

  onWakeUp(run: (isNetwork: boolean) => void): () => void {
    this.#wakeUps.add(run);
    return () => void this.#wakeUps.delete(run);
  }

  request(url: string, init: RequestInit): Promise<{ ok: boolean; json(): Promise<unknown> }> {
    this.requests.push({ url, init });
    return Promise.resolve(this.answer);
  }

  report(error: unknown): void {
    this.reported.push(error);
  }

  /** The last socket that was opened. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  /** Runs what was deferred, and what that defers. */
  settle(): void {
    for (let run = this.#deferred.shift(); run !== undefined; run = this.#deferred.shift()) run();
  }

  /** Lets time pass; timers run in their order. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    this.settle();
    for (let next = this.#nextTimer(endMs); next !== null; next = this.#nextTimer(endMs)) {
      this.#timers.delete(next.id);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
      this.settle();
    }
    this.#nowMs = endMs;
  }

  /** The network or the page comes back to life. */
  wakeUp(isNetwork = false): void {
    for (const run of Array.from(this.#wakeUps)) run(isNetwork);
    this.settle();
  }

  #nextTimer(endMs: number): { id: number; atMs: number; run: () => void } | null {
    let next: { id: number; atMs: number; run: () => void } | null = null;
    for (const [id, timer] of this.#timers) {
      if (timer.atMs <= endMs && (next === null || timer.atMs < next.atMs)) next = { id, ...timer };
    }
    return next;
  }
}

/** The client's side of a socket, and the hand that plays the network. */
export class FakeSocket implements Socket {
  readonly url: string;
  readonly protocol: string;
  readonly sent: Uint8Array[] = [];
  closedBy: { code: number; reason: string } | null = null;
  readonly #events: SocketEvents;

  constructor(url: string, protocol: string, events: SocketEvents) {
    this.url = url;
    this.protocol = protocol;
    this.#events = events;
  }

  send(bytes: Uint8Array): void {
    if (this.closedBy === null) this.sent.push(bytes.slice());
  }

  close(code: number, reason: string): void {
    this.closedBy ??= { code, reason };
  }

  opened(): void {
    this.#events.opened();
  }

  receive(bytes: Uint8Array): void {
    this.#events.message(bytes);
  }

  lost(code = 1006, reason = '', error: Error | null = null): void {
    this.#events.closed(code, reason, error);
  }
}
