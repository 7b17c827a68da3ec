import { grownTo } from '@tickbase/base';
import type { WireTable } from '@tickbase/protocol';
import { quantizeToInteger } from '@tickbase/protocol';
import type { ColumnBuffer, QuantizePlan, StorageKind, TablePlan } from '@tickbase/schema/plan';
import { shownColumnCount, storageKindOf } from '@tickbase/schema/plan';
import { CHANGE_INSERT, CHANGE_UPDATE, type TableChange, type TableView } from '../store/index.ts';
import type { FollowLinks } from './follow-links.ts';
import type { Partitioning } from './partitioning.ts';
import type { PartitionRule } from './partition-rule.ts';
import type { Places } from './places.ts';
import type { RangeGroup } from './range-group.ts';

/** The row may have changed its cell. */
export const MOVED_CELL = 1;
/** The row may have come to be joined, or no longer be. */
export const MOVED_JOIN = 2;
/** A hidden column changed, which may be one that says who sees the row. */
export const MOVED_HIDDEN = 4;

/**
 * What is kept of one public table while somebody watches it: the tick's changes as watchers see them, the tick of each
 * column's last change, and the integers of quantized columns that were last seen.
 */
export class TableTracker {
  readonly view: TableView;
  readonly wire: WireTable;
  /** Columns that clients get; hidden ones come after them. */
  readonly columnCount: number;
  readonly maskWords: number;
  readonly storages: readonly StorageKind[];
  /** Has quantized columns: copies carry integers, and changes below the quantum are none. */
  readonly isStreamed: boolean;
  /** The grid that gives rows their cells (its own, or that of the followed table); null: not spatial. */
  readonly places: Places | null;
  /** Set by whoever activates a following table. */
  links: FollowLinks | null = null;
  /** Those that look at every change themselves. */
  readonly partitionings: Partitioning[] = [];
  /** Those that find for every change the partitionings that it concerns. */
  readonly groups: RangeGroup[] = [];
  isActive = false;

  /** The tick's changes; changeCount is 0 when the table did not change. */
  changeCount = 0;
  /** u32[>= changeCount]: slots, without repeats but in event tables. */
  slots = new Uint32Array(0);
  /** u8[>= changeCount]: CHANGE_*. */
  ops = new Uint8Array(0);
  /** u32[>= changeCount * maskWords]: columns that changed for watchers: none for changes below the quantum. */
  masks = new Uint32Array(0);
  /** u8[>= changeCount]: MOVED_*: what may have moved the row although what clients get of it stayed. */
  moved = new Uint8Array(0);

  /** Event tables: the number of the tick's first event among all that there were. */
  firstEventSerial = 0;

  /** f64[rowCapacity * columnCount]: tick of the last change of each value, 0: before anybody watched. */
  columnTicks = new Float64Array(0);
  /** f64[rowCapacity]: the highest of them by row: most rows of a page have nothing for a catch-up. */
  rowTicks = new Float64Array(0);
  /** f64[rowCapacity]: tick in which the slot's row came to be, 0: before anybody watched. */
  birthTicks = new Float64Array(0);
  /** Last tick in which the births of all rows were forgotten, since nobody watched any more; -1: never. */
  forgottenTick = -1;

  private readonly hasHidden: boolean;
  /** Columns of strings and encoded values. */
  private readonly longColumns: readonly number[];
  private readonly fixedRowBytes: number;
  /** At most what a row takes in a piece, and a few bytes of framing; Infinity: it has columns of any length. */
  readonly rowBytesMax: number;
  private readonly quantized: readonly { readonly column: number; readonly quantize: QuantizePlan }[];
  /** By place in `quantized`: f64[rowCapacity], the integer last seen. */
  private quanta: Float64Array<ArrayBuffer>[] = [];
  /** Cells of event rows, which the grid may not hold: i32[>= changeCount]; by change, not by slot. */
  private eventCells: Int32Array | null = null;
  private buffers: ColumnBuffer[] = [];

  constructor(view: TableView, wire: WireTable, places: Places | null) {
    this.view = view;
    this.wire = wire;
    this.places = places;
    this.columnCount = shownColumnCount(view.plan);
    this.maskWords = Math.ceil(view.plan.columns.length / 32);
    const columns = view.plan.columns.slice(0, this.columnCount);
    this.hasHidden = columns.length < view.plan.columns.length;
    this.storages = columns.map((column) => storageKindOf(column.type));
    this.longColumns = [...this.storages.keys()].filter((c) => isLong(this.storages[c]!));
    this.fixedRowBytes = this.storages.reduce(
      (sum, storage) => sum + (isLong(storage) ? 5 : (BYTES[storage] ?? 8)),
      16,
    );
    this.rowBytesMax = this.longColumns.length === 0 ? this.fixedRowBytes : Number.POSITIVE_INFINITY;
    this.quantized = columns.flatMap(({ quantize }, column) => (quantize ? [{ column, quantize }] : []));
    this.isStreamed = this.quantized.length > 0;
  }

