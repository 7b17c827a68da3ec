/**
 * Sessions of earlier lives of the server, as recovery found them: up to which of its calls each was processed, for a client that comes
 * back with calls whose results a crash has lost. The connection ids are random, and a session's answer is for its own identity alone.
 */
export class PastSessions implements PastCalls {
  readonly #sessions = new Map<bigint, PastSession>();

  /** The oldest first: of more than PAST_SESSIONS_MAX the newest are kept. */
  constructor(sessions: Iterable<PastSession> = []) {
    for (const session of sessions) {
      this.#sessions.delete(session.connectionId); // set again, it is the newest
      this.#sessions.set(session.connectionId, session);
      if (this.#sessions.size > PAST_SESSIONS_MAX) this.#sessions.delete(this.#sessions.keys().next().value!);
    }
  }

  get count(): number {
    return this.#sessions.size;
  }

  processedOf(connectionId: bigint, identity: bigint): number | null {
    const session = this.#sessions.get(connectionId);
    return session === undefined || session.identity !== identity ? null : session.processed;
  }

  clear(): void {
    this.#sessions.clear();
  }
}

/** What a greeting asks of the past. */
export interface PastCalls {
  /** The highest sequence that was processed, 0 for none; null: there was no such session of this identity, or it is too long ago. */
  processedOf(connectionId: bigint, identity: bigint): number | null;
  /** Nobody can come back any more. */
  clear(): void;
}

export interface PastSession {
  readonly identity: bigint;
  readonly connectionId: bigint;
  /** The highest sequence of a call that was processed; 0: none. */
  readonly processed: number;
}

/** All that may have been open, and as many that had ended shortly before; about 200 bytes each. */
const PAST_SESSIONS_MAX = 40_000;

/**
 * After so long a life nobody comes back with calls of an earlier one: a client without a link gives them up when its grace is over, some
 * seconds; a machine that slept may be late with that.
 */
export const PAST_SESSIONS_MS = 3_600_000;
