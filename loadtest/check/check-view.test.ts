import { beforeEach, describe, expect, test } from 'vitest';
import { type CheckedClient, type CheckOutcome, checkView } from './check-view.ts';
import type { WitnessedRow } from './frame-witness.ts';
import { type AlterableClient, meadowSample, rightClient, seenRow } from './testing/meadow-sample.ts';

describe('a client that is up to its frame', async () => {
  const meadow = await meadowSample();
  let right: AlterableClient;
  let client: CheckedClient;
  let cached: AlterableClient['cached'];

  beforeEach(() => {
    right = rightClient(meadow);
    ({ client, cached } = right);
  });

  const outcome = (): CheckOutcome => checkView(meadow.window, client);
  const mismatches = (): readonly string[] => outcome().mismatches;

  /** The row that the world has under this key, as clients see it. */
  function seen(tableName: string, column: string, value: unknown): Record<string, unknown> {
    const table = meadow.sampled.table(tableName);
    return seenRow(meadow.plan, tableName, table.valuesAt(table.slotOf(column, value)!));
  }

  test('a right cache has no mismatch, and each of its rows was compared', () => {
    const rowsChecked = 1 + 3 + 3 + 1 + 2;
    expect(outcome()).toEqual({ rowsChecked, rowsUnchecked: 0, mismatches: [], overdue: new Set() });
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

  test.each(['herder', 'purse', 'tally'])('a missing row of %s is found', (table) => {
    cached.get(table)!.pop();
    expect(mismatches()).toEqual([expect.stringMatching(/is missing$/)]);
  });

  test.each(['sheep', 'bell'])(
    'a row of %s that the library has lost, and one that no message told of, are found',
    (table) => {
      const lost = cached.get(table)!.pop();
      expect(mismatches()).toEqual([expect.stringMatching(/is missing, and a message told of it$/)]);
      (client.witnessed.get(table)!.rows as Map<string, unknown>).delete('33');
      expect(mismatches()).toEqual([expect.stringMatching(/33: is missing$/)]);
      cached.get(table)!.push(lost!);
      expect(mismatches()).toEqual([
        expect.stringMatching(/33: is cached, and no message told of it$/),
        expect.stringMatching(/33: is missing$/),
      ]);
    },
  );

  test('a row of another owner, one that the world does not have, and one that is there twice, are found', () => {
    cached.get('purse')!.push(seen('purse', 'id', 8));
    const tally = cached.get('tally')!;
    tally.push({ ...tally[0]!, day: 9 });
    cached.get('sheep')!.push({ ...cached.get('sheep')![0]! });
    expect(mismatches().toSorted()).toEqual([
      expect.stringMatching(/purse 8: is cached, and must not be$/),
      expect.stringMatching(/sheep 31: is cached twice$/),
      expect.stringMatching(/tally .*: is cached, and must not be$/),
    ]);
  });

  test('of a table of which it asked for some rows, the others must not be there', () => {
    client = { ...client, only: new Map([['tally', { column: 'day', value: 4 }]]) };
    expect(mismatches()).toHaveLength(2);
    cached.set('tally', []);
    expect(mismatches()).toEqual([]);
  });

  test('a cell of the band may be watched or not; its rows are there, and right, or not', () => {
    right.hold('sheep', '5,2,-1', 40);
    expect(mismatches()).toEqual([]);
    cached.get('sheep')!.at(-1)!['valley'] = 6;
    expect(mismatches()).toEqual([expect.stringMatching(/sheep 35: valley is 6 in the cache and 5 in the store$/)]);
  });

  test('a cell that is surely out of reach must not be watched', () => {
    right.hold('sheep', '5,3,-1', 40);
    right.hold('bell', '5,3,-1', 40);
    expect(mismatches()).toEqual([
      expect.stringMatching(/sheep 36: is cached, and must not be$/),
      expect.stringMatching(/bell 36: is cached, and must not be$/),
    ]);
  });

  test('without a centre nothing that has a place may be there', () => {
    client = { ...client, centres: [] };
    expect(mismatches()).toHaveLength(6);
  });

  test('a cell in reach that is not watched waits for its turn, and is told as overdue', () => {
    client = { ...client, centres: [{ space: 5, x: 80, y: -6.4 }] };
    const { rowsUnchecked, overdue } = outcome();
    expect(rowsUnchecked).toBeGreaterThan(0);
    expect([...overdue].toSorted()[0]).toMatch(/^bell 5,2,-1: it is in reach/);
  });

  test('the library names the cells that the messages told of', () => {
    right.cells.get('sheep')!.delete('5,1,-1');
    right.cells.get('sheep')!.add('5,2,-1');
    expect(mismatches()).toEqual([
      expect.stringMatching(/sheep cell 5,2,-1: is named, and not watched$/),
      expect.stringMatching(/sheep cell 5,1,-1: is watched, and not named$/),
    ]);
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
});

describe('a client with cells of different age, at tick 43', async () => {
  // 32 stays in the first cell, 33 goes from the second to the first and back, 35 comes from the third to the second.
  const meadow = await meadowSample([
    [{ id: 32n, x: 12 }],
    [
      { id: 32n, x: 13 },
      { id: 33n, x: 18 },
    ],
    [
      { id: 32n, x: 14 },
      { id: 33n, x: 40 },
      { id: 35n, x: 38 },
    ],
  ]);
  let right: AlterableClient;

  beforeEach(() => {
    const fresh = rightClient(meadow);
    // The sheep are held anew, cell by cell, each as of a tick.
    fresh.cached.delete('sheep');
    fresh.cells.get('sheep')!.clear();
    (fresh.client.witnessed as Map<string, unknown>).delete('sheep');
    right = fresh;
  });

  const sheepAt = (cells: Readonly<Record<string, number>>): CheckOutcome => {
    for (const [cell, tick] of Object.entries(cells)) right.hold('sheep', cell, tick);
    return checkView(meadow.window, right.client);
  };
  const told = (key: string, change: Partial<WitnessedRow>): void => {
    const rows = right.client.witnessed.get('sheep')!.rows as Map<string, WitnessedRow>;
    rows.set(key, { ...rows.get(key)!, ...change });
  };
  const cachedSheep = (id: bigint): Record<string, unknown> =>
    right.cached.get('sheep')!.find((row) => row['id'] === id)!;

  test('each cell is compared with the world of its own tick', () => {
    expect(sheepAt({ '5,0,-1': 41, '5,1,-1': 43 })).toMatchObject({ rowsUnchecked: 0, mismatches: [] });
    expect(cachedSheep(32n)['x']).toBe(12);
  });

  test('a value that is older, or newer, than its cell is a mismatch', () => {
    sheepAt({ '5,0,-1': 42, '5,1,-1': 43 });
    for (const x of [12, 14]) {
      cachedSheep(32n)['x'] = x;
      expect(checkView(meadow.window, right.client).mismatches).toEqual([
        `bot 3, tick 43, sheep 32: x is ${x} in the cache and 13 in the store`,
      ]);
    }
  });

  test('a row is where its cell had it, also when it has gone on since', () => {
    // At 42 the first cell had 33, at 43 the second has it back: who has told last is right.
    expect(sheepAt({ '5,1,-1': 41, '5,0,-1': 42 }).mismatches).toEqual([]);
    expect(cachedSheep(33n)['x']).toBe(18);
  });

  test('a row that its cell did not have must not be there', () => {
    sheepAt({ '5,0,-1': 43, '5,1,-1': 42 });
    right.cached.get('sheep')!.push(seenRow(meadow.plan, 'sheep', meadow.sampled.table('sheep').valuesAt(2)));
    told('33', { page: right.client.witnessed.get('sheep')!.pages[1]!, isMoving: false, ownTick: null });
    expect(checkView(meadow.window, right.client).mismatches).toEqual([
      expect.stringMatching(/sheep 33: is cached, and must not be$/),
    ]);
  });

  test('a row that was in its cell all the time must be there; one that has gone on may have been told of elsewhere', () => {
    sheepAt({ '5,0,-1': 42, '5,1,-1': 42 });
    const rows = right.client.witnessed.get('sheep')!.rows as Map<string, unknown>;
    for (const [key, what] of [
      ['31', [expect.stringMatching(/sheep 31: is missing$/)]],
      ['33', []],
    ] as const) {
      const row = rows.get(key);
      rows.delete(key);
      const before = right.cached.get('sheep')!;
      right.cached.set(
        'sheep',
        before.filter(({ id }) => String(id) !== key),
      );
      const { mismatches } = checkView(meadow.window, right.client);
      expect(mismatches).toEqual(what);
      right.cached.set('sheep', before);
      rows.set(key, row);
    }
  });

  test('a row between two cells is not compared', () => {
    sheepAt({ '5,0,-1': 43, '5,1,-1': 43 });
    told('33', { isMoving: true });
    cachedSheep(33n)['x'] = 18;
    expect(checkView(meadow.window, right.client)).toMatchObject({ rowsUnchecked: 1, mismatches: [] });
  });

  test('a row that the client wrote itself is as new as that', () => {
    sheepAt({ '5,0,-1': 41, '5,1,-1': 43 });
    told('32', { ownTick: 43 });
    const client = { ...right.client, written: new Map([['sheep', new Set(['32'])]]) };
    expect(checkView(meadow.window, client).mismatches).toHaveLength(1);
    cachedSheep(32n)['x'] = 14;
    expect(checkView(meadow.window, client).mismatches).toEqual([]);
  });

  test('of a cell older than all that is known, what is as the oldest world was is right, and the rest is overdue', () => {
    const { now } = meadow.window;
    const window = {
      now,
      oldest: meadow.window.at(42)!,
      at: (tick: number) => (tick >= 42 ? meadow.window.at(tick) : null),
    };
    const { rowsChecked } = sheepAt({ '5,0,-1': 42, '5,1,-1': 43 });
    const { pages } = right.client.witnessed.get('sheep')!;
    (pages[0] as { tick: number }).tick = 30;
    expect(checkView(window, right.client)).toMatchObject({ rowsChecked, rowsUnchecked: 0, mismatches: [] });
    cachedSheep(32n)['x'] = 12;
    const { rowsUnchecked, mismatches, overdue } = checkView(window, right.client);
    expect({ rowsUnchecked, mismatches }).toEqual({ rowsUnchecked: 1, mismatches: [] });
    expect([...overdue]).toEqual(['sheep 5,0,-1: the client has had it as of tick 30 for too long']);
  });
});
