import type { ChangedRows } from './changed-rows.ts';
import { CHANGE_DELETE, CHANGE_INSERT, CHANGE_UPDATE, type TableChange } from './commit-record.ts';
import { type RecordColumns, recordColumnsOf } from './record-columns.ts';
import { CAPACITY_KEPT, SlackGauge } from './slack-gauge.ts';
import type { Table } from './table.ts';

/** The net changes of one table, worked out of its change list by `seal`. The arrays are kept from seal to seal. */
export class SealedChange implements TableChange {
  readonly table: Table;
  readonly recordColumns: RecordColumns;
  readonly position: number;
  readonly maskWords: number;
  /** Bytes of a row in all columns that the log keeps; Infinity when one of them has no fixed width. */
  readonly loggedRowBytes: number;
  count = 0;
  slots = new Uint32Array(ROWS_FIRST);
  ops = new Uint8Array(ROWS_FIRST);
  masks: Uint32Array;
  cellsBefore: Int32Array | null;
  cellsAfter: Int32Array | null;
  insertCount = 0;
  deleteCount = 0;
  updateCount = 0;
  /** All rows are updates with the same mask. False may also be said when they are. */
  areMasksAlike = false;
  /** Something of it belongs into the log. */
  isLogged = false;
  /** Positions of sequences have moved since the last seal. */
  isSequenceMoved = false;
  /** A short change list of the table may be sealed by `#sealFew`, as far as the plan goes. */
  readonly #isSimple: boolean;
  /** u32[>= length of the change list]: its slots, ascending. */
  #order = new Uint32Array(ROWS_FIRST);
  /** How many rows the arrays have: the engine would ask one of them at each seal. */
  #capacity = ROWS_FIRST;
  readonly #slack = new SlackGauge();
  /** The bits of all masks of updates. */
  #seenLow = 0;
  #seenHigh = 0;
  /** Those that all of them have. */
  #commonLow = 0;
  #commonHigh = 0;

  constructor(table: Table) {
    this.table = table;
    this.recordColumns = recordColumnsOf(table.plan);
    this.position = table.position;
    this.maskWords = table.changes.maskWords;
    this.loggedRowBytes = bytesOfRow(table, this.recordColumns.logged);
    this.masks = new Uint32Array(ROWS_FIRST * this.maskWords);
    this.cellsBefore = table.grid === null ? null : new Int32Array(ROWS_FIRST);
    this.cellsAfter = table.grid === null ? null : new Int32Array(ROWS_FIRST);
    const { plan, grid, sequences } = table;
    this.#isSimple = !plan.isEvent && grid === null && sequences.length === 0 && this.maskWords === 1;
  }

