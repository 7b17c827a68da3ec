import {
  CHANGE_DELETE,
  CHANGE_INSERT,
  CHANGE_UPDATE,
  type CommitRecord,
  OrderedIndex,
  type Table,
} from '../../store/index.ts';
import type { Coverage } from './coverage.ts';
import { bytesOf, type ModelRow, type ModelTable } from './model-table.ts';

/** What can be seen of a table at one moment, slot by slot. */
export interface Picture {
  /** By slot: the row's cells as texts by column; null where none lives. */
  readonly rows: readonly (readonly string[] | null)[];
  readonly cells: readonly number[];
  /** All else that a rollback must restore. */
  readonly rest: string;
}

export function pictureOf(table: Table): Picture {
  const rows: (readonly string[] | null)[] = [];
  for (let slot = 0; slot < table.slotCount; slot++) {
    const isLive = table.live[slot] === 1;
    rows.push(isLive ? table.plan.columns.map(({ type }, column) => bytesOf(type, table.valueAt(column, slot))) : null);
  }
  const { changes } = table;
  const rest = JSON.stringify([
    table.slotCount,
    table.liveCount,
    table.free.head,
    table.free.tail,
    table.sequences.map((sequence) => sequence.position),
    Array.from(changes.slots.subarray(0, changes.count)),
    Array.from(changes.masks.subarray(0, changes.count * changes.maskWords)),
  ]);
  const cells = table.grid === null ? [] : Array.from(table.grid.cellOfSlot.subarray(0, table.slotCount));
  return { rows, cells, rest };
}

export function checkSamePicture(before: Picture, after: Picture, what: string): void {
  if (JSON.stringify(before) !== JSON.stringify(after)) throw new Error(`${what} did not restore the table`);
}

/** Rows, indexes and grid of a table against the model and against a scan of its own columns. */
export function checkTable(table: Table, model: ModelTable): void {
  const { plan } = table;
  const slots: number[] = [];
  const rows: ModelRow[] = [];
  for (let slot = 0; slot < table.slotCount; slot++) {
    if (table.live[slot] !== 1) continue;
    slots.push(slot);
    rows.push(Object.fromEntries(plan.columns.map(({ accessor }, column) => [accessor, table.valueAt(column, slot)])));
  }
  const texts = (list: readonly ModelRow[]): string =>
    list
      .map((row) => model.textOf(row))
      .sort()
      .join('\n');
  if (table.liveCount !== rows.length) throw new Error(`${plan.name}: liveCount is wrong`);
  if (texts(rows) !== texts(model.rows)) throw new Error(`${plan.name}: rows differ from the model's`);
  if (table.sequences.some((sequence) => sequence.position !== model.sequences[sequence.column.position])) {
    throw new Error(`${plan.name}: a sequence differs from the model's`);
  }
  for (const [position, index] of plan.indexes.entries()) {
    for (const [i, row] of rows.entries()) {
      const values = index.columns.map((column) => row[plan.columns[column]!.accessor]);
      const expected = slots.filter((_, other) => model.isSame(rows[other]!, row, index.columns));
      const found = table.slotsByIndex(position, values);
      if (found.join() !== expected.join())
        throw new Error(`${plan.name}.${index.accessor}: wrong slots for slot ${slots[i]}`);
    }
    const derived = table.indexes[position]!;
    if (!(derived instanceof OrderedIndex)) continue;
    const all: number[] = [];
    derived.collectRange({ from: 0, fromWidth: 0, isFromExcluded: false, to: 0, toWidth: 0, isToExcluded: false }, all);
    const width = index.columns.length;
    const isOrdered = all.every(
      (slot, i) => i === 0 || (derived.key.compare(all[i - 1]!, slot, width) || all[i - 1]! - slot) < 0,
    );
    if (all.length !== slots.length || !isOrdered) throw new Error(`${plan.name}.${index.accessor}: out of order`);
  }
  checkGrid(table, slots);
}

