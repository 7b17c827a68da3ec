import { beforeEach, expect, test } from 'vitest';
import { checkView, type CheckedClient } from './check-view.ts';
import { meadowSample, rightClient, seenRow } from './testing/meadow-sample.ts';

const meadow = await meadowSample();
let client: CheckedClient;
let cached: Map<string, Record<string, unknown>[]>;
let cells: Map<string, Set<string>>;

beforeEach(() => {
  ({ client, cached, cells } = rightClient(meadow));
});

const mismatches = (): readonly string[] => checkView(meadow.sampled, client).mismatches;

/** The row that the world has under this key, as clients see it. */
function seen(tableName: string, column: string, value: unknown): Record<string, unknown> {
  const table = meadow.sampled.table(tableName);
  return seenRow(meadow.plan, tableName, table.valuesAt(table.slotOf(column, value)!));
}

test('a right cache has no mismatch, and each of its rows was compared', () => {
  expect(checkView(meadow.sampled, client)).toEqual({ rowsChecked: 1 + 3 + 3 + 1 + 2, mismatches: [] });
});

test.each([
  ['sheep', 'x', 20.25],
  ['sheep', 'heading', 1.5],
  ['sheep', 'mood', { tag: 'calm' }],
  ['sheep', 'is_shorn', false],
  ['bell', 'tone', 'tone 7'],
  ['purse', 'coins', -13n],
])('a wrong value in %s.%s is found', (table, column, value) => {
  const rows = cached.get(table)!;
  const row = rows[table === 'purse' ? 0 : 1]!;
  expect(row[column]).not.toEqual(value);
  row[column] = value;
  expect(mismatches()).toEqual([
    expect.stringMatching(new RegExp(`^bot 3, tick 40, ${table} \\d+: ${column} is .* in the store$`)),
  ]);
});

test.each(['herder', 'sheep', 'bell', 'purse', 'tally'])('a missing row of %s is found', (table) => {
  cached.get(table)!.pop();
  expect(mismatches()).toEqual([expect.stringMatching(/is missing$/)]);
});

test.each([
  ['out of reach', 'sheep', 'id', 36n],
  ['in another space', 'sheep', 'id', 90n],
  ['that follows one out of reach', 'bell', 'sheep_id', 36n],
  ['that follows one which is no more', 'bell', 'sheep_id', 34n],
  ['of another owner', 'purse', 'id', 8],
])('a row %s must not be there', (_why, table, column, key) => {
  cached.get(table)!.push(seen(table, column, key));
  expect(mismatches()).toEqual([expect.stringMatching(/is cached, and must not be$/)]);
});

test('a row that the world does not have, and one that is there twice, are found', () => {
  const tally = cached.get('tally')!;
  tally.push({ ...tally[0]!, day: 9 });
  cached.get('sheep')!.push({ ...cached.get('sheep')![0]! });
  expect(mismatches()).toEqual([
    expect.stringMatching(/sheep 31: is cached twice$/),
    expect.stringMatching(/tally .*: is cached, and must not be$/),
  ]);
});

test('rows of a cell in the band must be there when the client is told of the cell, and must not else', () => {
  cached.get('sheep')!.push(seen('sheep', 'id', 35n));
  expect(mismatches()).toEqual([expect.stringMatching(/sheep 35: is cached, and must not be$/)]);
  cells.get('sheep')!.add('5,2,-1');
  expect(mismatches()).toEqual([expect.stringMatching(/bell 35: is missing$/)]);
  cached.get('bell')!.push(seen('bell', 'sheep_id', 35n));
  expect(checkView(meadow.sampled, client)).toEqual({ rowsChecked: 12, mismatches: [] });
  cached.get('sheep')!.at(-1)!['valley'] = 6;
  expect(mismatches()).toEqual([expect.stringMatching(/sheep 35: valley is 6 in the cache and 5 in the store$/)]);
});

test('a cell that is surely in reach, or surely out of it, is not a matter of the client’s word', () => {
  cells.set('sheep', new Set(['5,3,-1']));
  expect(mismatches()).toEqual([]);
  cached.get('sheep')!.push(seen('sheep', 'id', 36n));
  expect(mismatches()).toEqual([expect.stringMatching(/sheep 36: is cached, and must not be$/)]);
});

test('followers in the band may be there or not when the cells of the followed are not known', () => {
  cells.clear();
  cached.get('bell')!.push(seen('bell', 'sheep_id', 35n));
  expect(checkView(meadow.sampled, client)).toEqual({ rowsChecked: 11, mismatches: [] });
  cached.get('bell')!.pop();
  expect(checkView(meadow.sampled, client)).toEqual({ rowsChecked: 10, mismatches: [] });
});

test('without a centre nothing that has a place may be there', () => {
  client = { ...client, centres: [] };
  expect(mismatches()).toHaveLength(6);
});

test('exact values in place of the quantized ones are for rows that the client wrote', () => {
  const exact = meadow.sampled.table('sheep').find('id', 32n)!;
  const row = cached.get('sheep')![1]!;
  expect(exact['x']).not.toBe(row['x']);
  row['x'] = exact['x'];
  expect(mismatches()).toEqual([expect.stringMatching(/sheep 32: x is 20.1\d* in the cache/)]);
  client = { ...client, written: new Map([['sheep', new Set(['32'])]]) };
  expect(mismatches()).toEqual([]);
  row['x'] = 20.3;
  expect(mismatches()).toEqual([expect.stringMatching(/sheep 32: x is 20.3 in the cache/)]);
});