  /** Takes in the table's changes and ends its tick. Returns true when there are any. */
  seal(): boolean {
    const { table } = this;
    if (this.#isSimple && table.changes.count <= FEW_MAX && table.isUnfallen && !table.whole.isUnsettled) {
      this.isLogged = false;
      this.#sealFew(table.changes.count);
      table.changes.cutTo(0);
      return this.count > 0;
    }
    this.count = 0;
    this.isLogged = false;
    this.isSequenceMoved = false;
    for (const sequence of table.sequences) {
      if (sequence.position === sequence.sealedPosition) continue;
      sequence.sealedPosition = sequence.position;
      this.isSequenceMoved = true;
      this.isLogged = true;
    }
    this.insertCount = 0;
    this.deleteCount = 0;
    this.updateCount = 0;
    this.#seenLow = 0;
    this.#seenHigh = 0;
    this.#commonLow = -1;
    this.#commonHigh = -1;
    this.areMasksAlike = false;
    if (table.plan.isEvent) {
      table.whole.settle();
      if (table.changes.count === 0) return this.isSequenceMoved;
      this.#reserve(table.slotCount);
      this.#sealEvents();
      table.endTick(this.#order, 0);
      return this.count > 0 || this.isSequenceMoved;
    }
    const touchedCount = table.changes.count;
    const { isUnsettled, isPlaceUnsettled } = table.whole;
    if (!isUnsettled && touchedCount <= FEW_MAX && this.maskWords === 1 && table.grid === null && table.isUnfallen) {
      this.#sealFew(touchedCount);
      table.changes.cutTo(0);
      return this.count > 0 || this.isSequenceMoved;
    }
    if (!isUnsettled && touchedCount === 0) return this.isSequenceMoved;
    // What is written whole comes by stretches, of which dead slots are dropped.
    const deadCount = Math.min(table.slotCount - table.liveCount, STRETCH_SLOTS);
    this.#reserve(isUnsettled ? table.liveCount + touchedCount + deadCount : touchedCount);
    const order = this.#sortTouched(touchedCount);
    this.#sealRows(order, touchedCount, isUnsettled ? table.whole.takeChanged() : null, isPlaceUnsettled);
    table.endTick(order, touchedCount);
    return this.count > 0 || this.isSequenceMoved;
  }

  /** For every seal, whether the table has changed or not: lets go of memory that larger ticks needed. */
  giveBackSlack(): void {
    const { changes } = this.table;
    // Columns that were written whole are not in the list: the seal before says how many rows they change.
    const needed = Math.max(changes.count, this.count);
    if (this.#capacity > CAPACITY_KEPT && this.#slack.isSlack(needed, this.#capacity)) {
      this.#allocate(2 ** Math.ceil(Math.log2(Math.max(needed, ROWS_FIRST))));
    }
    changes.giveBackSlack();
  }

  /**
   * The rows of a short change list, all of them alive: what a single call leaves. As `#sealRows`, without its cases; each row is put in its
   * place among those before it.
   */
  #sealFew(touchedCount: number): void {
    const { table, slots, ops, masks } = this;
    const { slots: touched, livedBefore, masks: masksBefore } = table.changes;
    let count = 0;
    let insertCount = 0;
    let seen = 0;
    let common = -1;
    for (let entry = 0; entry < touchedCount; entry++) {
      const slot = touched[entry]!;
      const isInsert = livedBefore[entry] === 0;
      const mask = isInsert ? ALL_BITS : masksBefore[entry]!;
      if (mask === 0) continue;
      if (isInsert) insertCount++;
      else seen |= mask;
      common &= mask;
      let at = count;
      for (; at > 0 && slots[at - 1]! > slot; at--) {
        slots[at] = slots[at - 1]!;
        ops[at] = ops[at - 1]!;
        masks[at] = masks[at - 1]!;
      }
      slots[at] = slot;
      ops[at] = isInsert ? CHANGE_INSERT : CHANGE_UPDATE;
      masks[at] = mask;
      count++;
    }
    this.count = count;
    this.insertCount = insertCount;
    this.deleteCount = 0;
    this.updateCount = count - insertCount;
    this.areMasksAlike = insertCount === 0 && seen === common;
    const { isLogged, loggedMask } = this.recordColumns;
    if (isLogged && (insertCount > 0 || (seen & loggedMask[0]!) !== 0)) this.isLogged = true;
  }

