/** Errors of a run by their text, each kind once with its number. Bounded: beyond KINDS_MAX kinds only the number grows. */
export class ErrorBook {
  count = 0;
  readonly #counts = new Map<string, number>();

  add(text: string, times = 1): void {
    this.count += times;
    const known = this.#counts.get(text);
    if (known !== undefined || this.#counts.size < KINDS_MAX) this.#counts.set(text, (known ?? 0) + times);
  }

  addAll(kinds: readonly ErrorKind[]): void {
    for (const { text, count } of kinds) this.add(text, count);
  }

  /** In the order in which they came up first. */
  kinds(): ErrorKind[] {
    return [...this.#counts].map(([text, count]) => ({ text, count }));
  }
}

export interface ErrorKind {
  readonly text: string;
  readonly count: number;
}

const KINDS_MAX = 40;
