import { assert } from '@tickbase/base';
import type { IndexDefinition, TableDefinition } from '../module/table-definition.ts';
import type { CacheIndex } from './cache-index.ts';
import type { CachedRow } from './cached-row.ts';
import { equalColumn } from './compare-column.ts';
import { HashIndex } from './hash-index.ts';
import { OrderedIndex } from './ordered-index.ts';
import { rowKey } from './row-key.ts';
import type { Row } from './row.ts';
import type { Key } from './value-key.ts';

/**
 * The rows of one table and their indexes. Knows nothing of partitions: who holds a row is the client cache's business.
 * Every row in `bySlot` or `stale` is in every index, and no other is.
 */
export class CachedTable {
  readonly definition: TableDefinition;
  readonly bySlot = new Map<number, CachedRow>();
  /** Rows of a lost session. */
  readonly stale = new Set<CachedRow>();
  /** By index accessor. */
  readonly indexes = new Map<string, HashIndex | OrderedIndex>();
  /** The primary key, or all columns: what makes two rows the same row. */
  readonly keyOf: (row: Row) => Key;
  readonly #accessors: readonly string[];
  readonly #equals: readonly ((a: unknown, b: unknown) => boolean)[];
  readonly #primary: HashIndex | null;
  readonly #every: CacheIndex[] = [];
  /** Only for tables without a primary key. */
  readonly #staleByContent = new Map<Key, CachedRow[]>();

  constructor(definition: TableDefinition) {
    this.definition = definition;
    this.#accessors = definition.columns.map((column) => column.accessor);
    this.#equals = definition.columns.map((column) => equalColumn(column.type));
    const { primaryKey } = definition;
    this.#primary = primaryKey === null ? null : new HashIndex(columnsOf(definition, primaryKey));
    this.keyOf = rowKey(primaryKey === null ? definition.columns : columnsOf(definition, primaryKey));
    if (this.#primary !== null) this.#every.push(this.#primary);
    for (const index of definition.indexes) this.#addIndex(index);
  }

  get hasPrimaryKey(): boolean {
    return this.#primary !== null;
  }

  get count(): number {
    return this.bySlot.size + this.stale.size;
  }

  *rows(): Generator<Row, undefined, undefined> {
    for (const entry of this.bySlot.values()) yield entry.row as Row;
    for (const entry of this.stale) yield entry.row as Row;
    return undefined;
  }

  add(entry: CachedRow): void {
    for (const index of this.#every) index.add(entry);
    this.bySlot.set(entry.slot, entry);
  }

  remove(entry: CachedRow): void {
    assert(entry.row !== null, 'a row is removed twice');
    for (const index of this.#every) index.remove(entry);
    if (entry.isStale) this.stale.delete(entry);
    else if (this.bySlot.get(entry.slot) === entry) this.bySlot.delete(entry.slot);
    entry.row = null;
  }

  /** Gives a cached row other values. */
  replace(entry: CachedRow, after: Row): void {
    const before = entry.row as Row;
    let moved: CacheIndex[] | null = null;
    for (const index of this.#every) {
      if (index.isSameKey(before, after)) index.replaced();
      else {
        index.remove(entry);
        (moved ??= []).push(index);
      }
    }
    entry.row = after;
    if (moved !== null) for (const index of moved) index.add(entry);
  }

  /** The session is lost: no slot means anything any more, and every row waits to be sent anew. */
  makeStale(): void {
    for (const entry of this.bySlot.values()) {
      entry.residences.length = 0;
      entry.exactCount = 0;
      entry.isStale = true;
      this.stale.add(entry);
    }
    this.bySlot.clear();
    this.#staleByContent.clear();
    if (this.#primary !== null) return;
    for (const entry of this.stale) {
      const key = this.keyOf(entry.row as Row);
      const same = this.#staleByContent.get(key);
      if (same === undefined) this.#staleByContent.set(key, [entry]);
      else same.push(entry);
    }
  }

  /** The cached row that `row` is under another slot: of the same primary key or, without one, a stale row of the same content. */
  findSame(row: Row): CachedRow | undefined {
    if (this.#primary !== null) return this.#primary.findByKey(this.keyOf(row));
    if (this.stale.size === 0) return undefined;
    return this.#staleByContent.get(this.keyOf(row))?.pop();
  }

  /** Puts a cached row under another slot, where nothing holds it yet. */
  moveToSlot(entry: CachedRow, slot: number): void {
    this.stale.delete(entry);
    if (this.bySlot.get(entry.slot) === entry) this.bySlot.delete(entry.slot);
    entry.isStale = false;
    entry.isDeleted = false;
    entry.slot = slot;
    entry.residences.length = 0;
    entry.exactCount = 0;
    this.bySlot.set(slot, entry);
  }

  isEqual(a: Row, b: Row): boolean {
    if (a === b) return true;
    for (let i = 0; i < this.#accessors.length; i++) {
      const accessor = this.#accessors[i] as string;
      const valueA = a[accessor];
      const valueB = b[accessor];
      // Most values of a changed row are the very same, and that is cheaper to see than equality of their type.
      if (valueA !== valueB && !this.#equals[i]?.(valueA, valueB)) return false;
    }
    return true;
  }

  /** True when the row has this value in the column at `position`. */
  isEqualAt(position: number, row: Row, value: unknown): boolean {
    const here = row[this.#accessors[position] as string];
    return here === value || this.#equals[position]?.(here, value) === true;
  }

  #addIndex(index: IndexDefinition): void {
    const columns = columnsOf(this.definition, index.columns);
    const made = index.algorithm === 'btree' ? new OrderedIndex(columns) : new HashIndex(columns);
    this.indexes.set(index.accessor, made);
    this.#every.push(made);
  }
}

function columnsOf(definition: TableDefinition, accessors: readonly string[]): TableDefinition['columns'] {
  return accessors.map((accessor) => {
    const column = definition.columns.find((candidate) => candidate.accessor === accessor);
    assert(
      column !== undefined,
      `table ${definition.name}: generated code names a column ${accessor} that it does not list`,
    );
    return column;
  });
}