  get plan(): TablePlan {
    return this.view.plan;
  }

  /** By column position; the store's memory as it is now. */
  get columns(): readonly ColumnBuffer[] {
    for (let c = 0; c < this.columnCount; c++) this.buffers[c] = this.view.columns[c]!.data;
    return this.buffers;
  }

  /** Starts to keep state: what happened before is as old as can be. */
  activate(links: FollowLinks | null): void {
    this.isActive = true;
    this.links = links;
    this.quanta = this.quantized.map(() => new Float64Array(0));
    this.resize();
  }

  deactivate(tick: number): void {
    this.forgottenTick = tick;
    this.isActive = false;
    this.links = null;
    this.changeCount = 0;
    this.quanta = [];
    this.columnTicks = new Float64Array(0);
    this.rowTicks = new Float64Array(0);
    this.birthTicks = new Float64Array(0);
  }

  /** The slot has the row that it had in `tick`, or there is none. When nobody watched in between, or watches now, nobody knows: false. */
  isSameSince(slot: number, tick: number): boolean {
    return this.birthTicks[slot]! <= tick && this.forgottenTick < tick;
  }

  /** Takes in the table's part of a record. */
  takeChanges(change: TableChange, tick: number): void {
    const { count, maskWords } = change;
    this.resize();
    this.reserve(count);
    this.changeCount = count;
    this.slots.set(change.slots.subarray(0, count));
    this.ops.set(change.ops.subarray(0, count));
    this.masks.set(change.masks.subarray(0, count * maskWords));
    this.eventCells = this.plan.isEvent ? change.cellsAfter : null;
    const { cellsBefore, cellsAfter } = change;
    for (let i = 0; i < count; i++) {
      this.moved[i] = cellsBefore !== null && cellsAfter !== null && cellsBefore[i] !== cellsAfter[i] ? MOVED_CELL : 0;
    }
    if (this.hasHidden) this.dropHiddenColumns();
    if (this.plan.isEvent) return;
    for (let q = 0; q < this.quantized.length; q++) this.dropChangesBelowQuantum(q);
    for (let i = 0; i < count; i++) {
      const slot = this.slots[i]!;
      const op = this.ops[i]!;
      if (op === CHANGE_INSERT) {
        this.birthTicks[slot] = tick;
        this.noteQuanta(slot);
      } else if (op === CHANGE_UPDATE) this.noteColumnTicks(i, slot, tick);
    }
  }

  /** Partitionings of all kinds, together. */
  get partitioningCount(): number {
    let count = this.partitionings.length;
    for (const group of this.groups) count += group.partitioningCount;
    return count;
  }

  /** Rows in ranges, each counted once for every range. */
  get rangeRowCount(): number {
    return this.groups.reduce((sum, { linkCount }) => sum + linkCount, 0);
  }

  /** Which of MOVED_* may move rows between the partitions of a rule. */
  reasonsToMove({ isCells, keyColumns, residual }: PartitionRule): number {
    const isByHidden = keyColumns.some((column) => column >= this.columnCount);
    return (isCells ? MOVED_CELL : 0) | (residual?.join ? MOVED_JOIN : 0) | (isByHidden ? MOVED_HIDDEN : 0);
  }

  /** u32[maskWords]: a bit for each of the columns. */
  maskOf(columns: readonly number[]): Uint32Array {
    const mask = new Uint32Array(this.maskWords);
    for (const c of columns) mask[c >> 5]! |= 1 << (c & 31);
    return mask;
  }

  /** True when the i-th change is one of a column in the mask. */
  hasColumnOf(i: number, mask: Uint32Array): boolean {
    const { maskWords, masks } = this;
    for (let w = 0; w < maskWords; w++) if ((masks[i * maskWords + w]! & mask[w]!) !== 0) return true;
    return false;
  }

  /** Adds a row that stayed as it is, and may have moved because another row changed. */
  addMoved(slot: number, reason: number): void {
    const i = this.changeCount++;
    this.reserve(this.changeCount);
    this.slots[i] = slot;
    this.ops[i] = CHANGE_UPDATE;
    this.masks.fill(0, i * this.maskWords, (i + 1) * this.maskWords);
    this.moved[i] = reason;
  }

