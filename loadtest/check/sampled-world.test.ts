import { equalValues } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { meadowSample } from './testing/meadow-sample.ts';

const meadow = await meadowSample();

test('a sample has the tables that clients may see, and no others', () => {
  for (const name of ['herder', 'sheep', 'bell', 'purse', 'tally']) {
    expect(meadow.sampled.table(name).slots.length).toBeGreaterThan(0);
  }
  for (const name of ['cry', 'ledger']) expect(() => meadow.sampled.table(name)).toThrow(/not/);
});

test('every value of a sample is what the store itself reads', () => {
  let valueCount = 0;
  for (const view of meadow.tables) {
    if (!view.plan.isPublic || view.plan.isEvent) continue;
    const table = meadow.sampled.table(view.plan.name);
    expect(table.slots).toHaveLength(view.liveCount);
    for (const slot of table.slots) {
      view.plan.columns.forEach(({ name, type }, c) => {
        const [sampled, stored] = [table.valuesAt(slot)[c], view.valueAt(c, slot)];
        expect(equalValues(type, sampled, stored), `${view.plan.name}.${name}`).toBe(true);
        valueCount++;
      });
    }
  }
  expect(valueCount).toBeGreaterThan(50);
});

test('a row is found by a value, and its cell is the store’s', () => {
  const sheep = meadow.sampled.table('sheep');
  expect(sheep.find('id', 33n)).toMatchObject({ id: 33n, valley: 5, mood: { tag: 'cross' }, is_shorn: false });
  expect(sheep.find('id', 34n)).toBeNull();
  expect(sheep.cellOf(sheep.slotOf('id', 33n)!)).toEqual({ space: 5, cellX: 1, cellY: -1 });
  expect(meadow.sampled.table('purse').cellOf(0)).toBeNull();
  expect(() => sheep.find('wool', 1)).toThrow(/no column wool/);
});
