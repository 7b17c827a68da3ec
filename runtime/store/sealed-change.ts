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
  count = 0;
  slots = new Uint32Array(ROWS_FIRST);
  ops = new Uint8Array(ROWS_FIRST);
  masks: Uint32Array;
  cellsBefore: Int32Array | null;
  cellsAfter: Int32Array | null;
  /** Something of it belongs into the log. */
  isLogged = false;
  /** Positions of sequences have moved since the last seal. */
  isSequenceMoved = false;
  /** u32[>= length of the change list]: its slots, ascending. */
  #order = new Uint32Array(ROWS_FIRST);
  readonly #slack = new SlackGauge();

  constructor(table: Table) {
    this.table = table;
    this.recordColumns = recordColumnsOf(table.plan);
    this.position = table.position;
    this.maskWords = table.changes.maskWords;
    this.masks = new Uint32Array(ROWS_FIRST * this.maskWords);
    this.cellsBefore = table.grid === null ? null : new Int32Array(ROWS_FIRST);
    this.cellsAfter = table.grid === null ? null : new Int32Array(ROWS_FIRST);
  }

  /** Takes in the table's changes and ends its tick. Returns true when there are any. */
  seal(): boolean {
    const { table } = this;
    this.count = 0;
    this.isLogged = false;
    this.isSequenceMoved = false;
    for (const sequence of table.sequences) {
      if (sequence.position === sequence.sealedPosition) continue;
      sequence.sealedPosition = sequence.position;
      this.isSequenceMoved = true;
      this.isLogged = true;
    }
    const touchedCount = table.changes.count;
    if (touchedCount === 0) return this.isSequenceMoved;
    this.#reserve(table.plan.isEvent ? table.slotCount : touchedCount);
    const order = this.#sortTouched(touchedCount);
    if (table.plan.isEvent) this.#sealEvents();
    else this.#sealRows(order, touchedCount);
    table.endTick(order, touchedCount);
    return this.count > 0 || this.isSequenceMoved;
  }

  /** For every seal, whether the table has changed or not: lets go of memory that larger ticks needed. */
  giveBackSlack(): void {
    const { changes } = this.table;
    if (this.slots.length > CAPACITY_KEPT && this.#slack.isSlack(changes.count, this.slots.length)) {
      this.#allocate(2 ** Math.ceil(Math.log2(Math.max(changes.count, ROWS_FIRST))));
    }
    changes.giveBackSlack();
  }

  #sealRows(order: Uint32Array, touchedCount: number): void {
    const { table, maskWords, recordColumns, slots, ops, masks, cellsBefore, cellsAfter } = this;
    const { changes, live } = table;
    const { livedBefore, cellsBefore: firstCells, masks: masksBefore } = changes;
    const { isLogged, loggedMask } = recordColumns;
    const loggedLow = loggedMask[0]!;
    const loggedHigh = maskWords === 2 ? loggedMask[1]! : 0;
    const isOwnOrder = order === changes.slots;
    const cellOfSlot = table.grid === null ? null : table.grid.cellOfSlot;
    let count = 0;
    let isAnyLogged = false;
    for (let i = 0; i < touchedCount; i++) {
      const slot = order[i]!;
      const entry = isOwnOrder ? i : changes.entryOf(slot);
      const lives = live[slot]!;
      let op = CHANGE_UPDATE;
      if (livedBefore[entry] === 0) {
        if (lives === 0) continue;
        op = CHANGE_INSERT;
      } else if (lives === 0) {
        op = CHANGE_DELETE;
      }
      let anyBits = op === CHANGE_UPDATE ? masksBefore[entry * maskWords]! : op === CHANGE_INSERT ? ALL_BITS : 0;
      let loggedBits = anyBits & loggedLow;
      masks[count * maskWords] = anyBits;
      if (maskWords === 2) {
        const high = op === CHANGE_UPDATE ? masksBefore[entry * 2 + 1]! : op === CHANGE_INSERT ? ALL_BITS : 0;
        masks[count * 2 + 1] = high;
        anyBits |= high;
        loggedBits |= high & loggedHigh;
      }
      // A row that was made again just as it was may stand in another cell: where it was before counts no more.
      const isMoved = cellOfSlot !== null && firstCells[entry] !== cellOfSlot[slot];
      if (op === CHANGE_UPDATE && anyBits === 0 && !isMoved) continue;
      if (op !== CHANGE_UPDATE || loggedBits !== 0) isAnyLogged = true;
      slots[count] = slot;
      ops[count] = op;
      if (cellOfSlot !== null) {
        cellsBefore![count] = firstCells[entry]!;
        cellsAfter![count] = cellOfSlot[slot]!;
      }
      count++;
    }
    this.count = count;
    if (isLogged && isAnyLogged) this.isLogged = true;
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
    if (needed > this.slots.length) this.#allocate(2 ** Math.ceil(Math.log2(needed)));
  }

  #allocate(capacity: number): void {
    this.slots = new Uint32Array(capacity);
    this.ops = new Uint8Array(capacity);
    this.masks = new Uint32Array(capacity * this.maskWords);
    if (this.cellsBefore !== null) this.cellsBefore = new Int32Array(capacity);
    if (this.cellsAfter !== null) this.cellsAfter = new Int32Array(capacity);
    this.#order = new Uint32Array(capacity);
  }
}

const ROWS_FIRST = 16;
const INSERTION_SORT_MAX = 16;
/** A typed array's sort costs about as much a row as a scan over this many slots. */
const SCAN_FACTOR = 32;
const ALL_BITS = 0xffff_ffff;

function isAscending(slots: Uint32Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (slots[i - 1]! > slots[i]!) return false;
  return true;
}