function checkGrid(table: Table, slots: readonly number[]): void {
  const { grid } = table;
  const { spatial } = table.plan;
  if (grid === null || spatial?.kind !== 'position') return;
  const found: number[] = [];
  for (let cell = 0; cell < grid.cellCount; cell++) {
    const inCell = grid.slotsInCell(cell);
    found.push(...inCell);
    if (inCell.some((slot, i) => grid.cellOfSlot[slot] !== cell || (i > 0 && inCell[i - 1]! >= slot))) {
      throw new Error(`${table.plan.name}: a cell holds a slot that is not in it`);
    }
    const slack = grid.cellSize / 16;
    for (const slot of inCell) {
      const dx = (table.valueAt(spatial.x, slot) as number) - grid.cellX[cell]! * grid.cellSize;
      const dy = (table.valueAt(spatial.y, slot) as number) - grid.cellY[cell]! * grid.cellSize;
      const isNear = [dx, dy].every((d) => d >= -slack && d < grid.cellSize + slack);
      // Columns that were written whole leave the cells behind until somebody asks for them.
      if (table.whole.isPlaceUnsettled) continue;
      if (!isNear || table.valueAt(spatial.space!, slot) !== grid.cellSpace[cell]) {
        throw new Error(`${table.plan.name}: slot ${slot} is far from its cell`);
      }
    }
  }
  if (found.sort((a, b) => a - b).join() !== slots.join()) throw new Error(`${table.plan.name}: the grid lacks rows`);
}

/** A record's change of a table, laid over the picture before the tick, must give the one after it, and say nothing false. */
export function checkChange(
  table: Table,
  before: Picture,
  after: Picture,
  record: CommitRecord,
  coverage: Coverage,
): void {
  const { name, isEvent } = table.plan;
  const change = record.tables.find((candidate) => candidate.position === table.position);
  const told = new Map<number, number>();
  for (let i = 0; i < (change?.count ?? 0); i++) {
    if (i > 0 && change!.slots[i - 1]! >= change!.slots[i]!) throw new Error(`${name}: slots out of order`);
    told.set(change!.slots[i]!, i);
  }
  for (let slot = 0; slot < Math.max(before.rows.length, after.rows.length); slot++) {
    const old = isEvent ? null : (before.rows[slot] ?? null);
    const now = after.rows[slot] ?? null;
    const place = told.get(slot);
    const op = place === undefined ? 0 : change!.ops[place]!;
    const expected = old === null ? (now === null ? 0 : CHANGE_INSERT) : now === null ? CHANGE_DELETE : CHANGE_UPDATE;
    const isQuiet = expected === CHANGE_UPDATE && op === 0;
    if (op !== expected && !isQuiet) throw new Error(`${name}: slot ${slot} is told as ${op}, not ${expected}`);
    if (expected === CHANGE_UPDATE) {
      const bits = table.plan.columns.map((_, column) =>
        place === undefined ? 0 : (change!.masks[place * change!.maskWords + (column >>> 5)]! >>> (column & 31)) & 1,
      );
      if (old!.some((cell, column) => cell !== now![column] && bits[column] === 0)) {
        throw new Error(`${name}: a changed column of slot ${slot} is not told`);
      }
      const isMoved = place !== undefined && change!.cellsBefore?.[place] !== change!.cellsAfter?.[place];
      if (place !== undefined && !bits.includes(1) && !isMoved)
        throw new Error(`${name}: an update of slot ${slot} that changes nothing`);
    }
    if (place === undefined) continue;
    coverage.count(`op ${op}`);
    if (table.grid === null) continue;
    const cellBefore = old === null ? -1 : before.cells[slot];
    if (change!.cellsBefore![place] !== cellBefore || change!.cellsAfter![place] !== table.grid.cellOfSlot[slot]) {
      throw new Error(`${name}: wrong cells for slot ${slot}`);
    }
    if (op === CHANGE_UPDATE && cellBefore !== change!.cellsAfter![place]) coverage.count('cell crossed');
  }
}
