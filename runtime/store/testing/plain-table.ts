/** The rows of a table as texts by column name: what a migration must come to, worked out with no store. */
export class PlainTable {
  /** By slot, ascending. */
  readonly rows: Map<number, Map<string, string>>;
  /** The last number given, by column name. */
  readonly sequences: Map<string, number>;

  constructor(
    rows: ReadonlyMap<number, ReadonlyMap<string, string>> = new Map(),
    sequences: ReadonlyMap<string, number> = new Map(),
  ) {
    this.rows = new Map(Array.from(rows, ([slot, row]) => [slot, new Map(row)]));
    this.sequences = new Map(sequences);
  }

  addColumn(name: string, textOf: () => string): void {
    for (const row of this.rows.values()) row.set(name, textOf());
  }

  removeColumn(name: string): void {
    for (const row of this.rows.values()) row.delete(name);
    this.sequences.delete(name);
  }

  renameColumn(from: string, to: string): void {
    for (const row of this.rows.values()) {
      row.set(to, row.get(from)!);
      row.delete(from);
    }
    const position = this.sequences.get(from);
    if (position === undefined) return;
    this.sequences.delete(from);
    this.sequences.set(to, position);
  }

  textsOf(name: string): string[] {
    return Array.from(this.rows.values(), (row) => row.get(name)!);
  }

  hasTwins(names: readonly string[]): boolean {
    const texts = Array.from(this.rows.values(), (row) => names.map((name) => row.get(name)).join('|'));
    return texts.some((text, at) => texts.indexOf(text) !== at);
  }

  toString(): string {
    const lines = Array.from(
      this.rows,
      ([slot, row]) =>
        `${slot}: ${Array.from(row, (entry) => entry.join('='))
          .toSorted()
          .join(' ')}`,
    );
    const numbers = Array.from(this.sequences, (entry) => entry.join('=')).toSorted();
    return `${lines.join('\n')}\nsequences ${numbers.join(' ')}`;
  }
}
