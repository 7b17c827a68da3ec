import type { LogLine } from '../transactions/world.ts';

/**
 * Keeps a function that throws every tick from burying the log: an error is told when it first comes, and from then on every ten seconds how often it
 * came again, until it stays away. A thrown error is known by its function and the places of its stack, whatever its message, a line of `console.error`
 * by its function and its text.
 */
export class RepeatedErrors {
  readonly #tell: (line: LogLine, count: number) => void;
  readonly #seen = new Map<string, Seen>();

  /** `tell`: the last of `count` lines that were not told. */
  constructor(tell: (line: LogLine, count: number) => void) {
    this.#tell = tell;
  }

  /** Whether the line is to be told now; otherwise it is counted. */
  isNew(line: LogLine, nowMs: number): boolean {
    const key = keyOf(line);
    const seen = this.#seen.get(key);
    if (seen === undefined) {
      // Beyond that many they are told as they come.
      if (this.#seen.size < ERRORS_MAX) this.#seen.set(key, { toldMs: nowMs, count: 0, last: line });
      return true;
    }
    seen.count++;
    seen.last = line;
    return false;
  }

  /** Tells what has waited long enough. To be called now and then. */
  sweep(nowMs: number): void {
    for (const [key, seen] of this.#seen) {
      if (nowMs - seen.toldMs < REPEATS_TOLD_MS) continue;
      if (seen.count === 0) this.#seen.delete(key);
      else this.#tellCount(seen, nowMs);
    }
  }

  /** Tells what was not told yet, and begins anew. */
  end(nowMs: number): void {
    for (const seen of this.#seen.values()) if (seen.count > 0) this.#tellCount(seen, nowMs);
    this.#seen.clear();
  }

  #tellCount(seen: Seen, nowMs: number): void {
    this.#tell(seen.last, seen.count);
    seen.count = 0;
    seen.toldMs = nowMs;
  }
}

interface Seen {
  toldMs: number;
  /** Since then, and not told. */
  count: number;
  last: LogLine;
}

export const REPEATS_TOLD_MS = 10_000;
const ERRORS_MAX = 256;

function keyOf({ origin, text }: LogLine): string {
  const frames = text.split('\n').filter((line) => /^\s+at /.test(line));
  return `${origin}\n${frames.length === 0 ? text : frames.join('\n')}`;
}
