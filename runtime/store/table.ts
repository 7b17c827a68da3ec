import { assert } from '@tickbase/base';
import type { TablePlan } from '@tickbase/schema/plan';
import { type CellGrid, NO_CELL } from './cell-grid.ts';
import { ChangeList } from './change-list.ts';
import { ROW_BYTES_MAX } from './check-row-bytes.ts';
import { Column } from './column.ts';
import { FreeSlots } from './free-slots.ts';
import { HashIndex } from './hash-index.ts';
import type { KeptChunks } from './kept-chunks.ts';
import { OrderedIndex } from './ordered-index.ts';
import { readValue } from './read-value.ts';
import { rebuildDerived } from './rebuild-derived.ts';
import { RowPlace } from './row-place.ts';
import { RowWriter } from './row-writer.ts';
import { Sequence } from './sequence.ts';
import type { SlotIndex } from './slot-index.ts';
import { sortSlots } from './sort-slots.ts';
import { storeError } from './store-error.ts';
import { TableIndexes } from './table-indexes.ts';
import type { TableView } from './table-view.ts';
import { STATE_MUTATING, UNDO_MASK, type UndoLog } from './undo-log.ts';
import { WholeColumns } from './whole-columns.ts';
import { writeDefault } from './write-default.ts';
import { ENCODED_BYTES_MAX, STRING_LENGTH_MAX, writeValue } from './write-value.ts';

/**
 * One table: columns over slots, and what is derived from them. A write has two halves: new values are checked into the probe slot, then
 * RowWriter changes the row from there.
 *
 * Truth: columns, `live`, the grid's cells and `cellOfSlot`, sequences, the change list's entries, free slots. Derived: indexes, the
 * grid's lists, `liveCount`, `fallen` (see rebuildDerived). Truth is changed by plain stores in a row: a forced stop comes at the entry of a
 * function or at the turn of a loop, so arrays are made whole before the first of them is put in place.
 */
export class Table implements TableView {
  readonly plan: TablePlan;
  readonly position: number;
  rowCapacity: number;
  slotCount = 0;
  liveCount = 0;
  live: Uint8Array;
  /** Of `live`, while a snapshot is written: asked before a row comes to life or dies. Columns have their own. */
  kept: KeptChunks | null = null;
  readonly columns: readonly Column[];
  /** Strings and encoded values, if there are so many that a row of them could grow too long to travel; else empty. */
  readonly longColumns: readonly Column[];
  readonly indexes: readonly SlotIndex[];
  readonly keyIndex: SlotIndex;
  readonly derived: TableIndexes;
  readonly place: RowPlace | null;
  readonly grid: CellGrid | null;
  /** Rows that died in this tick, by key: a row inserted again under its key gets its old slot back. */
  readonly fallen: HashIndex;
  readonly sequences: readonly Sequence[];
  readonly changes: ChangeList;
  readonly free = new FreeSlots();
  readonly undo: UndoLog;
  readonly whole: WholeColumns;
  /** The transaction in which a function has the columns' memory in hand: no row may be written in another way. */
  lentTransaction = -1;
  /** The transaction that goes over many rows, with views of them: the columns that it writes are saved whole. */
  sweepTransaction = -1;
  /** Below it a loop over rows of an index is no sweep: saving columns whole would cost more than notes for single cells. */
  sweepRowsMin = 64;
  /** The same for a loop over the whole table. */
  sweepTableRowsMin = 1;
  /** The open tick. */
  tick = 0;
  readonly #slotRestTicks: number;
  readonly #writer: RowWriter;
  /** How many of the newest entries of `free` came with the last seal. */
  #freedCount = 0;
  /** A row died in this tick, or may have. */
  #hasFallen = false;
  /** State when the open transaction first wrote this table. */
  #savedTransaction = -1;
  #savedSlotCount = 0;
  #savedFreeHead = 0;
  #savedChangeCount = 0;

