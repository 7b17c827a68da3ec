import type { Predicate, Query } from '@tickbase/schema/query';
import { expect, test } from 'vitest';
import { Stage, type StageViewer } from './testing/stage.ts';
import { IDENTITIES } from './testing/walk-values.ts';

const [ANN, BOB] = IDENTITIES;

function between(low: number, high: number, ...others: Predicate[]): Query {
  const items: Predicate[] = [
    { op: 'gte', column: 'qty', value: { kind: 'value', value: low } },
    { op: 'lt', column: 'qty', value: { kind: 'value', value: high } },
    ...others,
  ];
  return { table: 'item', withinM: null, where: { op: 'and', items } };
}

const MINE: Predicate = { op: 'eq', column: 'owner', value: { kind: 'sender' } };

function itemRow(pk: bigint, qty: number, owner = ANN): unknown[] {
  return [pk, owner, qty, 0.5, undefined, { tag: 'Calm' }];
}

/** Viewers of [0, 10), [10, 20), …, and the rows 1 to 9, of which the n-th has the quantity 11n. */
function rangesStage(count: number): { stage: Stage; viewers: StageViewer[]; slotOf: (pk: bigint) => number } {
  const stage = new Stage(null);
  const items = stage.table('item');
  stage.tick(() => {
    for (let n = 1; n < 10; n++) items.insert(itemRow(BigInt(n), 11 * n));
  });
  const viewers = Array.from({ length: count }, (_, i) => {
    const viewer = stage.addViewer(0);
    expect(viewer.subscribe(1, between(10 * i, 10 * i + 10))).toBe(null);
    viewer.take();
    return viewer;
  });
  return { stage, viewers, slotOf: (pk) => items.slotOfKey(pk) };
}

test('each of many ranges has its rows, and a row that moves on tells those alone whom it leaves and reaches', () => {
  const { stage, viewers, slotOf } = rangesStage(1000);
  expect(viewers[3]!.keys('item')).toEqual([3n]);
  expect(viewers[500]!.keys('item')).toEqual([]);
  const items = stage.table('item');
  stage.tick(() => items.set(slotOf(3n), 2, 5004));
  expect([...stage.views.withNews].sort()).toEqual([viewers[3]!.id, viewers[500]!.id].sort());
  viewers[3]!.take();
  viewers[500]!.take();
  expect([viewers[3]!.keys('item'), viewers[500]!.keys('item')]).toEqual([[], [3n]]);
  expect(viewers[3]!.client.endings).toMatchObject([{ isDeleted: false }]);
  // A change of another column is an update where the row is.
  stage.tick(() => items.set(slotOf(3n), 3, 7.25));
  expect(stage.views.withNews).toEqual([viewers[500]!.id]);
  stage.tick(() => items.delete(slotOf(3n)));
  viewers[500]!.take();
  expect(viewers[500]!.client.endings).toMatchObject([{ isDeleted: true }]);
});

test('ranges that overlap hold a row each, and end one by one', () => {
  const { stage, slotOf } = rangesStage(0);
  const ann = stage.addViewer(0);
  ann.subscribe(1, between(20, 60));
  ann.subscribe(2, between(40, 90));
  ann.take();
  expect(ann.keys('item')).toEqual([2n, 3n, 4n, 5n, 6n, 7n, 8n]);
  stage.tick(() => stage.table('item').set(slotOf(5n), 2, 85)); // Out of the first, still in the second.
  ann.take();
  expect(ann.keys('item')).toEqual([2n, 3n, 4n, 5n, 6n, 7n, 8n]);
  stage.views.unsubscribe(ann.id, 2);
  ann.take();
  expect(ann.keys('item')).toEqual([2n, 3n, 4n]);
  stage.views.unsubscribe(ann.id, 1);
  ann.take();
  stage.tick(() => stage.table('item').set(slotOf(3n), 2, 34));
  expect(stage.views.withNews).toEqual([]);
});

test('a range beside an equality asks the rows of that key alone', () => {
  const stage = new Stage(null);
  const [ann, bob] = [stage.addViewer(0), stage.addViewer(1)];
  stage.tick(() => {
    stage.table('item').insert(itemRow(7n, 33, ANN));
    stage.table('item').insert(itemRow(9n, 33, BOB));
  });
  for (const viewer of [ann, bob]) {
    viewer.subscribe(1, between(30, 40, MINE));
    viewer.take();
  }
  expect([ann.keys('item'), bob.keys('item')]).toEqual([[7n], [9n]]);
  stage.tick(() => stage.table('item').set(1, 2, 38));
  expect(stage.views.withNews).toEqual([bob.id]);
});

test('all bounds of one column count as one rule of a table, and the rows in them are limited', () => {
  const stage = new Stage(null, { partitioningsMax: 1, rangeRowsMax: 5 });
  stage.tick(() => [3n, 5n, 7n].forEach((pk) => stage.table('item').insert(itemRow(pk, 33))));
  const ann = stage.addViewer(0);
  expect(ann.subscribe(1, between(30, 40))).toBe(null);
  expect(ann.subscribe(2, between(31, 40), between(60, 70))).toBe(null);
  expect(ann.subscribe(3, between(32, 40))?.code).toBe('TOO_MANY_RANGE_ROWS');
  expect(ann.subscribe(3, 'item')?.code).toBe('TOO_MANY_PREDICATES');
  expect(stage.views.figures().watched[stage.table('item').position]).toEqual({
    ruleCount: 1,
    partitionCount: 3,
    rangeRowCount: 6,
  });
  stage.views.unsubscribe(ann.id, 2);
  ann.take();
  expect(ann.subscribe(3, between(32, 40))).toBe(null);
});

test('a range that comes to hold most of a table is as right as before', () => {
  const { stage, slotOf } = rangesStage(0);
  const items = stage.table('item');
  const ann = stage.addViewer(0);
  ann.subscribe(1, between(1000, 2000));
  ann.take();
  stage.tick(() => {
    for (let n = 10; n < 300; n++) items.insert(itemRow(BigInt(n), 900 + n));
  });
  ann.take();
  expect(ann.keys('item').length).toBe(200);
  stage.tick(() => {
    for (let n = 10; n < 300; n += 2) items.set(slotOf(BigInt(n)), 2, 900 + n - 1);
    items.delete(slotOf(150n));
  });
  ann.take();
  const expected = items.liveSlots().filter((slot) => (items.rows[slot]![2] as number) >= 1000);
  expect(ann.keys('item')).toEqual(expected.map((slot) => items.rows[slot]![0]));
});
