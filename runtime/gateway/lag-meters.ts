import { grownTo } from '@tickbase/base';

/**
 * How long each client takes to confirm what it was sent, from one marked tick at a time: it reads between 0 and the true
 * delay, and reaches the true delay just before each receipt. The kernel's send buffer hides a slow link; this does not.
 * A client is named by its place, see SessionPlaces.
 */
export class LagMeters {
  /** f64[LINE * places] */
  #lines = new Float64Array(LINE * PLACES_FIRST);

  /** A client begins at this place. */
  open(place: number): void {
    this.#lines = grownTo(this.#lines, LINE * (place + 1));
    this.#lines[LINE * place + SENT] = 0;
    this.reset(place);
  }

  sent(place: number, tick: number, nowMs: number): void {
    const lines = this.#lines;
    const line = LINE * place;
    lines[line + SENT] = tick;
    // A further section of a tick that was confirmed already brings no receipt of its own.
    if (lines[line + MARK]! >= 0 || tick <= lines[line + RECEIVED]!) return;
    lines[line + MARK] = tick;
    lines[line + MARKED_AT_MS] = nowMs;
  }

  /** Returns how long the marked tick has taken, in ms, if this receipt covers it; else -1. */
  received(place: number, tick: number, nowMs: number): number {
    const lines = this.#lines;
    const line = LINE * place;
    if (tick > lines[line + RECEIVED]!) lines[line + RECEIVED] = tick;
    const mark = lines[line + MARK]!;
    if (mark < 0 || tick < mark) return -1;
    const tookMs = nowMs - lines[line + MARKED_AT_MS]!;
    const sent = lines[line + SENT]!;
    lines[line + MARK] = tick >= sent ? -1 : sent;
    lines[line + MARKED_AT_MS] = nowMs;
    return tookMs;
  }

  lagMs(place: number, nowMs: number): number {
    const line = LINE * place;
    return this.#lines[line + MARK]! < 0 ? 0 : nowMs - this.#lines[line + MARKED_AT_MS]!;
  }

  /** A new socket starts without a debt. */
  reset(place: number): void {
    this.#lines[LINE * place + MARK] = -1;
    this.#lines[LINE * place + RECEIVED] = -1;
  }
}

const PLACES_FIRST = 16;

/** Places in a client's line: ticks, and when the marked one was sent. */
const SENT = 0;
const RECEIVED = 1;
const MARK = 2;
const MARKED_AT_MS = 3;
const LINE = 4;