  /** Remembers what watchers are given of the row's quantized columns. */
  noteQuanta(slot: number): void {
    for (let q = 0; q < this.quantized.length; q++) {
      const { column, quantize } = this.quantized[q]!;
      this.quanta[q]![slot] = quantizeToInteger(quantize, this.view.columns[column]!.data[slot] as number);
    }
  }

  hasMask(i: number): boolean {
    for (let w = i * this.maskWords; w < (i + 1) * this.maskWords; w++) if (this.masks[w] !== 0) return true;
    return false;
  }

  /** At most what the row takes in a piece, and a few bytes of framing. */
  estimateRowBytes(slot: number): number {
    let bytes = this.fixedRowBytes;
    for (const c of this.longColumns) {
      const value = this.view.columns[c]!.data[slot] as string | Uint8Array;
      bytes += typeof value === 'string' ? 3 * value.length : value.length;
    }
    return bytes;
  }

  /** The cell of a row, -1: nowhere. */
  cellOf(slot: number): number {
    if (this.links !== null) return this.links.cellOf(slot);
    return this.view.grid === null ? -1 : this.view.grid.cellOfSlot[slot]!;
  }

  /** The cell of the i-th event row of the tick. */
  cellOfEvent(i: number): number {
    const slot = this.slots[i]!;
    if (this.links !== null) return this.links.cellOfUnlinked(slot);
    return this.eventCells === null ? this.cellOf(slot) : this.eventCells[i]!;
  }

  /** To watchers a change of hidden columns is none. */
  private dropHiddenColumns(): void {
    const { columnCount, maskWords, masks } = this;
    for (let i = 0; i < this.changeCount; i++) {
      for (let w = columnCount >> 5; w < maskWords; w++) {
        const shown = w === columnCount >> 5 ? 2 ** (columnCount & 31) - 1 : 0;
        const mask = masks[i * maskWords + w]!;
        if ((mask & ~shown) === 0) continue;
        masks[i * maskWords + w] = mask & shown;
        this.moved[i]! |= MOVED_HIDDEN;
      }
    }
  }

  /** Of one quantized column; all its values lie in one array, row after row as they changed. */
  private dropChangesBelowQuantum(q: number): void {
    const { ops, slots, masks, maskWords, changeCount } = this;
    const { column, quantize } = this.quantized[q]!;
    const { data } = this.view.columns[column]!;
    const seen = this.quanta[q]!;
    const bit = 1 << (column & 31);
    for (let i = 0, word = column >> 5; i < changeCount; i++, word += maskWords) {
      if ((masks[word]! & bit) === 0 || ops[i] !== CHANGE_UPDATE) continue;
      const slot = slots[i]!;
      const now = quantizeToInteger(quantize, data[slot] as number);
      if (isSame(seen[slot]!, now)) masks[word]! &= ~bit;
      else seen[slot] = now;
    }
  }

  private noteColumnTicks(i: number, slot: number, tick: number): void {
    const { columnTicks, masks, maskWords } = this;
    const first = slot * this.columnCount;
    this.rowTicks[slot] = tick;
    for (let w = 0; w < maskWords; w++) {
      for (let bits = masks[i * maskWords + w]! | 0; bits !== 0; bits &= bits - 1) {
        columnTicks[first + w * 32 + 31 - Math.clz32(bits & -bits)] = tick;
      }
    }
  }

  private reserve(count: number): void {
    this.slots = grownTo(this.slots, count);
    this.ops = grownTo(this.ops, count);
    this.moved = grownTo(this.moved, count);
    this.masks = grownTo(this.masks, count * this.maskWords);
  }

  private resize(): void {
    if (this.plan.isEvent) return;
    const { rowCapacity } = this.view;
    if (this.birthTicks.length >= rowCapacity) return;
    this.birthTicks = grownTo(this.birthTicks, rowCapacity);
    this.rowTicks = grownTo(this.rowTicks, this.birthTicks.length);
    this.columnTicks = grownTo(this.columnTicks, this.birthTicks.length * this.columnCount);
    for (let q = 0; q < this.quanta.length; q++) {
      const known = this.quanta[q]!;
      this.quanta[q] = new Float64Array(this.birthTicks.length).fill(Number.NaN);
      this.quanta[q]!.set(known);
    }
  }
}

/** As Object.is, which would make an object of each; both zeros travel alike. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function isLong(storage: StorageKind): boolean {
  return storage === 'string' || storage === 'encoded';
}

const BYTES: Partial<Record<StorageKind, number>> = { wide128: 16, wide256: 32 };
