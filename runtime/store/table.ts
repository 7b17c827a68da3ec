import { assert } from '@tickbase/base';
import type { TablePlan } from '@tickbase/schema/plan';
import { CellGrid, NO_CELL } from './cell-grid.ts';
import { ChangeList } from './change-list.ts';
import { ROW_BYTES_MAX } from './check-row-bytes.ts';
import { Column } from './column.ts';
import { describeValue } from './describe-value.ts';
import { DirectIndex } from './direct-index.ts';
import { FreeSlots } from './free-slots.ts';
import { HashIndex } from './hash-index.ts';
import { IndexKey } from './index-key.ts';
import { OrderedIndex } from './ordered-index.ts';
import { readValue } from './read-value.ts';
import { Sequence } from './sequence.ts';
import type { SlotIndex } from './slot-index.ts';
import { storeError } from './store-error.ts';
import type { TableView } from './table-view.ts';
import {
  STATE_MUTATING,
  STATE_OPEN,
  UNDO_CELL,
  UNDO_COLUMN,
  UNDO_DELETE,
  UNDO_INSERT,
  UNDO_MASK,
  type UndoLog,
} from './undo-log.ts';
import { writeDefault } from './write-default.ts';
import { ENCODED_BYTES_MAX, STRING_LENGTH_MAX, writeValue } from './write-value.ts';

/**
 * One table: columns over slots, and what is derived from them. A write has two halves. First the new values are checked
 * into the probe slot and asked against unique keys; all that can be refused is refused there, and nothing has changed. Then
 * the row is changed by copies from the probe, each change noted in the undo log before it is made.
 *
 * Truth: columns, `live`, the grid's `cellOfSlot`, sequences, and the change list. Derived: indexes, the grid's lists, `liveCount`
 * (see `rebuild`).
 */
export class Table implements TableView {
  readonly plan: TablePlan;
  readonly position: number;
  rowCapacity: number;
  slotCount = 0;
  liveCount = 0;
  live: Uint8Array;
  readonly columns: readonly Column[];
  /** Strings and encoded values, if there are so many that a row of them could grow too long to travel; else empty. */
  readonly longColumns: readonly Column[];
  readonly grid: CellGrid | null;
  /** By place in `plan.indexes`. */
  readonly indexes: readonly SlotIndex[];
  /** Which of `indexes` refuse a second row with the same key. */
  readonly isUnique: readonly boolean[];
  /** Finds a row by its primary key; in a table without one, by all of its columns. */
  readonly keyIndex: SlotIndex;
  /** `indexes`, and `keyIndex` if it is none of them. */
  readonly #derived: readonly SlotIndex[];
  readonly #uniques: readonly SlotIndex[];
  readonly #indexesOfColumn: readonly (readonly SlotIndex[])[];
  readonly #uniquesOfColumn: readonly (readonly SlotIndex[])[];
  /** Rows that died in this tick, by key: a row inserted again under its key gets its old slot back. */
  readonly #fallen: HashIndex;
  readonly sequences: readonly Sequence[];
  readonly changes: ChangeList;
  readonly free = new FreeSlots();
  readonly #undo: UndoLog;
  readonly #slotRestTicks: number;
  /** Scratch: positions of the columns that an update changes. */
  readonly #changed: Uint16Array;

  /** The open tick. */
  tick = 0;
  /** How many of the newest entries of `free` came with the last seal. */
  #freedCount = 0;
  /** State when the open transaction first wrote this table. */
  #savedTransaction = -1;
  #savedSlotCount = 0;
  #savedFreeHead = 0;
  #savedChangeCount = 0;