  /**
   * Rows of the change list, whose slots `order` has, and those of `whole` (what was written whole, or null), woven together so that slots
   * ascend. `isMoving`: rows that were written whole may stand in other cells by now.
   */
  #sealRows(order: Uint32Array, touchedCount: number, whole: ChangedRows | null, isMoving: boolean): void {
    const { table, maskWords, slots, ops, masks, cellsBefore, cellsAfter } = this;
    const { changes, live, place } = table;
    const { livedBefore, cellsBefore: firstCells, masks: masksBefore } = changes;
    const isOwnOrder = order === changes.slots;
    const cellOfSlot = place === null ? null : place.grid.cellOfSlot;
    let nextSlot = 0;
    let count = 0;
    for (let i = 0; i < touchedCount; i++) {
      const slot = order[i]!;
      if (whole !== null) {
        if (nextSlot < slot) count = this.#sealWhole(whole, nextSlot, slot, count, isMoving);
        nextSlot = slot + 1;
      }
      const entry = isOwnOrder ? i : changes.entryOf(slot);
      const lives = live[slot]!;
      let op = CHANGE_UPDATE;
      if (livedBefore[entry] === 0) {
        if (lives === 0) continue;
        op = CHANGE_INSERT;
      } else if (lives === 0) {
        op = CHANGE_DELETE;
      }
      let low = ALL_BITS;
      let high = ALL_BITS;
      if (op !== CHANGE_INSERT) {
        low = op === CHANGE_UPDATE ? masksBefore[entry * maskWords]! : 0;
        high = op === CHANGE_UPDATE && maskWords === 2 ? masksBefore[entry * 2 + 1]! : 0;
        if (whole !== null && op === CHANGE_UPDATE) {
          whole.compare(slot, slot + 1, masks, count);
          low |= masks[count * maskWords]!;
          if (maskWords === 2) high |= masks[count * 2 + 1]!;
        }
        this.#see(low, high, low, high);
      }
      masks[count * maskWords] = low;
      if (maskWords === 2) masks[count * 2 + 1] = high;
      const anyBits = low | high;
      if (isMoving && lives === 1) place!.grid.place(slot, place!.cellOf(slot, cellOfSlot![slot]!));
      // A row that was made again just as it was may stand in another cell: where it was before counts no more.
      const isMoved = cellOfSlot !== null && firstCells[entry] !== cellOfSlot[slot];
      if (op === CHANGE_UPDATE && anyBits === 0 && !isMoved) continue;
      if (op === CHANGE_INSERT) this.insertCount++;
      else if (op === CHANGE_DELETE) this.deleteCount++;
      slots[count] = slot;
      ops[count] = op;
      if (cellOfSlot !== null) {
        cellsBefore![count] = firstCells[entry]!;
        cellsAfter![count] = cellOfSlot[slot]!;
      }
      count++;
    }
    this.count = whole === null ? count : this.#sealWhole(whole, nextSlot, table.slotCount, count, isMoving);
    this.#tellKinds();
  }

  /**
   * Rows from slot `start` to before `end`, none of which the change list has: those that live lived before the tick. They come at place
   * `first`; returns the place after them. By stretches, each of which is compared, told of and placed in cells while it is near.
   */
  #sealWhole(whole: ChangedRows, start: number, end: number, first: number, isMoving: boolean): number {
    const { place } = this.table;
    const { slots, masks, ops, cellsBefore, cellsAfter } = this;
    let count = first;
    for (let slot = start; slot < end; slot += STRETCH_SLOTS) {
      const from = count;
      const stretchEnd = Math.min(end, slot + STRETCH_SLOTS);
      whole.compare(slot, stretchEnd, masks, from);
      if (whole.isEach) {
        count += stretchEnd - slot;
        for (let i = from; i < count; i++) slots[i] = slot - from + i;
        this.#see(whole.seenLow, whole.seenHigh, whole.commonLow, whole.commonHigh);
      } else {
        count = this.#closeUp(slot, stretchEnd, from);
      }
      ops.fill(CHANGE_UPDATE, from, count);
      if (place === null || count === from) continue;
      if (whole.isEach) place.moveRun(slot, stretchEnd, from, isMoving, cellsBefore!, cellsAfter!);
      else place.moveAll(slots, from, count, isMoving, cellsBefore!, cellsAfter!);
    }
    return count;
  }

  /** Masks of slots from `start` to before `end` stand from `first` on: those of rows that have changed are moved together, and their slots put beside them. */
  #closeUp(start: number, end: number, first: number): number {
    const { slots, masks, maskWords } = this;
    const { live } = this.table;
    let count = first;
    for (let slot = start; slot < end; slot++) {
      const at = (first + slot - start) * maskWords;
      const low = masks[at]!;
      const high = maskWords === 2 ? masks[at + 1]! : 0;
      if ((low | high) === 0 || live[slot] === 0) continue;
      slots[count] = slot;
      masks[count * maskWords] = low;
      if (maskWords === 2) masks[count * 2 + 1] = high;
      this.#see(low, high, low, high);
      count++;
    }
    return count;
  }

  /** Takes note of masks of updates: the bits that any of them has, and those that all have. */
  #see(low: number, high: number, commonLow: number, commonHigh: number): void {
    this.#seenLow |= low;
    this.#seenHigh |= high;
    this.#commonLow &= commonLow;
    this.#commonHigh &= commonHigh;
  }

  /** What the record asks of all rows at once. */
  #tellKinds(): void {
    const { count, maskWords, recordColumns } = this;
    const { isLogged, loggedMask } = recordColumns;
    this.updateCount = count - this.insertCount - this.deleteCount;
    this.areMasksAlike =
      this.updateCount === count && this.#seenLow === this.#commonLow && this.#seenHigh === this.#commonHigh;
    const loggedBits = (this.#seenLow & loggedMask[0]!) | (maskWords === 2 ? this.#seenHigh & loggedMask[1]! : 0);
    if (isLogged && (this.updateCount < count || loggedBits !== 0)) this.isLogged = true;
  }

  /** Slots of an event table are given in order of insertion. */
  #sealEvents(): void {
    const { table, maskWords } = this;
    let count = 0;
    for (let slot = 0; slot < table.slotCount; slot++) {
      if (table.live[slot] === 0) continue;
      this.slots[count] = slot;
      this.ops[count] = CHANGE_INSERT;
      this.masks.fill(ALL_BITS, count * maskWords, (count + 1) * maskWords);
      if (table.grid !== null) {
        this.cellsBefore![count] = -1;
        this.cellsAfter![count] = table.grid.cellOfSlot[slot]!;
      }
      count++;
    }
    this.count = count;
    this.insertCount = count;
  }

  /** The touched slots, ascending. Few slots are sorted by insertion, many by a scan of the table when that is shorter than a sort. */
  #sortTouched(count: number): Uint32Array {
    const order = this.#order;
    const { slots, entryOfSlot } = this.table.changes;
    if (count <= INSERTION_SORT_MAX) {
      for (let i = 0; i < count; i++) {
        const slot = slots[i]!;
        let at = i;
        for (; at > 0 && order[at - 1]! > slot; at--) order[at] = order[at - 1]!;
        order[at] = slot;
      }
      return order;
    }
    if (isAscending(slots, count)) return slots;
    const { slotCount } = this.table;
    if (slotCount < count * SCAN_FACTOR) {
      let at = 0;
      for (let slot = 0; slot < slotCount; slot++) if (entryOfSlot[slot] !== 0) order[at++] = slot;
      return order;
    }
    order.set(slots.subarray(0, count));
    order.subarray(0, count).sort();
    return order;
  }

  #reserve(count: number): void {
    const needed = Math.max(count, this.table.changes.count);
    if (needed > this.#capacity) this.#allocate(2 ** Math.ceil(Math.log2(needed)));
  }

  #allocate(capacity: number): void {
    this.#capacity = capacity;
    this.slots = new Uint32Array(capacity);
    this.ops = new Uint8Array(capacity);
    this.masks = new Uint32Array(capacity * this.maskWords);
    if (this.cellsBefore !== null) this.cellsBefore = new Int32Array(capacity);
    if (this.cellsAfter !== null) this.cellsAfter = new Int32Array(capacity);
    this.#order = new Uint32Array(capacity);
  }
}

const ROWS_FIRST = 16;
/** As many rows as the arrays have at least. */
const FEW_MAX = 8;
const INSERTION_SORT_MAX = 16;
/** A stretch of a few columns stays in the first two caches while it is compared, told of and placed in cells. */
const STRETCH_SLOTS = 2048;
/** A typed array's sort costs about as much a row as a scan over this many slots. */
const SCAN_FACTOR = 32;
const ALL_BITS = 0xffff_ffff;

function bytesOfRow({ columns }: Table, positions: readonly number[]): number {
  let bytes = 0;
  for (const position of positions) bytes += columns[position]!.bytesPerSlot || Infinity;
  return bytes;
}

function isAscending(slots: Uint32Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (slots[i - 1]! > slots[i]!) return false;
  return true;
}
