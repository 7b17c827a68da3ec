import type { ColumnMove, MigrationPlan, MigrationStep, TableMove } from '@tickbase/schema/plan';
import { NO_CELL } from './cell-grid.ts';
import { checkRowBytes } from './check-row-bytes.ts';
import type { Column } from './column.ts';
import { describeCell } from './describe-cell.ts';
import { DirectIndex } from './direct-index.ts';
import { DUPLICATE_GROUPS_SHOWN, findDuplicates } from './find-duplicates.ts';
import { migrateColumns } from './migrate-columns.ts';
import { rebuildDerived } from './rebuild-derived.ts';
import { recordColumnsOf } from './record-columns.ts';
import type { Sequence } from './sequence.ts';
import type { Table } from './table.ts';

/**
 * Fills the new tables of a plan with the rows of the old ones, as a migration without refused steps says. Slots stay, and with them the rows' names on the
 * wire; sequences go on. The old tables are only read, and may be of another V8 context. Between two ticks.
 *
 * Returns what the rows do not permit, as refused steps; when there are any, the new tables are to be thrown away. Else they are as tables of
 * a running world, with one thing left to do: what the log did not have under the old plan, and has to have under the new one, stands in
 * their change lists. The next seal makes its record, which must reach the log right behind the plan.
 */
export function migrateTables(
  oldTables: readonly Table[],
  newTables: readonly Table[],
  migration: MigrationPlan,
): readonly MigrationStep[] {
  const refusals = new Refusals();
  migration.tables.forEach((move, position) => {
    if (move.from === null) return;
    const old = oldTables[move.from]!;
    const table = newTables[position]!;
    carrySequences(old, table, move.columns);
    if (old.plan.isEvent || table.plan.isEvent) return;
    carryRows(old, table, move.columns, (column, slot, why) => refusals.misfit(table, column, slot, why));
    checkPlaces(table, old, refusals);
    checkDirects(table, refusals);
    checkBytes(table, refusals);
    if (refusals.hasMisfits(table)) return;
    for (const columns of move.newKeys) checkKey(table, columns, refusals);
  });
  const steps = refusals.steps();
  if (steps.length > 0) return steps;
  migration.tables.forEach((move, position) => {
    if (move.from === null) return;
    const old = oldTables[move.from]!;
    const table = newTables[position]!;
    startSequences(table, move.columns, old);
    if (old.plan.isEvent || table.plan.isEvent) return;
    carrySlots(old, table);
    carryCells(old, table, move);
    rebuildDerived(table);
    noteUnlogged(old, table, move);
  });
  return [];
}

/**
 * The same for recovery, when it meets a plan in the log: the server that wrote it had looked at the rows. Values that the log did not hold then are not those
 * that the server had; they are in the record that follows. Only live rows, columns and sequences are made, as a replay has them: the tables are to
 * be settled after the last record.
 */
export function replayMigration(
  oldTables: readonly Table[],
  newTables: readonly Table[],
  migration: MigrationPlan,
): void {
  migration.tables.forEach((move, position) => {
    if (move.from === null) return;
    const old = oldTables[move.from]!;
    const table = newTables[position]!;
    carrySequences(old, table, move.columns);
    if (old.plan.isEvent || table.plan.isEvent || table.plan.persist === 'never' || old.plan.persist === 'never')
      return;
    carryRows(old, table, move.columns, () => {});
    if (table.place !== null) {
      const { x, y, grid } = table.place;
      eachRow(table, (slot) => {
        for (const column of [x, y]) if (!grid.isInReach(coordinateOf(column, slot))) column.copy(table.defaults, slot);
      });
    }
  });
}

/** Whether a table has rows, also in the midst of a replay: what planMigration asks. */
export function hasRows({ live, slotCount }: Pick<Table, 'live' | 'slotCount'>): boolean {
  return live.subarray(0, slotCount).includes(1);
}