  constructor(plan: TablePlan, position: number, undo: UndoLog, slotRestTicks: number) {
    assert(slotRestTicks >= 1, 'a slot rests for a tick at least: the seal must see who died in it');
    this.plan = plan;
    this.position = position;
    this.#undo = undo;
    this.#slotRestTicks = slotRestTicks;
    this.rowCapacity = ROWS_FIRST;
    this.live = new Uint8Array(ROWS_FIRST);
    const spatial = plan.spatial?.kind === 'position' ? plan.spatial : null;
    const keyColumns = plan.primaryKey ?? plan.columns.map((_, column) => column);
    this.columns = plan.columns.map((column, columnPosition) => {
      const isCoordinate = spatial !== null && (spatial.x === columnPosition || spatial.y === columnPosition);
      const isIndexed = plan.indexes.some((index) => index.columns.includes(columnPosition));
      const isKey = isIndexed || (plan.primaryKey ?? []).includes(columnPosition);
      const place = { plan: column, position: columnPosition, tableName: plan.name, isKey, isCoordinate };
      return new Column(place, ROWS_FIRST + RESERVED_SLOTS);
    });
    this.longColumns = longColumnsOf(this.columns);
    this.grid = spatial === null ? null : new CellGrid(spatial.cell, ROWS_FIRST);
    this.indexes = plan.indexes.map((index) => this.#makeIndex(index.columns, index.algorithm, index.isUnique));
    this.isUnique = plan.indexes.map((index) => index.isUnique);
    const listed = plan.indexes.findIndex(
      (index) =>
        plan.primaryKey !== null &&
        index.isUnique &&
        index.algorithm !== 'btree' &&
        hasSameItems(index.columns, keyColumns),
    );
    const extra: SlotIndex[] = [];
    const unique = (columns: readonly number[]): SlotIndex => {
      const index = this.#makeIndex(columns, 'hash', true);
      extra.push(index);
      return index;
    };
    this.keyIndex = listed === -1 ? unique(keyColumns) : this.indexes[listed]!;
    for (const columns of plan.uniques) {
      if (!plan.indexes.some((index) => index.isUnique && hasSameItems(index.columns, columns))) unique(columns);
    }
    this.#derived = [...this.indexes, ...extra];
    this.#uniques = [...this.indexes.filter((_, i) => this.isUnique[i] === true), ...extra];
    const withColumn = (list: readonly SlotIndex[]): SlotIndex[][] =>
      plan.columns.map((_, column) => list.filter((index) => index.key.has(column)));
    this.#indexesOfColumn = withColumn(this.#derived);
    this.#uniquesOfColumn = withColumn(this.#uniques);
    this.#fallen = new HashIndex(this.keyIndex.key, true);
    this.sequences = this.columns.filter((column) => column.plan.autoInc).map((column) => new Sequence(column));
    this.changes = new ChangeList(plan.columns.length, ROWS_FIRST);
    this.#changed = new Uint16Array(plan.columns.length);
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
    return slots.sort((a, b) => a - b);
  }

  valueAt(column: number, slot: number): unknown {
    return readValue(this.columns[column]!, slot);
  }

  /** Makes the row that the probe holds. Returns its slot; in a table without a primary key, that of an identical row if there is one. */
  insertProbe(): number {
    for (const sequence of this.sequences) this.#fillSequence(sequence);
    this.#checkCoordinates();
    for (const index of this.#uniques) {
      const twin = index.findFirst(this.probe);
      if (twin === -1) continue;
      if (index === this.keyIndex && this.plan.primaryKey === null) return twin;
      this.#refuseTwin(index);
    }
    this.#checkDirect();
    const undo = this.#undo;
    this.#enter();
    undo.state = STATE_MUTATING;
    const fallen = this.plan.isEvent ? -1 : this.#fallen.findFirst(this.probe);
    const slot = fallen === -1 ? this.#takeSlot() : fallen;
    const { probe } = this;
    const entry = this.changes.touch(slot, 0, NO_CELL);
    if (fallen === -1) {
      for (const column of this.columns) column.copy(probe, slot);
    } else {
      this.#fallen.remove(slot);
      for (const column of this.columns) {
        if (column.isEqual(probe, slot)) continue;
        undo.saveColumn(this.position, column, slot);
        this.#mark(entry, column.position);
        column.copy(probe, slot);
      }
    }
    undo.push(UNDO_INSERT, this.position, slot, fallen === -1 ? 0 : 1, 0);
    this.raise(slot, this.#cellFromColumns(slot, NO_CELL));
    undo.state = STATE_OPEN;
    return slot;
  }

  /** Gives a live row the values of the probe, whose primary key is the row's. Equal values are no change. */
  updateFromProbe(slot: number): void {
    const { probe } = this;
    let changedCount = 0;
    for (const column of this.columns) {
      if (!column.isEqual(slot, probe)) this.#changed[changedCount++] = column.position;
    }
    if (changedCount > 0) this.#change(slot, changedCount);
  }

  /** Gives one column of a live row the probe's value of that column. */
  updateColumn(slot: number, columnPosition: number): void {
    const column = this.columns[columnPosition]!;
    const { probe } = this;
    if (column.isEqual(slot, probe)) return;
    if (this.#indexesOfColumn[columnPosition]!.length === 0 && !this.isPlace(columnPosition)) {
      const undo = this.#undo;
      this.#enter();
      undo.state = STATE_MUTATING;
      const entry = this.changes.touch(slot, 1, this.grid === null ? NO_CELL : this.grid.cellOfSlot[slot]!);
      undo.saveColumn(this.position, column, slot);
      this.#mark(entry, columnPosition);
      column.copy(probe, slot);
      undo.state = STATE_OPEN;
      return;
    }
    for (const other of this.columns) if (other !== column) other.copy(slot, probe);
    this.#changed[0] = columnPosition;
    this.#change(slot, 1);
  }

  deleteSlot(slot: number): void {
    const undo = this.#undo;
    this.#enter();
    undo.state = STATE_MUTATING;
    const cell = this.grid === null ? NO_CELL : this.grid.cellOfSlot[slot]!;
    this.changes.touch(slot, 1, cell);
    undo.push(UNDO_DELETE, this.position, slot, cell, 0);
    this.fell(slot);
    if (!this.plan.isEvent) this.#fallen.add(slot);
    undo.state = STATE_OPEN;
  }

  /** True when the column decides a row's place on the grid. */
  isPlace(column: number): boolean {
    const { spatial } = this.plan;
    return spatial?.kind === 'position' && (column === spatial.x || column === spatial.y || column === spatial.space);
  }

  /** Brings the slot to life in `live` and everything derived. */
  raise(slot: number, cell: number): void {
    this.live[slot] = 1;
    this.liveCount++;
    for (const index of this.#derived) index.add(slot);
    if (this.grid !== null) this.grid.place(slot, cell);
  }

  /** Takes the slot out of `live` and everything derived. Its columns stay as they are until the slot is used again. */
  fell(slot: number): void {
    for (const index of this.#derived) index.remove(slot);
    if (this.grid !== null) this.grid.place(slot, NO_CELL);
    this.live[slot] = 0;
    this.liveCount--;
  }

  /** Undoes one entry of the log, newest first. `isTorn`: leave alone what is derived, `rebuild` follows. */
  undoEntry(kind: number, slot: number, detail: number, place: number, isTorn: boolean): void {
    switch (kind) {
      case UNDO_COLUMN:
        this.#undoColumn(slot, detail, place, isTorn);
        return;
      case UNDO_INSERT:
        if (isTorn) {
          this.live[slot] = 0;
          if (this.grid !== null) this.grid.cellOfSlot[slot] = NO_CELL;
          return;
        }
        this.fell(slot);
        if (detail === 1) this.#fallen.add(slot);
        return;
      case UNDO_DELETE:
        if (isTorn) {
          this.live[slot] = 1;
          if (this.grid !== null) this.grid.cellOfSlot[slot] = detail;
          return;
        }
        if (!this.plan.isEvent) this.#fallen.remove(slot);
        this.raise(slot, detail);
        return;
      case UNDO_CELL:
        if (isTorn) this.grid!.cellOfSlot[slot] = detail;
        else this.grid!.place(slot, detail);
        return;
      case UNDO_MASK:
        this.changes.masks[slot] = detail;
        return;
      default:
        assert(false, 'an undo entry of unknown kind');
    }
  }

  /** The last step of an undo: counters go back to where they were when the transaction first wrote the table. */
  undoCounters(): void {
    this.changes.cutTo(this.#savedChangeCount);
    this.slotCount = this.#savedSlotCount;
    this.free.head = this.#savedFreeHead;
    for (const sequence of this.sequences) sequence.restore();
    this.#savedTransaction = -1;
  }

  /** Makes everything derived anew from the columns, the live bitmap and the cells of slots. */
  rebuild(): void {
    for (const index of this.#derived) index.clear();
    this.#fallen.clear();
    this.liveCount = 0;
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (this.live[slot] !== 1) continue;
      this.liveCount++;
      for (const index of this.#derived) index.add(slot);
    }
    this.grid?.rebuild(this.slotCount);
    if (this.plan.isEvent) return;
    for (let entry = 0; entry < this.changes.count; entry++) {
      const slot = this.changes.slots[entry]!;
      if (this.live[slot] === 0) this.#fallen.add(slot);
    }
  }

  /** After a replay: slots that are not live are free, cells follow from the positions, everything derived is made anew. */
  settle(): void {
    this.free.clear();
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (this.live[slot] === 0) this.free.give(slot, -this.#slotRestTicks);
      else if (this.grid !== null) this.grid.cellOfSlot[slot] = this.#cellFromColumns(slot, NO_CELL);
    }
    this.rebuild();
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
    if (!this.plan.isEvent) {
      for (let i = 0; i < count; i++) {
        const slot = slots[i]!;
        if (this.live[slot] === 1) continue;
        this.free.give(slot, this.tick);
        this.#freedCount++;
      }
      if (this.#freedCount > 0) this.#fallen.clear();
    }
    this.changes.cutTo(0);
  }

  /** Makes room for slots below `slotCount`. */
  reserve(slotCount: number): void {
    while (this.rowCapacity < slotCount) this.#grow();
  }

  #makeIndex(columns: readonly number[], algorithm: 'btree' | 'hash' | 'direct', isUnique: boolean): SlotIndex {
    const key = new IndexKey(columns.map((column) => this.columns[column]!));
    if (algorithm === 'btree') return new OrderedIndex(key);
    if (algorithm === 'direct' && isUnique && isDirectKey(key)) return new DirectIndex(key);
    return new HashIndex(key, isUnique);
  }

  #fillSequence(sequence: Sequence): void {
    const { probe } = this;
    if (!sequence.isZero(probe)) return;
    this.#enter();
    const uniques = this.#uniquesOfColumn[sequence.column.position]!;
    const isTaken = (): boolean =>
      uniques.some((index) => index.key.columns.length === 1 && index.findFirst(probe) !== -1);
    do sequence.next(probe);
    while (isTaken());
  }

  #checkCoordinates(): void {
    const { spatial } = this.plan;
    if (this.grid === null || spatial?.kind !== 'position') return;
    for (const position of [spatial.x, spatial.y]) {
      const value = this.valueAt(position, this.probe) as number;
      if (this.grid.isInReach(value)) continue;
      throw storeError(
        'STORE_COORDINATE',
        `${describeValue(value)} is more than 2^31 cells away from the origin`,
        { table: this.plan.name, column: this.columns[position]!.plan.name },
        'keep positions near the origin, or give the table larger cells',
      );
    }
  }

  #checkDirect(): void {
    for (const index of this.indexes) {
      if (!(index instanceof DirectIndex) || index.canHold(this.probe)) continue;
      const column = index.key.columns[0]!;
      throw storeError(
        'STORE_DIRECT_KEY',
        `${describeValue(readValue(column, this.probe))} is too large for a direct index`,
        { table: this.plan.name, column: column.plan.name },
        'use small dense numbers, or a hash index',
      );
    }
  }

  #refuseTwin(index: SlotIndex): never {
    const { columns } = index.key;
    const values = columns.map((column) => describeValue(readable(readValue(column, this.probe)))).join(', ');
    const names = columns.map((column) => column.plan.name).join(', ');
    throw storeError(
      'STORE_UNIQUE_VIOLATION',
      `another row has ${values} already`,
      { table: this.plan.name, column: names },
      'look for the row with find first, or use upsert',
    );
  }

  /** Changes a live row in the columns that `#changed` lists; the probe holds the whole new row. */
  #change(slot: number, changedCount: number): void {
    const { probe } = this;
    const undo = this.#undo;
    let isMoved = false;
    let isIndexed = false;
    for (let i = 0; i < changedCount; i++) {
      const column = this.#changed[i]!;
      isMoved ||= this.grid !== null && this.isPlace(column);
      isIndexed ||= this.#indexesOfColumn[column]!.length > 0;
      for (const index of this.#uniquesOfColumn[column]!) {
        const twin = index.findFirst(probe);
        if (twin !== -1 && twin !== slot) this.#refuseTwin(index);
      }
    }
    if (isMoved) this.#checkCoordinates();
    if (isIndexed) this.#checkDirect();
    this.#enter();
    undo.state = STATE_MUTATING;
    const cell = this.grid === null ? NO_CELL : this.grid.cellOfSlot[slot]!;
    const entry = this.changes.touch(slot, 1, cell);
    for (let i = 0; i < changedCount; i++) {
      const columnPosition = this.#changed[i]!;
      const column = this.columns[columnPosition]!;
      const indexes = this.#indexesOfColumn[columnPosition]!;
      for (const index of indexes) index.remove(slot);
      undo.saveColumn(this.position, column, slot);
      this.#mark(entry, columnPosition);
      column.copy(probe, slot);
      for (const index of indexes) index.add(slot);
    }
    if (isMoved) {
      const cellNow = this.#cellFromColumns(slot, cell);
      if (cellNow !== cell) {
        undo.push(UNDO_CELL, this.position, slot, cell, 0);
        this.grid!.place(slot, cellNow);
      }
    }
    undo.state = STATE_OPEN;
  }

  #undoColumn(slot: number, columnPosition: number, place: number, isTorn: boolean): void {
    const column = this.columns[columnPosition]!;
    const isDerived = !isTorn && this.live[slot] === 1;
    const indexes = this.#indexesOfColumn[columnPosition]!;
    if (isDerived) for (const index of indexes) index.remove(slot);
    this.#undo.restoreColumn(column, slot, place);
    if (isDerived) for (const index of indexes) index.add(slot);
  }

