import type { ColumnBuffer, StorageKind, TablePlan } from '@tickbase/schema/plan';

/**
 * What other rooms may read of a table between ticks: its columns over slots. Never written through this door.
 * Arrays are replaced when the table grows: read them anew after each tick, do not keep them.
 */
export interface TableView {
  readonly plan: TablePlan;
  /** Place in `Plan.tables`. */
  readonly position: number;
  readonly rowCapacity: number;
  /** Slots at or above this were never used. */
  readonly slotCount: number;
  readonly liveCount: number;
  /** u8[rowCapacity]; 1: a row lives in this slot. */
  readonly live: Uint8Array;
  /** By column position. */
  readonly columns: readonly ColumnView[];
  /** The cells of a table with a position of its own; null otherwise. */
  readonly grid: GridView | null;
  /** Slots whose indexed columns equal `values` (JavaScript values, by `indexPosition` in `plan.indexes`), ascending. */
  slotsByIndex(indexPosition: number, values: readonly unknown[]): readonly number[];
  /**
   * Slots whose first indexed column is between two values, both included, in the order of a btree index, ascending; undefined: no bound
   * on that side.
   */
  slotsBetween(indexPosition: number, from: unknown, to: unknown): readonly number[];
  /** The row's value as the positional encoding would decode it. */
  valueAt(column: number, slot: number): unknown;
}

export interface ColumnView {
  readonly storage: StorageKind;
  /** By slot; see StorageKind for the shape. */
  readonly data: ColumnBuffer;
}

/**
 * Cells of a spatial table. A cell id is a dense number given to (space, cellX, cellY) at first use and kept for
 * the life of the process. A row changes its cell only once it is 1/16 of a cell past the border, so a position may lie
 * that far outside its cell.
 */
export interface GridView {
  readonly cellCount: number;
  /** i32[rowCapacity]: the slot's cell id, -1 where no row lives. */
  readonly cellOfSlot: Int32Array;
  /** By cell id. cellX = floor(x / cell), cellY = floor(y / cell). */
  readonly cellSpace: Uint32Array;
  readonly cellX: Int32Array;
  readonly cellY: Int32Array;
  /** The cell's id, or -1 when it was never used. */
  findCell(space: number, cellX: number, cellY: number): number;
  /** Slots in a cell, in ascending order. */
  slotsInCell(cellId: number): readonly number[];
}
