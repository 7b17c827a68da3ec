import { ByteWriter } from '@tickbase/base';
import { expect, test } from 'vitest';
import { makePlan } from '../transactions/testing/make-plan.ts';
import { openWorld } from '../transactions/testing/open-world.ts';
import { SnapshotMemory } from './snapshot-memory.ts';
import type { Table } from './table.ts';
import { WorldSnapshot } from './world-snapshot.ts';

const plan = makePlan(
  [
    {
      name: 'kite',
      columns: { id: { kind: 'u32' }, height: { kind: 'f32' }, hue: { kind: 'u8' } },
      key: ['id'],
    },
  ],
  { reducers: [{ name: 'run' }] },
);

test('memory is made ready for the columns that are written, and for no others', () => {
  const world = openWorld(plan);
  world.run(({ db }) => db.kite.insertMany([1, 2, 3].map((id) => ({ id, height: 10 * id, hue: id }))));
  const tables = world.world.tables as readonly Table[];
  const [id, height, hue] = tables[0]!.columns as [Table['columns'][0], Table['columns'][0], Table['columns'][0]];
  const memory = new SnapshotMemory(tables);
  let ticks = 0;
  do world.run(({ db }) => (db.kite.id.edit(2).height += 1));
  while (!memory.prepare() && ticks++ < 100);
  expect(ticks).toBeLessThan(100);
  expect(memory.takeFor(height)!.length).toBeGreaterThanOrEqual(12);
  expect([memory.takeFor(id), memory.takeFor(hue), memory.takeFor(tables[0]!)]).toEqual([null, null, null]);
  const before = height.data[1];
  const snapshot = new WorldSnapshot(tables, undefined, memory);
  world.run(({ db }) => (db.kite.id.edit(2).height = -5));
  expect((height.kept!.bytesOf(0) as Uint8Array).buffer).toBe(memory.takeFor(height)!.buffer);
  expect(new Float32Array(height.kept!.bytesOf(0).buffer)[1]).toBe(before);
  snapshot.end();
});

test('only one snapshot is taken at a time, and one that has ended leaves nothing behind', () => {
  const world = openWorld(plan);
  const tables = world.world.tables as readonly Table[];
  const snapshot = new WorldSnapshot(tables);
  expect(() => new WorldSnapshot(tables)).toThrow('a second snapshot');
  const writer = new ByteWriter();
  while (snapshot.encodeNext(writer));
  expect(tables[0]!.kept).toBe(null);
  expect(tables[0]!.columns.every(({ kept }) => kept === null)).toBe(true);
  new WorldSnapshot(tables).end();
});