  constructor(plan: TablePlan, position: number, undo: UndoLog, slotRestTicks: number) {
    assert(slotRestTicks >= 1, 'a slot rests for a tick at least: the seal must see who died in it');
    this.plan = plan;
    this.position = position;
    this.undo = undo;
    this.#slotRestTicks = slotRestTicks;
    this.rowCapacity = ROWS_FIRST;
    this.live = new Uint8Array(ROWS_FIRST);
    this.columns = makeColumns(plan);
    this.longColumns = longColumnsOf(this.columns);
    this.place = plan.spatial?.kind === 'position' ? new RowPlace(plan.spatial, this.columns, ROWS_FIRST) : null;
    this.grid = this.place === null ? null : this.place.grid;
    this.derived = new TableIndexes(plan, this.columns, this);
    this.indexes = this.derived.listed;
    this.keyIndex = this.derived.key;
    this.fallen = new HashIndex(this.keyIndex.key, true);
    this.sequences = this.columns.filter((column) => column.plan.autoInc).map((column) => new Sequence(column));
    this.changes = new ChangeList(plan.columns.length, ROWS_FIRST);
    this.whole = new WholeColumns(this);
    this.#writer = new RowWriter(this);
    for (const column of this.columns) writeDefault(column, this.defaults);
  }

  /** The slot whose values are about to be looked for or written. */
  get probe(): number {
    return this.rowCapacity;
  }

  /** The slot for the upper end of a range. */
  get probeTo(): number {
    return this.rowCapacity + 1;
  }

  /** The slot that holds each column's default, or its type's zero where it has none. */
  get defaults(): number {
    return this.rowCapacity + 2;
  }

  slotsByIndex(indexPosition: number, values: readonly unknown[]): readonly number[] {
    const index = this.indexes[indexPosition];
    assert(
      index !== undefined && values.length <= index.key.columns.length,
      'no such index, or too many values for it',
    );
    for (let i = 0; i < values.length; i++) writeValue(index.key.columns[i]!, this.probe, values[i]);
    const slots: number[] = [];
    if (values.length === index.key.columns.length) {
      index.collect(this.probe, slots);
      return slots;
    }
    assert(index instanceof OrderedIndex, 'only a btree index knows prefixes');
    index.collectPrefix(this.probe, values.length, slots);
    return sortSlots(slots);
  }

  slotsBetween(indexPosition: number, from: unknown, to: unknown): readonly number[] {
    const index = this.indexes[indexPosition];
    assert(index instanceof OrderedIndex, 'only a btree index knows an order');
    const column = index.key.columns[0]!;
    if (from !== undefined) writeValue(column, this.probe, from);
    if (to !== undefined) writeValue(column, this.probeTo, to);
    const slots: number[] = [];
    index.collectRange(
      {
        from: this.probe,
        fromWidth: from === undefined ? 0 : 1,
        isFromExcluded: false,
        to: this.probeTo,
        toWidth: to === undefined ? 0 : 1,
        isToExcluded: false,
      },
      slots,
    );
    return sortSlots(slots);
  }

  valueAt(column: number, slot: number): unknown {
    return readValue(this.columns[column]!, slot);
  }

  /** Makes the row that the probe holds. Returns its slot; in a table without a primary key, that of an identical row if there is one. */
  insertProbe(): number {
    return this.#writer.insert();
  }

  /** Gives a live row the values of the probe, whose primary key is the row's. Equal values are no change. */
  updateFromProbe(slot: number): void {
    this.#writer.update(slot);
  }

  /** Gives one column of a live row the probe's value of that column. */
  updateColumn(slot: number, columnPosition: number): void {
    this.#writer.updateColumn(slot, columnPosition);
  }

  /** By column position: nothing is derived from it, so that a change of it touches nothing else. */
  isPlain(column: number): boolean {
    return this.#writer.isPlain(column);
  }

