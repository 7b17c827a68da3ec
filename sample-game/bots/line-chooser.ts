/** Chooses lines to say: of those on a subject one that it chose not of late, so that all others but one come before it comes again. */
export class LineChooser {
  /** The last choices of each subject, oldest first. */
  readonly #last = new Map<readonly string[], string[]>();

  /** `lines`, always the same list for a subject, has at least two. */
  next(lines: readonly string[]): string {
    const last = this.#last.get(lines) ?? [];
    const others = lines.filter((line) => !last.includes(line));
    const chosen = others[Math.floor(Math.random() * others.length)]!;
    this.#last.set(lines, [...last, chosen].slice(-Math.max(1, lines.length - 2)));
    return chosen;
  }
}
