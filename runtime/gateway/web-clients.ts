import type { ClientQueue, CommitLog, InboxWriter, TickClient } from '../tick/index.ts';
import { CALL_COMMITTED, CALL_REFUSED, CALL_STOPPED, CALL_SUSPENDED, type CallOutcome } from '../transactions/world.ts';
import type { ViewerId } from '../interest/viewers-port.ts';
import type { Entropy } from './entropy-port.ts';
import type { Admitted } from './identity-port.ts';

/**
 * Requests over HTTP, each a client of the tick that connects, runs one call or one statement, and leaves: hooks run, and may refuse it, as they do
 * for one with a socket. What was committed is answered when it is durable.
 */
export class WebClients {
  readonly #inbox: InboxWriter;
  readonly #commitLog: Pick<CommitLog, 'durableTick'>;
  readonly #entropy: Entropy;
  /** Those in the inbox or the tick. */
  readonly #running = new Set<WebClient>();
  /** Committed in the tick that is under way. */
  readonly #committed: WebClient[] = [];
  /** Committed in ticks that are not durable yet, in their order. */
  readonly #held: WebClient[] = [];

  constructor(ports: WebPorts) {
    this.#inbox = ports.inbox;
    this.#commitLog = ports.commitLog;
    this.#entropy = ports.entropy;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Something was committed since the last `endTick`. */
  get isTickCommitting(): boolean {
    return this.#committed.length > 0;
  }

  /** Whether the tick speaks of one of these. */
  holds(client: TickClient): client is WebClient {
    return client instanceof WebClient;
  }

  /** Calls `done` once, later, unless the server stops before. False: so many are running that this one is not taken. */
  run(who: Admitted, work: WebWork, done: (answer: WebAnswer) => void): boolean {
    if (this.#running.size + this.#held.length >= REQUESTS_MAX) return false;
    const client = new WebClient(who, this.#connectionId(), done);
    this.#running.add(client);
    this.#inbox.push({ kind: 'connect', client });
    if (work.kind === 'statement') this.#inbox.push({ kind: 'statement', client, text: work.text });
    else {
      const { reducer, args } = work;
      this.#inbox.push({ kind: 'call', client, sequence: 1, reducer, args, argsStart: 0, argsEnd: args.length });
    }
    this.#inbox.push({ kind: 'disconnect', client });
    return true;
  }

  // What the tick tells.

  refused(client: WebClient, message: string): void {
    this.#answer(client, { code: 'CONNECTION_REFUSED', message: message || 'the server had an error' });
  }

  /** The call is not run, now or with this module. */
  turnedAway(client: WebClient, code: string, message: string): void {
    this.#answer(client, { code, message });
  }

  result(client: WebClient, outcome: CallOutcome, message: string): void {
    if (outcome !== CALL_COMMITTED) return this.#answer(client, { code: CODES[outcome] ?? 'INTERNAL_ERROR', message });
    client.message = message;
    this.#running.delete(client);
    this.#committed.push(client);
  }

  disconnected(client: WebClient): void {
    this.#running.delete(client);
  }

  endTick(tick: number): void {
    for (const client of this.#committed) {
      client.tick = tick;
      this.#held.push(client);
    }
    this.#committed.length = 0;
    this.release();
  }

  /** The log has written more. */
  release(): void {
    const { durableTick } = this.#commitLog;
    let count = 0;
    while (count < this.#held.length && this.#held[count]!.tick <= durableTick) count++;
    for (const client of this.#held.splice(0, count)) this.#answer(client, { code: '', message: client.message });
  }

  #answer(client: WebClient, answer: WebAnswer): void {
    this.#running.delete(client);
    const { done } = client;
    client.done = null;
    done?.(answer);
  }

  #connectionId(): bigint {
    return this.#entropy.bytes(16).reduce((id, byte) => (id << 8n) | BigInt(byte), 0n);
  }
}

export class WebClient implements TickClient {
  readonly identity: bigint;
  readonly connectionId: bigint;
  readonly claims: string;
  caller = -1;
  viewer: ViewerId | null = null;
  isConnected = false;
  queue: ClientQueue | null = null;
  /** In which it was committed. */
  tick = -1;
  message = '';
  done: ((answer: WebAnswer) => void) | null;

  constructor({ identity, claims }: Admitted, connectionId: bigint, done: (answer: WebAnswer) => void) {
    this.identity = identity;
    this.claims = claims;
    this.connectionId = connectionId;
    this.done = done;
  }
}

export type WebWork =
  /** `reducer`: position in the plan that is served; `args`: checked against it. */
  | { readonly kind: 'call'; readonly reducer: number; readonly args: Uint8Array }
  | { readonly kind: 'statement'; readonly text: string };

export interface WebAnswer {
  /** Empty: it was committed, and is durable. */
  readonly code: string;
  /** Of a statement that was committed: what it answers. */
  readonly message: string;
}

export interface WebPorts {
  readonly inbox: InboxWriter;
  readonly commitLog: Pick<CommitLog, 'durableTick'>;
  readonly entropy: Entropy;
}

const CODES: Readonly<Partial<Record<CallOutcome, string>>> = {
  [CALL_REFUSED]: 'SENDER_ERROR',
  [CALL_STOPPED]: 'CALL_STOPPED',
  [CALL_SUSPENDED]: 'CALL_SUSPENDED',
};

const REQUESTS_MAX = 256;
