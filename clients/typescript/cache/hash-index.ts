import type { ColumnDefinition } from '../module/table-definition.ts';
import type { CacheIndex } from './cache-index.ts';
import type { CachedRow } from './cached-row.ts';
import { rowKey, tupleKey } from './row-key.ts';
import type { Row } from './row.ts';
import { type Key, plainKey, valueKey } from './value-key.ts';

/**
 * Rows by key, for equality. Serves unique columns, too: partitions may be late, so for a moment two cached rows can
 * hold one unique value, and the later one is found.
 */
export class HashIndex implements CacheIndex {
  readonly #accessors: readonly string[];
  /** A value is its own key: one column of numbers or texts. */
  readonly #isPlain: boolean;
  readonly #keyOf: (row: Row) => Key;
  readonly #keyOfTuple: (values: readonly unknown[]) => Key;
  /** A key's only row, or all of its rows. */
  readonly #rows = new Map<Key, CachedRow | Set<CachedRow>>();

  constructor(columns: readonly ColumnDefinition[]) {
    this.#accessors = columns.map((column) => column.accessor);
    this.#isPlain = columns.length === 1 && valueKey(columns[0]!.type) === plainKey;
    this.#keyOf = rowKey(columns);
    this.#keyOfTuple = tupleKey(columns);
  }

  add(entry: CachedRow): void {
    const key = this.#keyOf(entry.row as Row);
    const there = this.#rows.get(key);
    if (there === undefined) this.#rows.set(key, entry);
    else if (there instanceof Set) there.add(entry);
    else this.#rows.set(key, new Set([there, entry]));
  }

  remove(entry: CachedRow): void {
    const key = this.#keyOf(entry.row as Row);
    const there = this.#rows.get(key);
    if (there === entry) this.#rows.delete(key);
    else if (there instanceof Set) {
      there.delete(entry);
      if (there.size === 0) this.#rows.delete(key);
    }
  }

  isSameKey(before: Row, after: Row): boolean {
    if (this.#accessors.every((accessor) => Object.is(before[accessor], after[accessor]))) return true;
    const a = this.#keyOf(before);
    const b = this.#keyOf(after);
    return a === b || (a !== a && b !== b);
  }

  /** The row that has the key, or undefined. */
  findByKey(key: Key): CachedRow | undefined {
    const there = this.#rows.get(key);
    if (!(there instanceof Set)) return there;
    let last: CachedRow | undefined;
    for (const entry of there) last = entry;
    return last;
  }

  /** By the value of the only column, or by the values of several. */
  find(value: unknown): Row | null {
    return this.findByKey(this.#keyOfValue(value))?.row ?? null;
  }

  filter(value: unknown): Row[] {
    const there = this.#rows.get(this.#keyOfValue(value));
    if (there === undefined) return [];
    if (!(there instanceof Set)) return [there.row as Row];
    const rows: Row[] = [];
    for (const entry of there) rows.push(entry.row as Row); // Array.from costs several times as much
    return rows;
  }

  #keyOfValue(value: unknown): Key {
    return this.#isPlain ? (value as Key) : this.#keyOfTuple(this.#accessors.length > 1 ? (value as []) : [value]);
  }
}
