import type { Predicate, Query } from '@tickbase/schema/query';
import { Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { emptyFrame } from './empty-frame.ts';
import { Stage, type StageViewer } from './testing/stage.ts';
import { IDENTITIES } from './testing/walk-values.ts';

const [ANN, BOB] = IDENTITIES;
const MINE: Predicate = { op: 'eq', column: 'owner', value: { kind: 'sender' } };

function is(column: string, value: unknown, op: 'eq' | 'gt' = 'eq'): Predicate {
  return { op, column, value: { kind: 'value', value } };
}

/** Rows of `table` that go with a row of crew for which `where` holds. */
function withCrew(table: string, column: string, joined: string, where: Predicate | null): Query {
  return { table, where: null, withinM: null, join: { table: 'crew', column, joined, where } };
}

function crewRow(pk: number, owner = ANN, team = 3, level = 5): unknown[] {
  return [pk, owner, team, level];
}

function itemRow(pk: bigint, owner = ANN, qty = 8): unknown[] {
  return [pk, owner, qty, 0.5, undefined, { tag: 'Calm' }];
}

function handlesWatched(viewer: StageViewer): number {
  return viewer.frame.watches.length;
}

test('a row is there while one row at least goes with it, however many do', () => {
  const stage = new Stage(null);
  const [crew, items] = [stage.table('crew'), stage.table('item')];
  const ann = stage.addViewer(0);
  stage.tick(() => {
    items.insert(itemRow(7n));
    items.insert(itemRow(9n, BOB));
    crew.insert(crewRow(1));
  });
  ann.subscribe(1, withCrew('item', 'owner', 'owner', is('level', 4, 'gt')));
  ann.take();
  expect(ann.keys('item')).toEqual([7n]);
  stage.tick(() => crew.insert(crewRow(2, ANN, 6)));
  expect(stage.views.hasNews(ann.id)).toBe(false); // It was joined before.
  stage.tick(() => crew.delete(crew.slotOfKey(1)));
  expect(stage.views.hasNews(ann.id)).toBe(false); // The second still goes with it.
  stage.tick(() => crew.set(crew.slotOfKey(2), 3, 4)); // The last one no longer meets the condition.
  ann.take();
  expect(ann.keys('item')).toEqual([]);
  expect(ann.client.endings).toMatchObject([{ isDeleted: false }]);
  stage.tick(() => crew.set(crew.slotOfKey(2), 3, 30));
  stage.tick(() => crew.set(crew.slotOfKey(2), 1, BOB));
  ann.take();
  expect(ann.keys('item')).toEqual([9n]);
});

test('a change of the row itself moves it, too, and both in one tick are one step', () => {
  const stage = new Stage(null);
  const [crew, items] = [stage.table('crew'), stage.table('item')];
  const ann = stage.addViewer(0);
  ann.subscribe(1, withCrew('item', 'owner', 'owner', null));
  stage.tick(() => {
    crew.insert(crewRow(1, BOB));
    items.insert(itemRow(7n));
  });
  ann.take();
  expect(ann.keys('item')).toEqual([]);
  stage.tick(() => items.set(0, 1, BOB));
  ann.take();
  expect(ann.keys('item')).toEqual([7n]);
  stage.tick(() => {
    crew.set(0, 1, ANN);
    items.set(0, 1, ANN);
    items.set(0, 2, 77);
  });
  ann.take();
  expect(ann.client.rowsOf(11).get(0)!.values[2]).toBe(77);
  expect(ann.client.endings).toEqual([]);
});

test('those who go by rows of their own share a partition for each key, and watch as their rows say', () => {
  const stage = new Stage(null);
  const [crew, cargo] = [stage.table('crew'), stage.table('body')];
  const viewers = [stage.addViewer(0), stage.addViewer(1)];
  stage.tick(() => {
    crew.insert(crewRow(1, ANN, 3));
    crew.insert(crewRow(2, BOB, 3));
    cargo.insert([5, 0, 1, 2, 0, 90, 3]);
    cargo.insert([6, 0, 1, 2, 0, 90, 4]);
  });
  for (const viewer of viewers) {
    viewer.subscribe(1, withCrew('body', 'kind', 'team', MINE));
    viewer.take();
    expect(viewer.keys('body')).toEqual([5]);
  }
  stage.tick(() => cargo.set(0, 5, 55));
  const [ann, bob] = viewers.map((viewer) => viewer.take().pieces.copy());
  expect(ann).toEqual(bob);
  // Bob changes his team: what he sees changes with it in the same frame, and Ann hears nothing.
  stage.tick(() => crew.set(crew.slotOfKey(2), 2, 4));
  expect(stage.views.withNews).toEqual([viewers[1]!.id]);
  viewers[1]!.take();
  expect(viewers[1]!.keys('body')).toEqual([6]);
  expect(handlesWatched(viewers[1]!)).toBe(1);
  stage.tick(() => crew.delete(crew.slotOfKey(2)));
  viewers[1]!.take();
  expect(viewers[1]!.keys('body')).toEqual([]);
});

test('ten thousand clients that ask for rows of their own, or join by them, hear of what changes for them alone', () => {
  const stage = new Stage(null);
  const { views } = stage;
  const [crew, items] = [stage.table('crew'), stage.table('item')];
  const identities = Array.from({ length: 10_000 }, (_, i) => new Identity(BigInt(70_000 + i)));
  stage.tick(() => {
    for (const n of [17, 4711]) {
      crew.insert(crewRow(n, identities[n], 3));
      items.insert(itemRow(BigInt(n), identities[n]));
    }
  });
  const ids = identities.map((identity) => views.add(identity.__identity__, 0));
  for (const id of ids) {
    views.subscribe(id, 1, [{ table: 'item', where: MINE, withinM: null }]);
    views.subscribe(id, 2, [withCrew('item', 'owner', 'owner', MINE)]);
  }
  const frame = emptyFrame();
  while (views.withNews.length > 0) views.takeFrame(views.withNews[0]!, frame);
  stage.tick(() => items.set(1, 2, 3));
  expect([...views.withNews]).toEqual([ids[4711]]);
  views.takeFrame(ids[4711]!, frame);
  stage.tick(() => crew.insert(crewRow(9, identities[5], 3)));
  expect([...views.withNews]).toEqual([]); // It has no items.
  stage.tick(() => items.insert(itemRow(9n, identities[5])));
  expect([...views.withNews]).toEqual([ids[5]]);
});

test('joins combine with ranges, keys and cells', () => {
  const stage = new Stage(20);
  const [crew, bodies] = [stage.table('crew'), stage.table('body')];
  stage.tick(() => {
    crew.insert(crewRow(1, ANN, 3));
    bodies.insert([1, 0, 5, 5, 0, 90, 0]); // Ann's own, who sees by it.
    bodies.insert([7, 0, 8, 5, 0, 40, 3]);
    bodies.insert([8, 0, 8, 5, 0, 80, 3]);
    bodies.insert([9, 0, 300, 5, 0, 40, 3]);
  });
  const ann = stage.addViewer(0);
  ann.subscribe(1, { ...withCrew('body', 'kind', 'team', MINE), where: is('hp', 50, 'gt') });
  ann.subscribe(2, { ...withCrew('body', 'kind', 'team', is('level', 5)), withinM: 10, where: is('hp', 40) });
  ann.take();
  expect(ann.keys('body')).toEqual([7, 8]);
  stage.tick(() => {
    bodies.set(bodies.slotOfKey(9), 2, 9);
    bodies.set(bodies.slotOfKey(8), 5, 30);
  });
  ann.take();
  expect(ann.keys('body')).toEqual([7, 9]);
  stage.tick(() => crew.delete(0));
  ann.take();
  expect(ann.keys('body')).toEqual([]);
});

test('what a client may not see of a table is not joined either, and the refusal says why', () => {
  const stage = new Stage(20);
  const ann = stage.addViewer(0);
  const refused = (table: string, column: string, other: string, joined: string): string => {
    const join = { table: other, column, joined, where: null };
    const refusal = ann.subscribe(1, { table, where: null, withinM: null, join });
    return `${refusal?.code}: ${refusal?.message}`;
  };
  expect(refused('item', 'qty', 'body', 'hp')).toMatch(/^JOIN_REFUSED: .* only what is near$/);
  expect(refused('item', 'owner', 'shout', 'owner')).toMatch(/^JOIN_REFUSED: .* events/);
  expect(refused('crew', 'team', 'cargo', 'team')).toMatch(/^JOIN_REFUSED: .* more than one column|looked up/);
  expect(refused('item', 'owner', 'item', 'owner')).toMatch(/^JOIN_REFUSED: .* itself$/);
  expect(refused('item', 'owner', 'crew', 'team')).toMatch(
    /^JOIN_REFUSED: .* cannot compare item.owner with crew.team$/,
  );
  expect(refused('item', 'ratio', 'crew', 'level')).toMatch(/^JOIN_REFUSED/);
  expect(refused('item', 'owner', 'ledger', 'secret')).toMatch(/^TABLE_NOT_PUBLIC/);
  expect(refused('item', 'owner', 'ghost', 'secret')).toMatch(/^UNKNOWN_TABLE/);
  expect(refused('item', 'owner', 'crew', 'boss')).toMatch(/^UNKNOWN_COLUMN/);
  expect(refused('item', 'qty', 'crew', 'level')).toMatch(/^NO_INDEX_FOR_JOIN: .* item by qty, which has no index$/);
  // Of Bob's purse Ann learns nothing, whatever she joins it with.
  stage.tick(() => {
    stage.table('purse').insert([3, BOB, 5n, 'ash']);
    stage.table('item').insert(itemRow(9n, BOB));
    stage.table('item').insert(itemRow(7n, ANN));
  });
  expect(refused('item', 'owner', 'purse', 'owner')).toBe('undefined: undefined');
  ann.take();
  expect(ann.keys('item')).toEqual([]);
  stage.tick(() => stage.table('purse').insert([4, ANN, 5n, 'ash']));
  ann.take();
  expect(ann.keys('item')).toEqual([7n]);
});

test('nothing is kept of a join that nobody asks for any more', () => {
  const stage = new Stage(null);
  const ann = stage.addViewer(0);
  stage.tick(() => {
    stage.table('crew').insert(crewRow(1));
    stage.table('item').insert(itemRow(7n));
  });
  const asOf = (): unknown[] => {
    const rows = stage.views.queryOnce(ann.id, withCrew('item', 'owner', 'owner', null), 9);
    return Array.isArray(rows) ? [rows.length] : [rows.code];
  };
  expect(asOf()).toEqual([1]);
  ann.subscribe(1, withCrew('item', 'owner', 'owner', null), withCrew('item', 'owner', 'owner', MINE));
  ann.take();
  stage.views.unsubscribe(ann.id, 1);
  stage.tick(() => stage.table('crew').delete(0));
  ann.take();
  expect(ann.keys('item')).toEqual([]);
  expect(asOf()).toEqual([0]);
  expect(stage.views.figures().keySetCount).toBe(0);
});
