import { assert, ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import type { ColumnBuffer, StorageKind, TablePlan } from '@tickbase/schema/plan';
import { storageKindOf } from '@tickbase/schema/plan';
import { compareValues, equalValues } from '@tickbase/schema/values';
import {
  CHANGE_DELETE,
  CHANGE_INSERT,
  CHANGE_UPDATE,
  type ColumnView,
  type GridView,
  type TableChange,
  type TableView,
} from '../../store/index.ts';
import { storedNumberOf } from '../partition-key.ts';
import { FakeGrid } from './fake-grid.ts';
import type { StoreTwin } from './store-twin.ts';

interface Before {
  readonly row: unknown[] | null;
  readonly cell: number;
}

/**
 * A table as the walk's truth: rows as plain arrays of values, found by looking at all of them. Beside them stand the
 * columns and the cells that a real table would show.
 */
export class FakeTable implements TableView {
  readonly plan: TablePlan;
  readonly position: number;
  rowCapacity = 5;
  slotCount = 0;
  liveCount = 0;
  live = new Uint8Array(5);
  columns: ColumnView[];
  readonly fakeGrid: FakeGrid | null;
  /** By slot; null: no row. */
  readonly rows: (unknown[] | null)[] = [];
  /** By slot: a number that no other row of the table ever had; a row that comes back within a tick keeps its own. */
  readonly lifeOfSlot: number[] = [];
  private lifeCount = 0;
  /** Slots that may be used again. */
  readonly freeSlots: number[] = [];
  reusedSlotCount = 0;
  /** Tables of the store that are to be kept equal; null: the walk runs over this table itself. */
  readonly twin: StoreTwin | null;
  private readonly storages: readonly StorageKind[];
  private readonly before = new Map<number, Before>();
  private inserted: number[] = [];
  /** Slots whose rows went in this tick. */
  private emptied: number[] = [];

  constructor(plan: TablePlan, position: number, twin: StoreTwin | null = null) {
    this.twin = twin;
    this.plan = plan;
    this.position = position;
    this.storages = plan.columns.map((column) => storageKindOf(column.type));
    this.columns = this.storages.map((storage) => ({ storage, data: emptyColumn(storage, this.rowCapacity) }));
    this.fakeGrid = plan.spatial?.kind === 'position' ? new FakeGrid(plan.spatial.cell, this.rowCapacity) : null;
  }

  get grid(): GridView | null {
    return this.fakeGrid;
  }

  slotsByIndex(indexPosition: number, values: readonly unknown[]): readonly number[] {
    const { columns } = this.plan.indexes[indexPosition]!;
    return this.liveSlots().filter((slot) =>
      columns.every((c, i) => equalValues(this.plan.columns[c]!.type, this.rows[slot]![c], values[i])),
    );
  }

  slotsBetween(indexPosition: number, from: unknown, to: unknown): readonly number[] {
    const c = this.plan.indexes[indexPosition]!.columns[0]!;
    const { type } = this.plan.columns[c]!;
    return this.liveSlots().filter((slot) => {
      const value = this.rows[slot]![c];
      if (from !== undefined && compareValues(type, value, from) < 0) return false;
      return to === undefined || compareValues(type, value, to) <= 0;
    });
  }

  valueAt(column: number, slot: number): unknown {
    return this.rows[slot]![column];
  }

  /** The slot by which views know the row of a slot. */
  viewSlotOf(slot: number): number {
    return slot < 0 || this.twin === null ? slot : this.twin.slotOf(this.position, this.rows[slot]![0]);
  }

  /** The slot of the row that views know by `viewSlot`, -1: there is none. */
  slotOfView(viewSlot: number): number {
    return this.liveSlots().find((slot) => this.viewSlotOf(slot) === viewSlot) ?? -1;
  }

  liveSlots(): number[] {
    return [...this.rows.keys()].filter((slot) => this.live[slot] === 1);
  }

  /** The slot of a row by its first column, or -1. */
  slotOfKey(key: unknown): number {
    return this.liveSlots().find((slot) => this.rows[slot]![0] === key) ?? -1;
  }

  insert(row: unknown[]): number {
    // A row that comes back under its key within the tick is an update of its slot.
    const again = this.emptied.find((gone) => this.live[gone] === 0 && this.before.get(gone)!.row?.[0] === row[0]);
    let slot = this.plan.isEvent ? undefined : again;
    if (slot === undefined && this.freeSlots.length > 0) {
      slot = this.freeSlots.shift()!;
      this.reusedSlotCount++;
    }
    slot ??= this.slotCount++;
    if (slot >= this.rowCapacity) this.grow();
    if (again === undefined) this.lifeOfSlot[slot] = ++this.lifeCount;
    this.noteBefore(slot);
    this.rows[slot] = [...row];
    this.live[slot] = 1;
    this.liveCount++;
    for (let c = 0; c < row.length; c++) this.store(c, slot);
    this.place(slot);
    this.inserted.push(slot);
    this.twin?.insert(this.position, this.rows[slot]!);
    return slot;
  }

  set(slot: number, column: number, value: unknown): void {
    this.noteBefore(slot);
    this.rows[slot]![column] = value;
    this.store(column, slot);
    this.place(slot);
    this.twin?.update(this.position, this.rows[slot]!);
  }

  delete(slot: number): void {
    assert(this.live[slot] === 1, 'a deleted row lives');
    this.noteBefore(slot);
    if (!this.plan.isEvent) this.twin?.delete(this.position, this.rows[slot]![0]);
    this.live[slot] = 0;
    this.emptied.push(slot);
    this.liveCount--;
    this.rows[slot] = null;
    this.fakeGrid?.remove(slot);
  }

  /** The net change since the last seal; null: none. Slots of deleted rows are handed to `freed`. */
  seal(freed: (slot: number) => void): TableChange | null {
    const slots: number[] = [];
    const ops: number[] = [];
    const masks: number[] = [];
    const cellsBefore: number[] = [];
    const cellsAfter: number[] = [];
    const maskWords = Math.ceil(this.plan.columns.length / 32);
    const order = this.plan.isEvent ? this.inserted : [...this.before.keys()].sort((a, b) => a - b);
    for (const slot of order) {
      const { row: old, cell } = this.before.get(slot)!;
      const now = this.rows[slot]!;
      const isLive = this.live[slot] === 1;
      const words = new Uint32Array(maskWords);
      if (old === null && isLive) for (const c of now.keys()) words[c >> 5]! |= 1 << (c & 31);
      if (old !== null && isLive) {
        for (const c of now.keys()) {
          if (!equalValues(this.plan.columns[c]!.type, old[c], now[c])) words[c >> 5]! |= 1 << (c & 31);
        }
      }
      if (!isLive) freed(slot);
      if (old === null && !isLive) continue;
      const cellNow = isLive ? (this.fakeGrid?.cellOfSlot[slot] ?? -1) : -1;
      if (old !== null && isLive && words.every((word) => word === 0) && cell === cellNow) continue;
      slots.push(slot);
      ops.push(old === null ? CHANGE_INSERT : isLive ? CHANGE_UPDATE : CHANGE_DELETE);
      masks.push(...words);
      cellsBefore.push(cell);
      cellsAfter.push(cellNow);
    }
    this.before.clear();
    this.inserted = [];
    this.emptied = [];
    if (slots.length === 0) return null;
    return {
      position: this.position,
      count: slots.length,
      slots: Uint32Array.from(slots),
      ops: Uint8Array.from(ops),
      maskWords,
      masks: Uint32Array.from(masks),
      cellsBefore: this.fakeGrid === null ? null : Int32Array.from(cellsBefore),
      cellsAfter: this.fakeGrid === null ? null : Int32Array.from(cellsAfter),
    };
  }

  /** Empties an event table before the next tick. */
  clear(): void {
    for (const slot of this.liveSlots()) this.delete(slot);
    this.before.clear();
    this.inserted = [];
    this.emptied = [];
    this.freeSlots.length = 0;
    this.slotCount = 0;
  }

  private noteBefore(slot: number): void {
    if (this.before.has(slot)) return;
    const isLive = this.live[slot] === 1;
    this.before.set(slot, {
      row: isLive ? [...this.rows[slot]!] : null,
      cell: isLive ? (this.fakeGrid?.cellOfSlot[slot] ?? -1) : -1,
    });
  }

  private place(slot: number): void {
    const { spatial } = this.plan;
    if (spatial?.kind !== 'position') return;
    const row = this.rows[slot]!;
    const space = spatial.space === null ? 0 : (row[spatial.space] as number);
    this.fakeGrid!.place(slot, space, row[spatial.x] as number, row[spatial.y] as number);
  }

  private store(c: number, slot: number): void {
    const storage = this.storages[c]!;
    const { type } = this.plan.columns[c]!;
    const value = this.rows[slot]![c];
    const { data } = this.columns[c]!;
    if (storage === 'string') (data as string[])[slot] = value as string;
    else if (storage === 'encoded') {
      const writer = new ByteWriter();
      encodeValue(writer, type, value);
      (data as Uint8Array[])[slot] = writer.copy();
    } else if (storage === 'wide128' || storage === 'wide256') {
      const words = storage === 'wide128' ? 4 : 8;
      const bits = BigInt(storedNumberOf(type, value)!);
      for (let w = 0; w < words; w++) {
        (data as Uint32Array)[slot * words + w] = Number((bits >> BigInt(32 * w)) & 0xffff_ffffn);
      }
    } else if (storage === 'i64' || storage === 'u64') {
      (data as BigInt64Array)[slot] = storedNumberOf(type, value) as bigint;
    } else if (storage === 'f32' || storage === 'f64') {
      (data as Float64Array)[slot] = value as number;
      this.rows[slot]![c] = (data as Float64Array)[slot];
    } else (data as Uint8Array)[slot] = storedNumberOf(type, value) as number;
  }

  private grow(): void {
    this.rowCapacity = this.rowCapacity * 2 + 1;
    const live = new Uint8Array(this.rowCapacity);
    live.set(this.live);
    this.live = live;
    this.columns = this.columns.map(({ storage, data }) => {
      if (Array.isArray(data)) return { storage, data: [...data] as ColumnBuffer };
      const longer = emptyColumn(storage, this.rowCapacity) as Uint8Array;
      longer.set(data as Uint8Array);
      return { storage, data: longer };
    });
    this.fakeGrid?.grow(this.rowCapacity);
  }
}

function emptyColumn(storage: StorageKind, capacity: number): ColumnBuffer {
  switch (storage) {
    case 'u8':
      return new Uint8Array(capacity);
    case 'i8':
      return new Int8Array(capacity);
    case 'u16':
      return new Uint16Array(capacity);
    case 'i16':
      return new Int16Array(capacity);
    case 'u32':
      return new Uint32Array(capacity);
    case 'i32':
      return new Int32Array(capacity);
    case 'f32':
      return new Float32Array(capacity);
    case 'f64':
      return new Float64Array(capacity);
    case 'i64':
      return new BigInt64Array(capacity);
    case 'u64':
      return new BigUint64Array(capacity);
    case 'wide128':
      return new Uint32Array(4 * capacity);
    case 'wide256':
      return new Uint32Array(8 * capacity);
    case 'string':
      return [] as string[];
    case 'encoded':
      return [] as Uint8Array[];
  }
}