  /**
   * Begins a write of a live row's plain columns by the table's own code; they are the bits of `columns`, of the first 32. For each of them
   * `undo.saveWords` and a store follow, or `writePlain`, and then STATE_OPEN.
   */
  beginPlain(slot: number, columns: number): void {
    const { undo, changes } = this;
    if (this.#savedTransaction !== undo.transaction) this.enter();
    undo.state = STATE_MUTATING;
    const entry = changes.touch(slot, 1, this.grid === null ? NO_CELL : this.grid.cellOfSlot[slot]!);
    const word = entry * changes.maskWords;
    const old = changes.masks[word]!;
    if (entry < this.#savedChangeCount) undo.push(UNDO_MASK, this.position, word, old, 0);
    changes.masks[word] = old | columns;
  }

  /** Gives a plain column that `beginPlain` was told of the probe's value. */
  writePlain(column: Column, slot: number): void {
    this.undo.saveColumn(this.position, column, slot);
    column.copy(this.rowCapacity, slot);
  }

  deleteSlot(slot: number): void {
    this.#writer.delete(slot);
  }

  /** Brings the slot to life in `live` and everything derived. */
  raise(slot: number, cell: number): void {
    if (this.kept !== null) this.kept.keep(slot);
    this.live[slot] = 1;
    this.liveCount++;
    this.derived.add(slot);
    if (this.grid !== null) this.grid.place(slot, cell);
  }

  /** Takes the slot out of `live` and everything derived. Its columns stay as they are until the slot is used again. */
  fell(slot: number): void {
    if (this.kept !== null) this.kept.keep(slot);
    this.derived.remove(slot);
    if (this.grid !== null) this.grid.place(slot, NO_CELL);
    this.live[slot] = 0;
    this.liveCount--;
    this.#hasFallen = true;
    this.undo.bumpEpoch();
  }

  /** The last step of an undo: counters go back to where they were when the transaction first wrote the table. */
  undoCounters(): void {
    this.whole.undoCounters();
    this.changes.cutTo(this.#savedChangeCount);
    this.slotCount = this.#savedSlotCount;
    this.free.head = this.#savedFreeHead;
    for (const sequence of this.sequences) sequence.restore();
    this.#savedTransaction = -1;
  }

  /** After a replay: slots that are not live are free, cells follow from the positions, everything derived is made anew. */
  settle(): void {
    this.free.clear();
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (this.live[slot] === 0) this.free.give(slot, -this.#slotRestTicks);
      else if (this.place !== null) this.place.grid.cellOfSlot[slot] = this.place.cellOf(slot, NO_CELL);
    }
    rebuildDerived(this);
  }

  beginTick(tick: number): void {
    this.tick = tick;
    if (this.plan.isEvent && this.slotCount > 0) this.#emptyEvents();
    if (this.#freedCount === 0) return;
    for (let i = this.free.tail - this.#freedCount; i < this.free.tail; i++) {
      for (const column of this.columns) column.forget(this.free.slotAt(i));
    }
    this.#freedCount = 0;
  }

  /**
   * After the changes were sealed: the slots of the tick's dead begin their rest. `slots` are those of the change list, ascending.
   * What the dead held can still be read until the next tick begins.
   */
  endTick(slots: Uint32Array, count: number): void {
    if (!this.plan.isEvent && this.#hasFallen) {
      this.#hasFallen = false;
      for (let i = 0; i < count; i++) {
        const slot = slots[i]!;
        if (this.live[slot] === 1) continue;
        this.free.give(slot, this.tick);
        this.#freedCount++;
      }
      if (this.#freedCount > 0) this.fallen.clear();
    }
    this.changes.cutTo(0);
  }

  /** Makes room for slots below `slotCount`. */
  reserve(slotCount: number): void {
    if (slotCount > this.rowCapacity) this.#growTo(2 ** Math.ceil(Math.log2(slotCount)));
  }

  /** Notes that a column of an entry of the change list really changed. */
  mark(entry: number, column: number): void {
    const { changes } = this;
    const word = entry * changes.maskWords + (column >>> 5);
    const bit = 1 << (column & 31);
    const old = changes.masks[word]!;
    if ((old & bit) !== 0) return;
    if (entry < this.#savedChangeCount) this.undo.push(UNDO_MASK, this.position, word, old, 0);
    changes.masks[word] = old | bit;
  }

  /** Nobody has died in this tick, so that every row of the change list lives. */
  get isUnfallen(): boolean {
    return !this.#hasFallen;
  }

  /**
   * Notes for many slots that a column really changed. Slots that were dead when the tick began are passed over; rows that died in it are not,
   * since they may come back as they were last.
   */
  markAll(slots: Uint32Array, count: number, column: number): void {
    const { live, changes } = this;
    changes.reserve(changes.count + count);
    changes.enterSlots();
    const { slots: touched, livedBefore, cellsBefore, masks, entryOfSlot, maskWords } = changes;
    const cellOfSlot = this.grid === null ? null : this.grid.cellOfSlot;
    const saved = this.#savedChangeCount;
    const word = column >>> 5;
    const bit = 1 << (column & 31);
    let next = changes.count;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const entry = entryOfSlot[slot]! - 1;
      if (entry === -1) {
        if (live[slot] === 0) continue;
        touched[next] = slot;
        livedBefore[next] = 1;
        cellsBefore[next] = cellOfSlot === null ? NO_CELL : cellOfSlot[slot]!;
        masks[next * maskWords] = 0;
        if (maskWords === 2) masks[next * 2 + 1] = 0;
        masks[next * maskWords + word] = bit;
        next++;
        entryOfSlot[slot] = next;
      } else if (entry >= saved) {
        masks[entry * maskWords + word]! |= bit;
      } else {
        this.mark(entry, column);
      }
    }
    changes.count = next;
  }

  /** The transaction writes this table from here on. */
  enter(): void {
    const { undo } = this;
    if (this.#savedTransaction === undo.transaction) return;
    this.whole.enter();
    this.#savedSlotCount = this.slotCount;
    this.#savedFreeHead = this.free.head;
    this.#savedChangeCount = this.changes.count;
    for (let i = 0; i < this.sequences.length; i++) this.sequences[i]!.save();
    undo.tables.push(this.position);
    this.#savedTransaction = undo.transaction;
  }

  /** A slot for a new row: one that has rested, or the next. */
  takeSlot(): number {
    const rested = this.plan.isEvent ? -1 : this.free.peek(this.tick, this.#slotRestTicks);
    if (rested !== -1) {
      this.free.head++;
      return rested;
    }
    if (this.slotCount === this.rowCapacity) this.#growTo(this.rowCapacity * 2);
    return this.slotCount++;
  }

  /** Each part may be larger than `rowCapacity` says: a stop in here leaves a table that grows again. */
  #growTo(capacity: number): void {
    const old = this.rowCapacity;
    if (capacity > SLOTS_MAX) {
      throw storeError(
        'STORE_TABLE_FULL',
        `a table holds at most ${SLOTS_MAX} rows, deleted ones that still rest included`,
        { table: this.plan.name },
        'delete rows, or split the table',
      );
    }
    for (const column of this.columns) {
      column.grow(capacity + RESERVED_SLOTS, old + RESERVED_SLOTS);
      for (let i = 0; i < RESERVED_SLOTS; i++) column.copy(old + i, capacity + i);
    }
    this.changes.growRows(capacity);
    this.grid?.grow(capacity);
    const live = new Uint8Array(capacity);
    live.set(this.live);
    this.live = live;
    this.rowCapacity = capacity;
  }

  #emptyEvents(): void {
    this.derived.clear();
    if (this.grid !== null) {
      for (let slot = 0; slot < this.slotCount; slot++) this.grid.place(slot, NO_CELL);
    }
    for (let slot = 0; slot < this.slotCount; slot++) for (const column of this.columns) column.forget(slot);
    this.live.fill(0, 0, this.slotCount);
    this.liveCount = 0;
    this.slotCount = 0;
  }
}

/** Slots beyond the rows' own: probe, upper probe, defaults. */
export const RESERVED_SLOTS = 3;

const ROWS_FIRST = 16;
/** Slots are 31-bit numbers in indexes; half of that keeps every product of slot and words exact. */
export const SLOTS_MAX = 1 << 28;

function makeColumns(plan: TablePlan): readonly Column[] {
  const { spatial } = plan;
  return plan.columns.map((column, position) => {
    const isCoordinate = spatial?.kind === 'position' && (spatial.x === position || spatial.y === position);
    const isIndexed = plan.indexes.some((index) => index.columns.includes(position));
    const isKey = isIndexed || (plan.primaryKey ?? []).includes(position);
    const place = { plan: column, position, tableName: plan.name, isKey, isCoordinate };
    return new Column(place, ROWS_FIRST + RESERVED_SLOTS);
  });
}

function longColumnsOf(columns: readonly Column[]): readonly Column[] {
  const long = columns.filter(({ strings, blobs }) => strings.length + blobs.length > 0);
  let bytesMax = 0;
  for (const { strings } of long) bytesMax += strings.length > 0 ? 3 * STRING_LENGTH_MAX : ENCODED_BYTES_MAX;
  return bytesMax <= ROW_BYTES_MAX ? [] : long;
}
