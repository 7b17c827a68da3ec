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
  /**
   * The row with this value in the only column, or with these values in several; null: there is none. Here and in `filter` a value that is null or
   * undefined finds nothing, which is what programs look for before they know their identity. Both are one function for each index, and for numbers
   * and texts the value is the key itself: a look-up is to cost little more than one in a Map.
   */
  readonly find: (value: unknown) => Row | null;
  /** All rows with this value, or these values. The list is the index's: nobody changes it. */
  readonly filter: (value: unknown) => readonly Row[];
  readonly #accessors: readonly string[];
  readonly #keyOf: (row: Row) => Key;
  /** A key's only row, or all of its rows. */
  readonly #rows = new Map<Key, CachedRow | Bucket>();
  /** Buckets whose rows stand in a list; a change of any row ends them all, so that none keeps a row that is no more. */
  readonly #listed: Bucket[] = [];

  constructor(columns: readonly ColumnDefinition[]) {
    this.#accessors = columns.map((column) => column.accessor);
    this.#keyOf = rowKey(columns);
    const rows = this.#rows;
    if (columns.length === 1 && valueKey(columns[0]!.type) === plainKey) {
      this.find = (value) => rowOf(rows.get(value as Key));
      this.filter = (value) => this.#list(rows.get(value as Key));
      return;
    }
    const keyOfTuple = tupleKey(columns);
    const isOne = columns.length === 1;
    const at = (value: unknown): CachedRow | Bucket | undefined =>
      value === undefined || value === null ? undefined : rows.get(keyOfTuple(isOne ? [value] : (value as [])));
    this.find = (value) => rowOf(at(value));
    this.filter = (value) => this.#list(at(value));
  }

  add(entry: CachedRow): void {
    this.replaced();
    const key = this.#keyOf(entry.row as Row);
    const there = this.#rows.get(key);
    if (there === undefined) this.#rows.set(key, entry);
    else if (there instanceof Bucket) there.entries.add(entry);
    else this.#rows.set(key, new Bucket([there, entry]));
  }

  remove(entry: CachedRow): void {
    this.replaced();
    const key = this.#keyOf(entry.row as Row);
    const there = this.#rows.get(key);
    if (there === entry) this.#rows.delete(key);
    else if (there instanceof Bucket) {
      there.entries.delete(entry);
      if (there.entries.size === 0) this.#rows.delete(key);
    }
  }

  isSameKey(before: Row, after: Row): boolean {
    if (this.#accessors.every((accessor) => Object.is(before[accessor], after[accessor]))) return true;
    const a = this.#keyOf(before);
    const b = this.#keyOf(after);
    return a === b || (a !== a && b !== b);
  }

  replaced(): void {
    if (this.#listed.length === 0) return;
    for (const bucket of this.#listed) bucket.rows = null;
    this.#listed.length = 0;
  }

  /** The row that has the key, or undefined. */
  findByKey(key: Key): CachedRow | undefined {
    return entryOf(this.#rows.get(key));
  }

  #list(there: CachedRow | Bucket | undefined): readonly Row[] {
    if (there === undefined) return [];
    if (!(there instanceof Bucket)) return [there.row as Row];
    if (there.rows !== null) return there.rows;
    const rows: Row[] = [];
    for (const entry of there.entries) rows.push(entry.row as Row); // Array.from costs several times as much
    this.#listed.push(there);
    there.rows = rows;
    return rows;
  }
}

/** Several rows of one key. */
class Bucket {
  /** Where a CachedRow has its row, by which the two are told apart: to ask for the class would double what a look-up costs beside a Map. */
  readonly row = undefined;
  readonly entries: Set<CachedRow>;
  /** Those of the entries: to look into each of them once more costs several times as much. Null: nobody has asked since the last change. */
  rows: readonly Row[] | null = null;

  constructor(entries: readonly CachedRow[]) {
    this.entries = new Set(entries);
  }
}

function entryOf(there: CachedRow | Bucket | undefined): CachedRow | undefined {
  if (!(there instanceof Bucket)) return there;
  let last: CachedRow | undefined;
  for (const entry of there.entries) last = entry;
  return last;
}

function rowOf(there: CachedRow | Bucket | undefined): Row | null {
  if (there === undefined) return null;
  return there.row ?? entryOf(there)!.row;
}
