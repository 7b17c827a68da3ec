import { deserialize, serialize } from 'node:v8';
import type { TableView } from '@tickbase/runtime/store';
import type { ColumnBuffer, Plan } from '@tickbase/schema/plan';

/** The rows of some tables as one tick left them, copied from the store's columns as they stand. */
export interface WorldSample {
  readonly tick: number;
  readonly tables: readonly TableSample[];
}

export interface TableSample {
  /** Place in `Plan.tables`. */
  readonly position: number;
  /** u8[slotCount]; 1: a row lives in this slot. */
  readonly live: Uint8Array;
  /** By column position; see StorageKind for the shapes. */
  readonly columns: readonly ColumnBuffer[];
  /** The store's own word on where each row is; null for tables without a position of their own. */
  readonly grid: GridSample | null;
}

export interface GridSample {
  /** i32[slotCount]: the slot's cell, an index of the three below. */
  readonly cellOfSlot: Int32Array;
  readonly cellSpace: Uint32Array;
  readonly cellX: Int32Array;
  readonly cellY: Int32Array;
}

/** Tables of which a check needs the rows: those that a client may see, and those whose places others take. */
export function sampledPositions(plan: Plan): number[] {
  const followed = new Set(plan.tables.map(({ spatial }) => (spatial?.kind === 'follows' ? spatial.table : '')));
  return plan.tables.flatMap(({ name, isPublic, isEvent }, position) =>
    (isPublic && !isEvent) || followed.has(name) ? [position] : [],
  );
}

/** Of them those whose rows are in cells, and may reach clients at different times. */
export function cellPositions(plan: Plan): number[] {
  return sampledPositions(plan).filter((position) => plan.tables[position]!.spatial !== null);
}

/**
 * The tables at `positions` as bytes. One copy of the used part of each column and nothing more: what it costs, it costs the tick
 * thread.
 */
export function encodeSample(tick: number, tables: readonly TableView[], positions: readonly number[]): Uint8Array {
  const sample: WorldSample = { tick, tables: positions.map((position) => viewOf(tables[position]!)) };
  return serialize(sample);
}

export function decodeSample(bytes: Uint8Array): WorldSample {
  return deserialize(bytes) as WorldSample;
}

function viewOf({ position, slotCount, live, columns, grid }: TableView): TableSample {
  return {
    position,
    live: live.subarray(0, slotCount),
    columns: columns.map(({ storage, data }) => {
      const length = slotCount * (storage === 'wide128' ? 4 : storage === 'wide256' ? 8 : 1);
      return Array.isArray(data) ? (data.slice(0, length) as ColumnBuffer) : data.subarray(0, length);
    }),
    grid: grid && {
      cellOfSlot: grid.cellOfSlot.subarray(0, slotCount),
      cellSpace: grid.cellSpace.subarray(0, grid.cellCount),
      cellX: grid.cellX.subarray(0, grid.cellCount),
      cellY: grid.cellY.subarray(0, grid.cellCount),
    },
  };
}
