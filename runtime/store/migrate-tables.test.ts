import { assignIds, type MigrationStep, planMigration, type Plan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { makePlan, type TableSketch } from '../transactions/testing/make-plan.ts';
import { createTables, hasRows, migrateTables, Sealer, STATE_OPEN, type Table, UndoLog, writeValue } from './index.ts';

const BODY: TableSketch = {
  name: 'body',
  columns: {
    id: { kind: 'u32' },
    owner: { kind: 'string' },
    x: { kind: 'f64' },
    y: { kind: 'f64' },
    rank: { kind: 'u64' },
  },
  key: ['id'],
};

function planOf(sketch: TableSketch, previous: Plan | null = null): Plan {
  return assignIds(makePlan([sketch]), previous);
}

type Row = readonly [id: number, owner: string, x: number, y: number, rank: bigint];

function bodiesOf(plan: Plan, rows: readonly Row[]): Table {
  const undo = new UndoLog();
  const tables = createTables(plan, undo, 3);
  const [body] = tables as [Table];
  body.beginTick(41);
  undo.begin(STATE_OPEN);
  for (const row of rows) {
    row.forEach((value, column) => writeValue(body.columns[column]!, body.probe, value));
    body.insertProbe();
  }
  undo.end();
  new Sealer(tables).seal(41, 41_000);
  return body;
}

function migrate(
  rows: readonly Row[],
  changes: Partial<TableSketch>,
): { steps: readonly MigrationStep[]; table: Table } {
  const before = planOf(BODY);
  const after = planOf({ ...BODY, ...changes }, before);
  const old = bodiesOf(before, rows);
  const tables = createTables(after, new UndoLog(), 3);
  const steps = migrateTables(
    [old],
    tables,
    planMigration(before, after, () => !hasRows(old)),
  );
  return { steps, table: tables[0]! };
}

const byOwner = { indexes: [{ accessor: 'byOwner', algorithm: 'hash', columns: ['owner'], isUnique: true }] } as const;

test('a new unique constraint is refused with groups of rows that share it, ten at most', () => {
  const rows = Array.from({ length: 26 }, (_, i): Row => [3 + i, `o${i % 13}`, 1.5, -2, 5n]);
  const { steps } = migrate(rows.slice(0, 14), byOwner);
  expect(steps).toEqual([
    {
      what: 'make body (owner) unique',
      table: 'body',
      column: 'owner',
      class: 'refused',
      why: '1 group of rows shares it: owner "o0" (2 rows)',
      mend: 'change or delete all rows of a group but one, in a reducer of the module that runs now',
    },
  ]);
  const [step] = migrate(rows, byOwner).steps;
  expect(step!.why).toMatch(/^13 groups of rows share it, the first 10 of them: owner "o0" \(2 rows\); /);
  expect(step!.why.split('; ')).toHaveLength(10);
  expect(migrate(rows.slice(0, 13), byOwner).steps).toEqual([]);
});

test('a float that becomes part of an index is refused where it is NaN, and held as 0 where it is -0', () => {
  const index = { indexes: [{ accessor: 'byX', algorithm: 'btree', columns: ['x'] }] } as const;
  const { steps } = migrate(
    [
      [3, 'ann', NaN, 7, 5n],
      [4, 'bob', -0, 7, 5n],
    ],
    index,
  );
  expect(steps).toMatchObject([
    { what: 'keep the values of body.x', why: expect.stringMatching(/^1 row has/) as string },
  ]);
  const { table } = migrate([[4, 'bob', -0, 7, 5n]], index);
  expect(Object.is(table.valueAt(2, 0), 0)).toBe(true);
  expect(table.slotsByIndex(1, [0])).toEqual([0]);
});

test('a place on the grid is refused for rows that are out of its reach', () => {
  const spatial = { spatial: { x: 'x', y: 'y', cell: 4 } };
  const { steps } = migrate(
    [
      [3, 'ann', 1e12, Infinity, 5n],
      [4, 'bob', 9.5, 7, 5n],
    ],
    spatial,
  );
  expect(steps.map(({ column }) => column).toSorted()).toEqual(['x', 'y']);
  const { table } = migrate([[4, 'bob', 9.5, 7, 5n]], spatial);
  expect(table.grid!.slotsInCell(table.grid!.findCell(0, 2, 1))).toEqual([0]);
});

test('a direct index is refused for keys that are too large for it', () => {
  const index = { indexes: [{ accessor: 'byRank', algorithm: 'direct', columns: ['rank'], isUnique: true }] } as const;
  const { steps } = migrate(
    [
      [3, 'ann', 1, 2, 5n],
      [4, 'bob', 1, 2, 1n << 40n],
    ],
    index,
  );
  expect(steps).toMatchObject([
    { what: 'keep the values of body.rank', why: expect.stringContaining('1099511627776n') as string },
  ]);
});

test('rows keep the cell that they have not left yet, and cells their numbers', () => {
  const placed = { ...BODY, spatial: { x: 'x', y: 'y', cell: 16 } };
  const before = planOf(placed);
  const undo = new UndoLog();
  const tables = createTables(before, undo, 3);
  const [old] = tables as [Table];
  const sealer = new Sealer(tables);
  for (const [tick, x] of [
    [41, 15.5],
    [42, 16.5],
  ] as const) {
    old.beginTick(tick);
    undo.begin(STATE_OPEN);
    [7, 'ann', x, 5, 3n].forEach((value, column) => writeValue(old.columns[column]!, old.probe, value));
    if (tick === 41) old.insertProbe();
    else old.updateFromProbe(0); // past the border, but not by a sixteenth of a cell
    undo.end();
    sealer.seal(tick, tick);
  }
  const after = planOf(
    { ...placed, columns: { tint: { kind: 'u8' }, ...BODY.columns }, defaults: { tint: { json: 9 } } },
    before,
  );
  const migrated = createTables(after, new UndoLog(), 3);
  expect(migrateTables(tables, migrated, planMigration(before, after))).toEqual([]);
  const { grid } = migrated[0]!;
  expect(grid!.cellX[grid!.cellOfSlot[0]!]).toBe(0);
  expect(grid!.cellCount).toBe(old.grid!.cellCount);
  expect(migrated[0]!.valueAt(0, 0)).toBe(9);
});