  #cellFromColumns(slot: number, current: number): number {
    const { spatial } = this.plan;
    if (this.grid === null || spatial?.kind !== 'position') return NO_CELL;
    const space = spatial.space === null ? 0 : (this.columns[spatial.space]!.data as Uint32Array)[slot]!;
    const x = (this.columns[spatial.x]!.data as Float32Array | Float64Array)[slot]!;
    const y = (this.columns[spatial.y]!.data as Float32Array | Float64Array)[slot]!;
    return this.grid.cellAt(current, space, x, y);
  }

  /** Notes that a column of an entry really changed. */
  #mark(entry: number, column: number): void {
    const { changes } = this;
    const word = entry * changes.maskWords + (column >>> 5);
    const bit = 1 << (column & 31);
    const old = changes.masks[word]!;
    if ((old & bit) !== 0) return;
    if (entry < this.#savedChangeCount) this.#undo.push(UNDO_MASK, this.position, word, old, 0);
    changes.masks[word] = old | bit;
  }

  /** The transaction writes this table from here on. */
  #enter(): void {
    if (this.#savedTransaction === this.#undo.transaction) return;
    this.#savedSlotCount = this.slotCount;
    this.#savedFreeHead = this.free.head;
    this.#savedChangeCount = this.changes.count;
    for (const sequence of this.sequences) sequence.save();
    this.#undo.tables.push(this.position);
    this.#savedTransaction = this.#undo.transaction;
  }

  #takeSlot(): number {
    const rested = this.plan.isEvent ? -1 : this.free.peek(this.tick, this.#slotRestTicks);
    if (rested !== -1) {
      this.free.head++;
      return rested;
    }
    if (this.slotCount === this.rowCapacity) this.#grow();
    return this.slotCount++;
  }

  #grow(): void {
    const old = this.rowCapacity;
    const capacity = old * 2;
    if (capacity > ROWS_MAX) {
      throw storeError(
        'STORE_TABLE_FULL',
        `a table holds at most ${ROWS_MAX} rows, deleted ones that still rest included`,
        { table: this.plan.name },
        'delete rows, or split the table',
      );
    }
    for (const column of this.columns) {
      column.grow(capacity + RESERVED_SLOTS, old + RESERVED_SLOTS);
      for (let i = 0; i < RESERVED_SLOTS; i++) column.copy(old + i, capacity + i);
    }
    const live = this.live;
    this.live = new Uint8Array(capacity);
    this.live.set(live);
    this.changes.growRows(capacity);
    this.grid?.grow(capacity);
    this.rowCapacity = capacity;
  }

  #emptyEvents(): void {
    for (const index of this.#derived) index.clear();
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
const ROWS_MAX = 1 << 28;

function longColumnsOf(columns: readonly Column[]): readonly Column[] {
  const long = columns.filter(({ strings, blobs }) => strings.length + blobs.length > 0);
  let bytesMax = 0;
  for (const { strings } of long) bytesMax += strings.length > 0 ? 3 * STRING_LENGTH_MAX : ENCODED_BYTES_MAX;
  return bytesMax <= ROW_BYTES_MAX ? [] : long;
}

function hasSameItems(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

/** Direct indexes hold unsigned numbers. */
function isDirectKey(key: IndexKey): boolean {
  const storage = key.columns.length === 1 ? key.columns[0]!.storage : 'string';
  return storage === 'u8' || storage === 'u16' || storage === 'u32' || storage === 'u64';
}

/** Identities and the like show as their number. */
function readable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [first] = Object.values(value) as unknown[];
  return typeof first === 'bigint' || typeof first === 'string' ? first : value;
}
