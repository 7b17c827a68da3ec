import { assert } from '@tickbase/base';
import { ChangedRows } from './changed-rows.ts';
import { type Column, SHAPE_STRING } from './column.ts';
import { placeColumnsOf } from './row-place.ts';
import type { Table } from './table.ts';
import { STATE_CLOSED, STATE_MUTATING, UNDO_CELL } from './undo-log.ts';
import { WholeSave } from './whole-save.ts';

/**
 * Columns of a table that are written whole: by a system over all rows, cell after cell, a note for each cell in the undo log and in
 * the change list would cost many times the write. Instead the column is saved once for the transaction, and which rows have changed is found
 * out later (`settle`), by comparison with how the column was when the tick first wrote it whole. Until then the grid's cells and the change
 * list lag behind the columns: the cells stand where the tick found them.
 *
 * Only numeric columns without an index take part. Row by row writes of the same columns go on as ever, and come to the same.
 */
export class WholeColumns {
  /** By column position. */
  readonly isAble: readonly boolean[];
  /** There may be changes that neither the change list nor the grid knows. */
  isUnsettled = false;
  /** Columns that decide a row's cell are among them. */
  isPlaceUnsettled = false;
  readonly #table: Table;
  /** By column position: it decides a row's cell. */
  readonly #isPlace: readonly boolean[];
  #savedIsUnsettled = false;
  #savedIsPlaceUnsettled = false;
  /** The transaction that has asked the grid between its writes. */
  #rowWiseTransaction = -1;
  /** Scratch: u32[>= slots], those whose value is another. */
  #changed = new Uint32Array(0);
  readonly #changedRows: ChangedRows;
  /** By column position: how the column was when the tick of the save first wrote it whole. */
  readonly #baselines: WholeSave[];
  /** By column position: for a later transaction of the same tick. */
  readonly #spares: WholeSave[];
  /** By column position: how many sweeps have begun since one was seen to write the column; SWEEPS_IDLE_MAX: it is not saved for the next one. */
  readonly #idleSweeps: Uint8Array;

  constructor(table: Table) {
    this.#table = table;
    this.#isPlace = placeColumnsOf(table.plan);
    this.isAble = table.columns.map(
      ({ shape, isKey }, position) => shape < SHAPE_STRING && !isKey && table.derived.ofColumn[position]!.length === 0,
    );
    this.#baselines = table.columns.map((column) => new WholeSave(column));
    this.#spares = table.columns.map((column) => new WholeSave(column));
    this.#changedRows = new ChangedRows(table);
    this.#idleSweeps = new Uint8Array(table.columns.length).fill(SWEEPS_IDLE_MAX);
  }

