/**
 * What one tick did to the connections that the world knows, for the log: after a crash `clientDisconnected` runs for those that were open,
 * and no call that was processed runs again. Filled during the tick, emptied after the log has taken it.
 */
export class SessionMarks {
  readonly opened: OpenedSession[] = [];
  /** Handles of sessions that ended, each after its `clientDisconnected`. */
  readonly closed: number[] = [];
  /** Pairs (handle, sequence of a call that was processed); of several for one handle the last counts. */
  readonly processed: number[] = [];
  /** What tokens say of sessions that were opened, or have shown another token; of several for one handle the last counts. */
  readonly claims: SessionClaims[] = [];

  /** `init` has run to its end: a log that has this tick, be it empty, is that of a world which has begun. */
  isBeginning = false;

  /** Sessions opened or closed must reach the disk with their tick; calls alone only together with what they changed. */
  get mustBeLogged(): boolean {
    return this.isBeginning || this.opened.length + this.closed.length + this.claims.length > 0;
  }

  /** A call was processed. */
  noteCall(handle: number, sequence: number): void {
    const { processed } = this;
    // The engine compiles this in; `push` it would call.
    processed[processed.length] = handle;
    processed[processed.length] = sequence;
  }

  clear(): void {
    // To set the lengths would give the memory back, to be asked for again by the next tick.
    while (this.opened.length > 0) this.opened.pop();
    while (this.closed.length > 0) this.closed.pop();
    while (this.processed.length > 0) this.processed.pop();
    while (this.claims.length > 0) this.claims.pop();
    this.isBeginning = false;
  }
}

export interface OpenedSession {
  /** The world's handle of the caller: below 2^31, given anew in a tick after the one in which its session was closed. */
  readonly handle: number;
  readonly identity: bigint;
  readonly connectionId: bigint;
}

export interface SessionClaims {
  readonly handle: number;
  /** A JSON object; empty: the session that begins has shown no token. */
  readonly claims: string;
}