function eachRow(table: Table, visit: (slot: number) => void): void {
  const { live, slotCount } = table;
  for (let slot = 0; slot < slotCount; slot++) if (live[slot] === 1) visit(slot);
}

function carryRows(
  old: Table,
  table: Table,
  moves: readonly ColumnMove[],
  onMisfit: (column: Column, slot: number, why: string) => void,
): void {
  table.reserve(old.slotCount);
  table.slotCount = old.slotCount;
  table.live.set(old.live.subarray(0, old.slotCount));
  migrateColumns(old, table, moves, onMisfit);
}

function carrySequences(old: Table, table: Table, moves: readonly ColumnMove[]): void {
  for (const sequence of table.sequences) {
    const before = sequenceBefore(sequence, old, moves);
    if (before === null) continue;
    sequence.position = before.position;
    sequence.sealedPosition = before.sealedPosition;
  }
}

function sequenceBefore(sequence: Sequence, old: Table, moves: readonly ColumnMove[]): Sequence | null {
  const { from } = moves[sequence.column.position]!;
  return old.sequences.find(({ column }) => column.position === from) ?? null;
}

/** Columns that were not numbered before go on after the greatest number that is there. */
function startSequences(table: Table, moves: readonly ColumnMove[], old: Table): void {
  for (const sequence of table.sequences) {
    if (sequenceBefore(sequence, old, moves) !== null) continue;
    let greatest = 0n;
    eachRow(table, (slot) => {
      const value = BigInt(table.valueAt(sequence.column.position, slot) as number | bigint);
      if (value > greatest) greatest = value;
    });
    sequence.startAfter(greatest);
  }
}

/** Which slots are free, and since when they rest. */
function carrySlots(old: Table, table: Table): void {
  const { free } = old;
  for (let index = free.head; index < free.tail; index++) table.free.give(free.slotAt(index), free.tickAt(index));
}

/** Cells keep their numbers and rows their cells when nothing that decides them has changed; else each row gets the cell of its place. */
function carryCells(old: Table, table: Table, { columns }: TableMove): void {
  const { place } = table;
  if (place === null) return;
  const { grid } = place;
  const before = old.place;
  const isSame =
    before !== null &&
    before.grid.cellSize === grid.cellSize &&
    columns[place.x.position]!.from === before.x.position &&
    columns[place.y.position]!.from === before.y.position &&
    (place.space === null ? null : columns[place.space.position]!.from) === (before.space?.position ?? null);
  if (!isSame) {
    eachRow(table, (slot) => void (grid.cellOfSlot[slot] = place.cellOf(slot, NO_CELL)));
    return;
  }
  const { cellCount, cellSpace, cellX, cellY, cellSize } = before.grid;
  for (let cell = 0; cell < cellCount; cell++) {
    grid.cellAt(NO_CELL, cellSpace[cell]!, (cellX[cell]! + 0.5) * cellSize, (cellY[cell]! + 0.5) * cellSize);
  }
  grid.cellOfSlot.set(before.grid.cellOfSlot.subarray(0, old.slotCount));
}

/** What the log holds of the table from now on and has not so far goes into the change list, as inserts or as updates. */
function noteUnlogged(old: Table, table: Table, { columns }: TableMove): void {
  const before = recordColumnsOf(old.plan);
  const { isLogged, logged } = recordColumnsOf(table.plan);
  if (!isLogged) return;
  const { changes, grid } = table;
  if (!before.isLogged) {
    eachRow(table, (slot) => void changes.touch(slot, 0, NO_CELL));
    return;
  }
  const missing = logged.filter((position) => {
    const { from } = columns[position]!;
    return from !== null && !before.logged.includes(from);
  });
  if (missing.length === 0) return;
  eachRow(table, (slot) => {
    const entry = changes.touch(slot, 1, grid === null ? NO_CELL : grid.cellOfSlot[slot]!);
    for (const position of missing) table.mark(entry, position);
  });
}

