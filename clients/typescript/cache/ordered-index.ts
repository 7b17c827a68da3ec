import type { Range } from '@tickbase/schema/values';
import type { ColumnDefinition } from '../module/table-definition.ts';
import type { CacheIndex } from './cache-index.ts';
import type { CachedRow } from './cached-row.ts';
import { compareColumn } from './compare-column.ts';
import type { Row } from './row.ts';

/** Above this a chunk is cut in two: moving half of so few references costs less than finding the place. */
const CHUNK_ROWS_MAX = 512;

/**
 * Rows in the order of some columns, then of arrival: equality, prefixes and ranges. A list of sorted chunks, none
 * empty; a row is found by binary search over the chunks' last rows and then within one.
 */
export class OrderedIndex implements CacheIndex {
  readonly #accessors: readonly string[];
  readonly #compares: readonly ((a: unknown, b: unknown) => number)[];
  readonly #chunks: CachedRow[][] = [];

  constructor(columns: readonly ColumnDefinition[]) {
    this.#accessors = columns.map((column) => column.accessor);
    this.#compares = columns.map((column) => compareColumn(column.type));
  }

  add(entry: CachedRow): void {
    const chunks = this.#chunks;
    if (chunks.length === 0) {
      chunks.push([entry]);
      return;
    }
    const isBefore = (other: CachedRow): boolean => this.#compareEntries(other, entry) < 0;
    const place = Math.min(this.#chunkOf(isBefore), chunks.length - 1);
    const chunk = chunks[place] as CachedRow[];
    chunk.splice(firstNot(chunk, isBefore), 0, entry);
    if (chunk.length > CHUNK_ROWS_MAX) chunks.splice(place + 1, 0, chunk.splice(chunk.length >> 1));
  }

  remove(entry: CachedRow): void {
    const isBefore = (other: CachedRow): boolean => this.#compareEntries(other, entry) < 0;
    const place = this.#chunkOf(isBefore);
    const chunk = this.#chunks[place];
    if (chunk === undefined) return;
    const index = firstNot(chunk, isBefore);
    if (chunk[index] !== entry) return;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(place, 1);
  }

  isSameKey(before: Row, after: Row): boolean {
    for (let i = 0; i < this.#accessors.length; i++) {
      const accessor = this.#accessors[i] as string;
      if (
        !Object.is(before[accessor], after[accessor]) &&
        this.#compares[i]?.(before[accessor], after[accessor]) !== 0
      ) {
        return false;
      }
    }
    return true;
  }

  /** Rows are looked up by their entries. */
  replaced(): void {}

  /** The row whose columns equal `values`; of several (partitions may be late, even for a unique key) the one that came last. */
  find(values: readonly unknown[]): Row | null {
    return this.select(values, null).at(-1) ?? null;
  }

  /** Rows whose first columns equal `prefix` and whose next column lies in `range` (null: any), in order. */
  select(prefix: readonly unknown[], range: Range<unknown> | null): Row[] {
    const rows: Row[] = [];
    const isBefore = (entry: CachedRow): boolean => this.#sideOf(entry.row as Row, prefix, range) < 0;
    let place = this.#chunkOf(isBefore);
    let chunk = this.#chunks[place];
    let index = chunk === undefined ? 0 : firstNot(chunk, isBefore);
    while (chunk !== undefined) {
      for (; index < chunk.length; index++) {
        const row = (chunk[index] as CachedRow).row as Row;
        if (this.#sideOf(row, prefix, range) > 0) return rows;
        rows.push(row);
      }
      chunk = this.#chunks[++place];
      index = 0;
    }
    return rows;
  }

  /** Below 0: the row comes before what is asked for; above 0: after it. */
  #sideOf(row: Row, prefix: readonly unknown[], range: Range<unknown> | null): number {
    for (let i = 0; i < prefix.length; i++) {
      const side = this.#compareAt(i, row, prefix[i]);
      if (side !== 0) return side;
    }
    if (range === null) return 0;
    const { from, to } = range;
    if (from.tag !== 'unbounded') {
      const side = this.#compareAt(prefix.length, row, from.value);
      if (side < 0 || (side === 0 && from.tag === 'excluded')) return -1;
    }
    if (to.tag !== 'unbounded') {
      const side = this.#compareAt(prefix.length, row, to.value);
      if (side > 0 || (side === 0 && to.tag === 'excluded')) return 1;
    }
    return 0;
  }

  #compareAt(i: number, row: Row, value: unknown): number {
    return (this.#compares[i] as (a: unknown, b: unknown) => number)(row[this.#accessors[i] as string], value);
  }

  #compareEntries(a: CachedRow, b: CachedRow): number {
    for (let i = 0; i < this.#accessors.length; i++) {
      const side = this.#compareAt(i, a.row as Row, (b.row as Row)[this.#accessors[i] as string]);
      if (side !== 0) return side;
    }
    return a.serial - b.serial;
  }

  /** The first chunk whose last row is not before the place; the number of chunks when all are. */
  #chunkOf(isBefore: (entry: CachedRow) => boolean): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.#chunks[middle] as CachedRow[];
      if (isBefore(chunk[chunk.length - 1] as CachedRow)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function firstNot(chunk: readonly CachedRow[], isBefore: (entry: CachedRow) => boolean): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(chunk[middle] as CachedRow)) low = middle + 1;
    else high = middle;
  }
  return low;
}
