import type { SectionHead } from '@tickbase/protocol';
import type { Meter } from '../connection/meter.ts';

/** Of so many samples the shortest round trip counts. */
const ROUND_TRIPS_MAX = 16;
/** Messages that wait for their calls' results: of the others no round trip is taken. */
const WAITING_MAX = 64;
/** What the server's clock is told by is at most twice as old. */
const CLOCK_WINDOW_MS = 30_000;

/**
 * Counts bytes, and tells the time that a message takes and the server's clock, from what passes anyway: `builder.withMeter(meter)`. One meter is
 * for one connection. A page that makes none loads none of it.
 */
export class ConnectionMeter implements Meter {
  readonly #nowMs: () => number;
  readonly #bytesByTable = new Map<string, number>();
  readonly #roundTripsMs: number[] = [];
  readonly #waiting: { readonly lastCall: number; readonly sentMs: number }[] = [];
  #bytesSent = 0;
  #bytesReceived = 0;
  #lastSentMs = 0;
  #lastCall = 0;
  #windowEndMs = 0;
  /** The server's clock less this one's, at least: what arrived quickest says most. Of this window and of the one before. */
  #aheadMs = -Infinity;
  #aheadBeforeMs = -Infinity;

  /** `nowMs`: the connection's clock; left out, that of the platform. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Payload bytes of all messages. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Bytes of rows by the table's accessor; what is left of `bytesReceived` is heads, results and announcements. */
  get bytesByTable(): ReadonlyMap<string, number> {
    return this.#bytesByTable;
  }

  /**
   * The shortest time, of the last ones, from a call or a handshake to its answer. It includes the wait for the tick that ran the call and, for
   * a confirmed client, for the disk: an upper bound of what the network takes. Undefined before the first handshake.
   */
  get roundTripMs(): number | undefined {
    return this.#roundTripsMs.length === 0 ? undefined : Math.min(...this.#roundTripsMs);
  }

  /**
   * Milliseconds since the Unix epoch by the server's clock, from what arrived quickest in the last half minute and half a round trip. It runs
   * with this machine's clock between messages. Undefined before the first handshake.
   */
  get serverTimeMs(): number | undefined {
    const aheadMs = Math.max(this.#aheadMs, this.#aheadBeforeMs);
    return aheadMs === -Infinity ? undefined : this.#nowMs() + aheadMs + (this.roundTripMs ?? 0) / 2;
  }

  sent(byteCount: number, lastCall: number, nowMs: number): void {
    this.#bytesSent += byteCount;
    this.#lastSentMs = nowMs;
    if (lastCall > this.#lastCall && this.#waiting.length < WAITING_MAX) {
      this.#waiting.push({ lastCall, sentMs: nowMs });
    }
    this.#lastCall = lastCall;
  }

  received(byteCount: number): void {
    this.#bytesReceived += byteCount;
  }

  piece(table: string, byteCount: number): void {
    this.#bytesByTable.set(table, (this.#bytesByTable.get(table) ?? 0) + byteCount);
  }

  section({ callsProcessed, serverTimeUs }: SectionHead, isWelcome: boolean, nowMs: number): void {
    if (isWelcome) {
      // What was sent on the link before has no answer in time.
      this.#waiting.length = 0;
      this.#roundTrip(nowMs - this.#lastSentMs);
    }
    let sentMs: number | null = null;
    while (this.#waiting.length > 0 && this.#waiting[0]!.lastCall <= callsProcessed) {
      sentMs = this.#waiting.shift()!.sentMs;
    }
    if (sentMs !== null) this.#roundTrip(nowMs - sentMs);
    if (nowMs >= this.#windowEndMs) {
      this.#windowEndMs = nowMs + CLOCK_WINDOW_MS;
      this.#aheadBeforeMs = this.#aheadMs;
      this.#aheadMs = -Infinity;
    }
    this.#aheadMs = Math.max(this.#aheadMs, Number(serverTimeUs) / 1000 - nowMs);
  }

  #roundTrip(roundTripMs: number): void {
    if (this.#roundTripsMs.push(roundTripMs) > ROUND_TRIPS_MAX) this.#roundTripsMs.shift();
  }
}
