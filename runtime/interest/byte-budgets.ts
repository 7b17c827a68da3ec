import { grownTo } from '@tickbase/base';

/**
 * What each client may be sent, by the byte: its budget fills at a rate and holds at most what comes in CARRIED_S, or in one tick if that is longer.
 * What has to be sent at once may leave it below 0; then it fills up from there. So in any second no more than a tenth above the rate is taken, apart
 * from what has to be sent and single pieces that are longer than it holds. One line of plain numbers for each client.
 */
export class ByteBudgets {
  /** f64[LINE * clients]: bytes a second (Infinity: nothing is held back), bytes left, when it was filled in seconds, and what it holds. */
  private lines = new Float64Array(0);

  /** A new client, whose budget is full. */
  open(client: number, bytesPerSecond: number): void {
    this.lines = grownTo(this.lines, LINE * (client + 1));
    const { lines } = this;
    const line = LINE * client;
    lines[line + RATE] = bytesPerSecond;
    lines[line + HELD] = bytesPerSecond * CARRIED_S;
    lines[line + LEFT] = lines[line + HELD]!;
    lines[line + FILLED_AT] = Number.NEGATIVE_INFINITY;
  }

  setRate(client: number, bytesPerSecond: number): void {
    const { lines } = this;
    const line = LINE * client;
    lines[line + RATE] = bytesPerSecond;
    lines[line + HELD] = bytesPerSecond * CARRIED_S;
    lines[line + LEFT] = Math.min(lines[line + LEFT]!, lines[line + HELD]!);
  }

  /** What may be sent at `nowS`, seconds of any clock that does not run back; the ticks are `tickS` apart. */
  fill(client: number, nowS: number, tickS: number): number {
    const { lines } = this;
    const line = LINE * client;
    if (nowS > lines[line + FILLED_AT]!) {
      const rate = lines[line + RATE]!;
      const added = rate * (nowS - lines[line + FILLED_AT]!);
      lines[line + HELD] = rate * Math.max(CARRIED_S, tickS);
      lines[line + LEFT] = Math.min(lines[line + HELD]!, lines[line + LEFT]! + added);
      lines[line + FILLED_AT] = nowS;
    }
    return lines[line + LEFT]!;
  }

  /** True when it is full and yet has no room for so many bytes: waiting would not help. */
  isFullFor(client: number, bytes: number): boolean {
    const line = LINE * client;
    return this.lines[line + LEFT]! >= this.lines[line + HELD]! && bytes > this.lines[line + HELD]!;
  }

  take(client: number, bytes: number): void {
    this.lines[LINE * client + LEFT]! -= bytes;
  }
}

/** Places in a client's line. */
const RATE = 0;
const LEFT = 1;
const FILLED_AT = 2;
const HELD = 3;
const LINE = 4;

/** Two ticks at 20 Hz: a piece that a tick had no room for finds it in the next one, and no second has more than a tenth too much. */
const CARRIED_S = 0.1;
