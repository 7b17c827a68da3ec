import type { IndexPlan, TablePlan } from '@tickbase/schema/plan';
import type { Column } from './column.ts';
import { describeCell } from './describe-cell.ts';
import { DirectIndex } from './direct-index.ts';
import { HashIndex, type LiveRows } from './hash-index.ts';
import { IndexKey } from './index-key.ts';
import { OrderedIndex } from './ordered-index.ts';
import type { SlotIndex } from './slot-index.ts';
import { storeError } from './store-error.ts';

/** All indexes of a table: those of its plan, and what its key and its constraints need beside them. Derived from columns and live slots. */
export class TableIndexes {
  /** By place in `plan.indexes`. */
  readonly listed: readonly SlotIndex[];
  /** Finds a row by its primary key; in a table without one, by all of its columns. */
  readonly key: SlotIndex;
  /** Those that refuse a second row with the same key, `key` among them. */
  readonly uniques: readonly SlotIndex[];
  /** By column position: the indexes that have the column in their keys. */
  readonly ofColumn: readonly (readonly SlotIndex[])[];
  readonly uniquesOfColumn: readonly (readonly SlotIndex[])[];
  readonly #tableName: string;
  readonly #all: readonly SlotIndex[];
  readonly #directs: readonly DirectIndex[];

  constructor(plan: TablePlan, columns: readonly Column[], rows: LiveRows) {
    this.#tableName = plan.name;
    const keyOf = (positions: readonly number[]): IndexKey =>
      new IndexKey(positions.map((position) => columns[position]!));
    this.listed = plan.indexes.map((index) => makeIndex(keyOf(index.columns), index, rows));
    const extra: SlotIndex[] = [];
    const unique = (positions: readonly number[]): SlotIndex => {
      const index = new HashIndex(keyOf(positions), true, rows);
      extra.push(index);
      return index;
    };
    const { primaryKey } = plan;
    const keyPlace = plan.indexes.findIndex(
      ({ isUnique, algorithm, columns: positions }) =>
        primaryKey !== null && isUnique && algorithm !== 'btree' && hasSameItems(positions, primaryKey),
    );
    this.key = keyPlace === -1 ? unique(primaryKey ?? [...columns.keys()]) : this.listed[keyPlace]!;
    for (const positions of plan.uniques) {
      if (!plan.indexes.some((index) => index.isUnique && hasSameItems(index.columns, positions))) unique(positions);
    }
    this.#all = [...this.listed, ...extra];
    this.uniques = [...this.listed.filter((_, i) => plan.indexes[i]!.isUnique), ...extra];
    this.#directs = this.listed.filter((index) => index instanceof DirectIndex);
    const withColumn = (list: readonly SlotIndex[]): SlotIndex[][] =>
      columns.map((_, position) => list.filter((index) => index.key.has(position)));
    this.ofColumn = withColumn(this.#all);
    this.uniquesOfColumn = withColumn(this.uniques);
  }

  add(slot: number): void {
    const all = this.#all;
    for (let i = 0; i < all.length; i++) all[i]!.add(slot);
  }

  /** Makes all of them anew for the live slots below `slotCount`, of which there are `liveCount`. */
  addAll(live: Uint8Array, slotCount: number, liveCount: number): void {
    for (const index of this.#all) index.addAll(live, slotCount, liveCount);
  }

  remove(slot: number): void {
    const all = this.#all;
    for (let i = 0; i < all.length; i++) all[i]!.remove(slot);
  }

  clear(): void {
    for (const index of this.#all) index.clear();
  }

  /** Throws when a direct index cannot hold the key in a slot. */
  checkDirect(probe: number): void {
    for (let i = 0; i < this.#directs.length; i++) {
      const index = this.#directs[i]!;
      if (index.canHold(probe)) continue;
      const column = index.key.columns[0]!;
      throw storeError(
        'STORE_DIRECT_KEY',
        `${describeCell(column, probe)} is too large for a direct index`,
        { table: this.#tableName, column: column.plan.name },
        'use small dense numbers, or a hash index',
      );
    }
  }

  /** Another row has the key that the probe holds. */
  refuseTwin(index: SlotIndex, probe: number): never {
    const { columns } = index.key;
    const values = columns.map((column) => describeCell(column, probe)).join(', ');
    const names = columns.map((column) => column.plan.name).join(', ');
    throw storeError(
      'STORE_UNIQUE_VIOLATION',
      `another row has ${values} already`,
      { table: this.#tableName, column: names },
      'look for the row with find first, or use upsert',
    );
  }
}

function makeIndex(key: IndexKey, { algorithm, isUnique }: IndexPlan, rows: LiveRows): SlotIndex {
  if (algorithm === 'btree') return new OrderedIndex(key);
  if (algorithm === 'direct' && isUnique && isUnsigned(key)) return new DirectIndex(key);
  return new HashIndex(key, isUnique, rows);
}

/** Direct indexes hold unsigned numbers. */
function isUnsigned(key: IndexKey): boolean {
  const storage = key.columns.length === 1 ? key.columns[0]!.storage : 'string';
  return storage === 'u8' || storage === 'u16' || storage === 'u32' || storage === 'u64';
}

function hasSameItems(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
