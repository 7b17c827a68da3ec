import { expect, test } from 'vitest';
import { makePlan } from '../transactions/testing/make-plan.ts';
import { createTables, type Table, UndoLog } from './index.ts';

/** More rows than are put into their places one after the other. */
const ROWS = 60_000;

/** A table of which nothing is derived yet, with gaps; keys in no order, or one after the other. */
function openTable(keyOf: (slot: number) => number): Table {
  const columns = { id: { kind: 'u32' }, kind: { kind: 'u32' }, code: { kind: 'u64' } } as const;
  const plan = makePlan([
    {
      name: 'coin',
      columns,
      key: ['id'],
      indexes: [
        { accessor: 'kind', algorithm: 'hash', columns: ['kind'] },
        { accessor: 'code', algorithm: 'hash', columns: ['code'], isUnique: true },
      ],
    },
  ]);
  const [table] = createTables(plan, new UndoLog(), 1);
  table!.reserve(ROWS);
  table!.slotCount = ROWS;
  const [id, kind, code] = table!.columns;
  for (let slot = 0; slot < ROWS; slot++) {
    if (slot % 11 === 4) continue;
    table!.live[slot] = 1;
    id!.words[slot] = keyOf(slot);
    kind!.words[slot] = slot % 7 === 0 ? 5 : 1000 + (slot >>> 3);
    code!.quads[slot] = BigInt(slot) * 0x1_0000_0003n;
  }
  return table!;
}

test.each([
  ['in no order', (slot: number): number => Math.imul(slot + 1, 0x9e3779b1) >>> 0],
  ['one after the other', (slot: number): number => slot + 1000],
])('an index that is made of many rows at once finds what one finds that is made row by row: keys %s', (_, keyOf) => {
  const table = openTable(keyOf);
  const oneByOne = openTable(keyOf);
  table.settle();
  for (let slot = 0; slot < ROWS; slot++) if (oneByOne.live[slot] === 1) oneByOne.raise(slot, -1);
  expect(table.liveCount).toBe(oneByOne.liveCount);
  for (const [place, index] of [table.keyIndex, ...table.indexes].entries()) {
    const other = [oneByOne.keyIndex, ...oneByOne.indexes][place]!;
    let differences = 0;
    for (let slot = 0; slot < ROWS; slot += 7) if (index.findFirst(slot) !== other.findFirst(slot)) differences++;
    expect(differences, `index ${place}`).toBe(0);
  }
  const found: number[] = [];
  table.indexes.find(({ key }) => key.columns[0]!.accessor === 'kind')!.collect(7, found);
  expect(found).toEqual(Array.from({ length: ROWS }, (__, slot) => slot).filter((s) => s % 7 === 0 && s % 11 !== 4));

  // It goes on from there.
  table.fell(8);
  expect(table.keyIndex.findFirst(8)).toBe(-1);
  table.raise(8, -1);
  expect(table.keyIndex.findFirst(8)).toBe(8);
});