function checkKey(table: Table, columns: readonly number[], refusals: Refusals): void {
  const duplicates = findDuplicates(table, columns);
  if (duplicates === null) return;
  const { name } = table.plan;
  const names = columns.map((position) => table.columns[position]!.plan.name).join(', ');
  const { groupCount, groups } = duplicates;
  const more = groupCount > DUPLICATE_GROUPS_SHOWN ? `, the first ${DUPLICATE_GROUPS_SHOWN} of them` : '';
  refusals.add({
    what: `make ${name} (${names}) unique`,
    table: name,
    column: columns.length === 1 ? names : null,
    class: 'refused',
    why: `${groupCount} ${groupCount === 1 ? 'group of rows shares' : 'groups of rows share'} it${more}: ${groups.join('; ')}`,
    mend: 'change or delete all rows of a group but one, in a reducer of the module that runs now',
  });
}

function checkPlaces(table: Table, old: Table, refusals: Refusals): void {
  const { place } = table;
  if (place === null) return;
  if (old.place !== null && old.place.grid.cellSize <= place.grid.cellSize && isSamePlace(old, table)) return;
  eachRow(table, (slot) => {
    for (const column of [place.x, place.y]) {
      const value = coordinateOf(column, slot);
      if (!place.grid.isInReach(value)) refusals.misfit(table, column, slot, `${value} lies out of the grid's reach`);
    }
  });
}

function isSamePlace(old: Table, table: Table): boolean {
  return old.place!.x.plan.id === table.place!.x.plan.id && old.place!.y.plan.id === table.place!.y.plan.id;
}

function coordinateOf({ data }: Column, slot: number): number {
  return (data as Float32Array)[slot]!;
}

function checkDirects(table: Table, refusals: Refusals): void {
  for (const index of table.indexes) {
    if (!(index instanceof DirectIndex)) continue;
    const column = index.key.columns[0]!;
    eachRow(table, (slot) => {
      if (index.canHold(slot)) return;
      refusals.misfit(table, column, slot, `${describeCell(column, slot)} is too large for a direct index`);
    });
  }
}

function checkBytes(table: Table, refusals: Refusals): void {
  const [column] = table.longColumns;
  if (column === undefined) return;
  eachRow(table, (slot) => {
    try {
      checkRowBytes(table, slot, -1);
    } catch (error) {
      refusals.misfit(table, column, slot, (error as { what: string }).what);
    }
  });
}

/** Steps that the rows refuse; rows whose values do not fit are gathered by column. */
class Refusals {
  readonly #steps: MigrationStep[] = [];
  readonly #misfits = new Map<Column, { table: Table; slots: Set<number>; whys: Set<string> }>();

  add(step: MigrationStep): void {
    this.#steps.push(step);
  }

  misfit(table: Table, column: Column, slot: number, why: string): void {
    let found = this.#misfits.get(column);
    if (found === undefined) this.#misfits.set(column, (found = { table, slots: new Set(), whys: new Set() }));
    found.slots.add(slot);
    if (found.whys.size < MISFITS_SHOWN) found.whys.add(why);
  }

  hasMisfits(table: Table): boolean {
    return [...this.#misfits.values()].some((found) => found.table === table);
  }

  steps(): readonly MigrationStep[] {
    const misfits = Array.from(this.#misfits, ([column, { table, slots, whys }]): MigrationStep => ({
      what: `keep the values of ${table.plan.name}.${column.plan.name}`,
      table: table.plan.name,
      column: column.plan.name,
      class: 'refused',
      why: `${slots.size} ${slots.size === 1 ? 'row has a value' : 'rows have values'} that cannot stay: ${[...whys].join('; ')}`,
      mend: 'change those rows in a reducer of the module that runs now, or delete them',
    }));
    return [...misfits, ...this.#steps];
  }
}

const MISFITS_SHOWN = 10;