  /** From here to the end of the open transaction cells of the column may be stored as they are. */
  save(column: Column): void {
    const table = this.#table;
    const { undo, tick } = table;
    const { transaction } = undo;
    if (column.wholeTransaction === transaction) return;
    assert(
      this.isAble[column.position]!,
      'a column of strings, or one that an index is derived from, was to be written whole',
    );
    table.enter();
    column.kept?.keepAll();
    let save = this.#baselines[column.position]!;
    if (save.tick === tick) {
      save = this.#spares[column.position]!;
      if (save.transaction === transaction) save = new WholeSave(column);
    }
    save.take(table.slotCount, tick, transaction);
    undo.saveWhole(table.position, save);
    this.isUnsettled = true;
    if (this.#isPlace[column.position]!) this.isPlaceUnsettled = true;
    column.wholeTransaction = transaction;
  }

  /**
   * The open transaction is about to go over many rows and may write the table: what sweeps have written of late is saved ahead, so that the loop's
   * first write of a column is like all others.
   */
  beginSweep(): void {
    const table = this.#table;
    const { undo, columns } = table;
    table.sweepTransaction = undo.transaction;
    for (let i = 0; i < columns.length; i++) {
      if (this.#idleSweeps[i] === SWEEPS_IDLE_MAX) continue;
      const column = columns[i]!;
      if (this.#baselines[i]!.isUnlikeColumn(table.slotCount)) this.#idleSweeps[i] = 0;
      else this.#idleSweeps[i]!++;
      if (!this.#mayBeSaved(column)) continue;
      this.save(column);
      column.quickEpoch = undo.epoch;
    }
  }

  /** As `save`, when the open transaction goes over many rows and the column may take part. */
  saveInSweep(column: Column): void {
    if (!this.#mayBeSaved(column)) return;
    this.save(column);
    this.#idleSweeps[column.position] = 0;
  }

  #mayBeSaved({ position }: Column): boolean {
    const isHeldBack = this.#isPlace[position]! && this.#rowWiseTransaction === this.#table.undo.transaction;
    return this.isAble[position]! && !isHeldBack;
  }

  /** Brings the change list up to date with the columns, and the grid. */
  settle(): void {
    if (!this.isUnsettled) return;
    this.settlePlaces();
    this.#settleColumns(false);
    this.isUnsettled = false;
  }

  /**
   * For the seal, in place of `settle`, with no detour over the change list: what tells which rows have changed. The caller brings the grid up to
   * date.
   */
  takeChanged(): ChangedRows {
    const { tick } = this.#table;
    const saves = this.#baselines.filter((save) => save.tick === tick);
    for (const { column } of saves) {
      column.wholeTransaction = -1;
      column.quickEpoch = -1;
    }
    this.isUnsettled = false;
    this.isPlaceUnsettled = false;
    this.#changedRows.open(saves);
    return this.#changedRows;
  }

  /**
   * Brings the grid up to date with the columns: for whoever asks it. Columns that decide a row's cell are from here to the end of the
   * transaction written row by row: one that asks between writes would else have them all compared for every question.
   */
  settlePlaces(): void {
    if (!this.isPlaceUnsettled) return;
    this.#settleColumns(true);
    this.isPlaceUnsettled = false;
    this.#rowWiseTransaction = this.#table.undo.transaction;
  }

  /** The transaction writes the table from here on. */
  enter(): void {
    this.#savedIsUnsettled = this.isUnsettled;
    this.#savedIsPlaceUnsettled = this.isPlaceUnsettled;
  }

  /**
   * Changes of earlier transactions that this one had settled are to be settled again. What it saved first may hold single cells of its own
   * that are undone by now: that is no measure for the tick.
   */
  undoCounters(): void {
    this.isUnsettled = this.#savedIsUnsettled;
    this.isPlaceUnsettled = this.#savedIsPlaceUnsettled;
    const { transaction } = this.#table.undo;
    for (const save of this.#baselines) {
      if (save.transaction === transaction) save.tick = -1;
      save.column.quickEpoch = -1;
    }
  }

  #settleColumns(isPlace: boolean): void {
    const table = this.#table;
    const { undo } = table;
    const { state } = undo;
    if (state !== STATE_CLOSED) table.enter();
    undo.state = STATE_MUTATING;
    undo.bumpEpoch();
    for (const save of this.#baselines) {
      if (save.tick !== table.tick || this.#isPlace[save.column.position] !== isPlace) continue;
      this.#tellChanges(save);
      save.column.wholeTransaction = -1;
      save.column.quickEpoch = -1;
    }
    if (isPlace) this.#moveChanged();
    undo.state = state;
  }

  #tellChanges(save: WholeSave): void {
    const table = this.#table;
    if (this.#changed.length < table.slotCount) this.#changed = new Uint32Array(table.rowCapacity);
    const count = save.collectChanged(table.slotCount, this.#changed);
    table.markAll(this.#changed, count, save.column.position);
  }

  /** Gives the rows of the change list the cells in which they stand. */
  #moveChanged(): void {
    const table = this.#table;
    const { changes, live, undo, position } = table;
    const { x, y, space, grid } = table.place!;
    const { count, slots } = changes;
    const { cellOfSlot } = grid;
    const xs = x.data as Float32Array;
    const ys = y.data as Float32Array;
    for (let entry = 0; entry < count; entry++) {
      const slot = slots[entry]!;
      if (live[slot] === 0) continue;
      const cell = cellOfSlot[slot]!;
      const number = space === null ? 0 : (space.data as Uint32Array)[slot]!;
      const cellNow = grid.cellAt(cell, number, xs[slot]!, ys[slot]!);
      if (cellNow === cell) continue;
      undo.push(UNDO_CELL, position, slot, cell, 0);
      grid.place(slot, cellNow);
    }
  }
}

/** After so many sweeps in a row that left a column as it was, it is saved at its first write again. */
const SWEEPS_IDLE_MAX = 64;
