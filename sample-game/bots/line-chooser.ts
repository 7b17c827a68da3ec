/** Chooses lines to say, never the one that it chose last. */
export class LineChooser {
  #last: string | null = null;

  /** `lines` has at least two. */
  next(lines: readonly string[]): string {
    const others = lines.filter((line) => line !== this.#last);
    return (this.#last = others[Math.floor(Math.random() * others.length)]!);
  }
}
