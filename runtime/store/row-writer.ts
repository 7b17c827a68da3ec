import { NO_CELL } from './cell-grid.ts';
import type { Column } from './column.ts';
import { placeColumnsOf } from './row-place.ts';
import type { Sequence } from './sequence.ts';
import type { Table } from './table.ts';
import { STATE_MUTATING, STATE_OPEN, UNDO_CELL, UNDO_DELETE, UNDO_INSERT } from './undo-log.ts';

/**
 * The second half of every write to a row of one table: what the probe holds is asked against keys and places, and all that can be refused is
 * refused there. Then the row is changed by copies from the probe, each change noted in the undo log before it is made.
 */
export class RowWriter {
  readonly #table: Table;
  /** By column position: it decides a row's place on the grid. */
  readonly #isPlaceColumn: readonly boolean[];
  /** By column position: nothing is derived from it. */
  readonly #isPlain: readonly boolean[];
  /** Scratch: positions of the columns that an update changes. */
  readonly #changed: Uint16Array;

  constructor(table: Table) {
    this.#table = table;
    this.#isPlaceColumn = placeColumnsOf(table.plan);
    this.#isPlain = table.columns.map(
      (_, column) => !this.#isPlaceColumn[column]! && table.derived.ofColumn[column]!.length === 0,
    );
    this.#changed = new Uint16Array(table.columns.length);
  }

  /** Makes the row that the probe holds. Returns its slot; in a table without a primary key, that of an identical row if there is one. */
  insert(): number {
    const table = this.#table;
    const { probe, undo, columns } = table;
    for (let i = 0; i < table.sequences.length; i++) this.#fillSequence(table.sequences[i]!);
    if (table.place !== null) table.place.check(probe);
    const { uniques } = table.derived;
    for (let i = 0; i < uniques.length; i++) {
      const index = uniques[i]!;
      const twin = index.findFirst(probe);
      if (twin === -1) continue;
      if (index === table.keyIndex && table.plan.primaryKey === null) return twin;
      table.derived.refuseTwin(index, probe);
    }
    table.derived.checkDirect(probe);
    table.enter();
    undo.state = STATE_MUTATING;
    const fallen = table.plan.isEvent || table.isUnfallen ? -1 : table.fallen.findFirst(probe);
    const slot = fallen === -1 ? table.takeSlot() : fallen;
    const probeNow = table.probe; // a table that grew has moved it
    const entry = table.changes.touch(slot, 0, NO_CELL);
    if (fallen === -1) {
      for (let i = 0; i < columns.length; i++) columns[i]!.copy(probeNow, slot);
    } else {
      table.fallen.remove(slot);
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        if (column.isEqual(probeNow, slot)) continue;
        undo.saveColumn(table.position, column, slot);
        table.mark(entry, column.position);
        column.copy(probeNow, slot);
      }
    }
    undo.push(UNDO_INSERT, table.position, slot, fallen === -1 ? 0 : 1, 0);
    table.raise(slot, table.place === null ? NO_CELL : table.place.cellOf(slot, NO_CELL));
    undo.state = STATE_OPEN;
    return slot;
  }

  /** Gives a live row the values of the probe, whose primary key is the row's. Equal values are no change. */
  update(slot: number): void {
    const table = this.#table;
    const { probe, columns } = table;
    const changed = this.#changed;
    let changedCount = 0;
    let isPlain = true;
    for (let i = 0; i < columns.length; i++) {
      if (columns[i]!.isEqual(slot, probe)) continue;
      changed[changedCount++] = i;
      isPlain &&= this.#isPlain[i]!;
    }
    if (changedCount === 0) return;
    if (!isPlain) {
      this.#change(slot, changedCount);
      return;
    }
    const { undo } = table;
    table.enter();
    undo.state = STATE_MUTATING;
    const entry = table.changes.touch(slot, 1, table.grid === null ? NO_CELL : table.grid.cellOfSlot[slot]!);
    for (let i = 0; i < changedCount; i++) this.#writePlain(entry, columns[changed[i]!]!, slot);
    undo.state = STATE_OPEN;
  }

  /** By column position: nothing is derived from it. */
  isPlain(column: number): boolean {
    return this.#isPlain[column]!;
  }

  /** Gives one column of a live row the probe's value of that column. */
  updateColumn(slot: number, columnPosition: number): void {
    const table = this.#table;
    const column = table.columns[columnPosition]!;
    const { probe, whole } = table;
    if (table.sweepTransaction === table.undo.transaction) whole.saveInSweep(column);
    if (column.wholeTransaction === table.undo.transaction) {
      if (column.isCoordinate) table.place!.checkColumn(column, probe);
      column.copy(probe, slot);
      column.quickEpoch = table.undo.epoch;
      return;
    }
    if (column.isEqual(slot, probe)) return;
    if (this.#isPlain[columnPosition]!) {
      const { undo } = table;
      table.enter();
      undo.state = STATE_MUTATING;
      const entry = table.changes.touch(slot, 1, table.grid === null ? NO_CELL : table.grid.cellOfSlot[slot]!);
      this.#writePlain(entry, column, slot);
      undo.state = STATE_OPEN;
      return;
    }
    for (const other of table.columns) if (other !== column) other.copy(slot, probe);
    this.#changed[0] = columnPosition;
    this.#change(slot, 1);
  }

  delete(slot: number): void {
    const table = this.#table;
    const { undo } = table;
    table.enter();
    undo.state = STATE_MUTATING;
    const cell = table.grid === null ? NO_CELL : table.grid.cellOfSlot[slot]!;
    table.changes.touch(slot, 1, cell);
    undo.push(UNDO_DELETE, table.position, slot, cell, 0);
    table.fell(slot);
    if (!table.plan.isEvent) table.fallen.add(slot);
    undo.state = STATE_OPEN;
  }

  #fillSequence(sequence: Sequence): void {
    const table = this.#table;
    const { probe } = table;
    if (!sequence.isZero(probe)) return;
    table.enter();
    const uniques = table.derived.uniquesOfColumn[sequence.column.position]!;
    const isTaken = (): boolean =>
      uniques.some((index) => index.key.columns.length === 1 && index.findFirst(probe) !== -1);
    do sequence.next(probe);
    while (isTaken());
  }

  /** Changes a live row in the columns that `#changed` lists; the probe holds the whole new row. */
  #change(slot: number, changedCount: number): void {
    const table = this.#table;
    const { probe, undo, derived } = table;
    let isMoved = false;
    let isIndexed = false;
    for (let i = 0; i < changedCount; i++) {
      const column = this.#changed[i]!;
      isMoved ||= this.#isPlaceColumn[column]!;
      isIndexed ||= derived.ofColumn[column]!.length > 0;
      const uniques = derived.uniquesOfColumn[column]!;
      for (let u = 0; u < uniques.length; u++) {
        const twin = uniques[u]!.findFirst(probe);
        if (twin !== -1 && twin !== slot) derived.refuseTwin(uniques[u]!, probe);
      }
    }
    if (isMoved) table.place!.check(probe);
    if (isIndexed) derived.checkDirect(probe);
    table.enter();
    undo.state = STATE_MUTATING;
    const cell = table.grid === null ? NO_CELL : table.grid.cellOfSlot[slot]!;
    const entry = table.changes.touch(slot, 1, cell);
    for (let i = 0; i < changedCount; i++) {
      const position = this.#changed[i]!;
      const column = table.columns[position]!;
      const indexes = derived.ofColumn[position]!;
      for (let n = 0; n < indexes.length; n++) indexes[n]!.remove(slot);
      undo.saveColumn(table.position, column, slot);
      table.mark(entry, position);
      column.copy(probe, slot);
      for (let n = 0; n < indexes.length; n++) indexes[n]!.add(slot);
    }
    if (isMoved) {
      const cellNow = table.place!.cellOf(slot, cell);
      if (cellNow !== cell) {
        undo.push(UNDO_CELL, table.position, slot, cell, 0);
        table.grid!.place(slot, cellNow);
      }
    }
    undo.state = STATE_OPEN;
  }

  /** Takes the probe's value of a column that nothing is derived from. */
  #writePlain(entry: number, column: Column, slot: number): void {
    const table = this.#table;
    table.undo.saveColumn(table.position, column, slot);
    table.mark(entry, column.position);
    column.copy(table.rowCapacity, slot);
  }
}
