import { pieceByteLength, readPieceHandle } from '@tickbase/protocol';
import type { Predicate, Query } from '@tickbase/schema/query';
import { expect, test } from 'vitest';
import { CHANGE_INSERT } from '../store/index.ts';
import { PAGE_ROWS_MAX } from './page.ts';
import { HP_FAILS, HP_SEES_NOTHING } from './testing/fake-world.ts';
import type { FakeTable } from './testing/fake-table.ts';
import { piecesOf } from './testing/pieces-of.ts';
import { emptyFrame } from './empty-frame.ts';
import { Stage, type StageViewer } from './testing/stage.ts';
import { IDENTITIES } from './testing/walk-values.ts';

const [ANN, BOB] = IDENTITIES;

function bodyRow(pk: number, x: number, y: number): unknown[] {
  return [pk, 0, x, y, 1.25, 90, 2];
}

function itemRow(pk: bigint): unknown[] {
  return [pk, ANN, 3, 0.5, undefined, { tag: 'Calm' }];
}

/** A query with a predicate of its own for each value. */
function without(value: number): Query {
  return { table: 'wide', withinM: null, where: range('ne', 'c3', value) };
}

function range(op: 'lt' | 'gt' | 'ne', column: string, value: unknown): Predicate {
  return { op, column, value: { kind: 'value', value } };
}

test('a first copy is whole, and later frames carry only what changed', () => {
  const stage = new Stage(null);
  stage.tick(() => {
    for (const pk of [7, 3, 9]) stage.table('wide').insert([pk, ...Array.from({ length: 36 }, (_, i) => i)]);
  });
  const ann = stage.addViewer(0);
  expect(ann.subscribe(1, 'wide')).toBe(null);
  const first = ann.take().pieces.length;
  expect(ann.frame.applied).toEqual([1]);
  expect(ann.keys('wide')).toEqual([3, 7, 9]);
  stage.tick(() => stage.table('wide').set(1, 34, 99));
  expect(ann.take().pieces.length).toBeLessThan(first / 4);
  expect(ann.client.rowsOf(83).get(1)!.values[34]).toBe(99);
});

test('viewers of one partition are given the same bytes', () => {
  const stage = new Stage(null);
  const [ann, bob] = [stage.addViewer(0), stage.addViewer(1)];
  stage.tick(() => stage.table('wide').insert([7, ...Array.from({ length: 36 }, () => 5)]));
  ann.subscribe(1, 'wide');
  bob.subscribe(4, 'wide');
  expect(ann.take().pieces.copy()).toEqual(bob.take().pieces.copy());
  stage.tick(() => stage.table('wide').set(0, 4, 6));
  expect(ann.take().pieces.copy()).toEqual(bob.take().pieces.copy());
});

test('a viewer in whose view nothing changed has no news', () => {
  const stage = new Stage(20);
  stage.tick(() => {
    stage.table('body').insert(bodyRow(1, 5, 5));
    stage.table('body').insert(bodyRow(8, 400, 5));
  });
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body');
  ann.take();
  stage.tick(() => stage.table('body').set(1, 2, 401));
  stage.tick();
  expect(stage.views.hasNews(ann.id)).toBe(false);
  expect(stage.views.withNews).toEqual([]);
});

test('a change below the quantum is no news, until small changes add up', () => {
  const stage = new Stage(20);
  stage.tick(() => stage.table('body').insert(bodyRow(1, 5, 5)));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body');
  ann.take();
  stage.tick(() => stage.table('body').set(0, 2, 5.1));
  expect(stage.views.hasNews(ann.id)).toBe(false);
  stage.tick(() => stage.table('body').set(0, 2, 5.2));
  expect(stage.views.hasNews(ann.id)).toBe(true);
  ann.take();
  expect(ann.client.rowsOf(37).get(0)!.values[2]).toBe(5.25);
});

test('a skipped viewer gets one merged catch-up, and one that is older than the leave ring the whole partition', () => {
  const stage = new Stage(null, { leaveRingTicks: 4 });
  const items = stage.table('item');
  const ann = stage.addViewer(0);
  stage.tick(() => [5n, 6n, 8n].forEach((pk) => items.insert(itemRow(pk))));
  ann.subscribe(1, 'item');
  ann.take();
  stage.tick(() => items.delete(1));
  stage.tick(() => items.set(0, 2, 44));
  stage.tick(() => items.insert(itemRow(11n)));
  expect(ann.take().pieceCount).toBe(1);
  expect(ann.client.sweepCount).toBe(1);
  expect(ann.keys('item')).toEqual([5n, 8n, 11n]);
  stage.tick(() => items.delete(2));
  for (let i = 0; i < 6; i++) stage.tick(() => items.set(0, 2, i));
  stage.tick(() => items.insert(itemRow(13n)));
  ann.take();
  expect(ann.client.sweepCount).toBe(2);
  expect(ann.keys('item')).toEqual([5n, 11n, 13n]);
});

test('a resume tells again what a lost frame said, empty partitions included', () => {
  const stage = new Stage(null);
  const wide = stage.table('wide');
  stage.tick(() => wide.insert([7, ...Array.from({ length: 36 }, () => 5)]));
  const [ann, bob] = [stage.addViewer(0), stage.addViewer(1)];
  bob.subscribe(9, 'wide');
  ann.subscribe(1, 'wide');
  ann.take();
  const lostTick = stage.world.tick;
  const lost = emptyFrame();
  stage.tick(() => stage.views.unsubscribe(ann.id, 1));
  stage.views.takeFrame(ann.id, lost);
  expect(lost.unwatches.length).toBe(1);
  stage.tick(() => wide.delete(0));
  ann.subscribe(2, 'wide');
  stage.views.takeFrame(ann.id, lost);
  stage.views.resume(ann.id, lostTick);
  ann.take();
  expect(ann.frame.applied).toEqual([2]);
  expect(ann.frame.ended).toEqual([1]);
  expect(ann.keys('wide')).toEqual([]);
});

test('a large partition is split into pages, each with names of its own', () => {
  const stage = new Stage(null);
  const items = stage.table('item');
  const count = PAGE_ROWS_MAX + 300;
  const insert = (pk: number): number => items.insert(itemRow(BigInt(pk)));
  const ann = stage.addViewer(0);
  stage.tick(() => insert(1));
  ann.subscribe(1, 'item');
  ann.take();
  stage.tick(() => {
    for (let pk = 2; pk <= count; pk++) insert(pk);
  });
  ann.take();
  expect(ann.frame.watches.length).toBe(1);
  expect(ann.keys('item').length).toBe(count);
  stage.tick(() => items.delete(PAGE_ROWS_MAX + 100));
  expect(ann.take().pieceCount).toBe(1);
  stage.tick(() => items.delete(55));
  stage.tick(() => insert(count + 1));
  ann.take();
  expect(ann.keys('item').length).toBe(count - 1);
}, 60_000);

test('a piece of very long rows is split, and all of it arrives', () => {
  const stage = new Stage(null, { pieceBytesGoal: 1000 });
  const text = 'heath '.repeat(60);
  stage.tick(() => [5, 6, 8, 9].forEach((pk) => stage.table('purse').insert([pk, ANN, 3n, text])));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'purse');
  expect(ann.take().pieceCount).toBeGreaterThan(1);
  expect(ann.keys('purse')).toEqual([5, 6, 8, 9]);
  for (const piece of piecesOf(ann.frame)) expect(pieceByteLength(piece, 0)).toBe(piece.length);
});

test('rows of one owner never reach another, whatever the query asks', () => {
  const stage = new Stage(null);
  stage.tick(() => {
    stage.table('purse').insert([5, ANN, 3n, 'ash']);
    stage.table('purse').insert([6, BOB, 4n, 'birch']);
  });
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'purse', { table: 'purse', withinM: null, where: { op: 'not', item: range('gt', 'pk', 0) } });
  ann.take();
  expect(ann.keys('purse')).toEqual([5]);
  stage.tick(() => stage.table('purse').set(1, 1, ANN));
  ann.take();
  expect(ann.keys('purse')).toEqual([5, 6]);
  stage.tick(() => stage.table('purse').set(0, 1, BOB));
  ann.take();
  expect(ann.keys('purse')).toEqual([6]);
});

test('first copies come cell by cell, near ones first, and of a cell exact tables before streamed ones', () => {
  const stage = new Stage(40);
  stage.tick(() => {
    stage.table('body').insert(bodyRow(9, 34, 5));
    stage.table('body').insert(bodyRow(8, 18, 5));
    stage.table('body').insert(bodyRow(1, 5, 5));
    stage.table('plate').insert([31, 8, 'ash']);
  });
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body', 'plate');
  ann.take();
  const entered = [...ann.client.rowsOf(37).values()].map(({ values }) => values[0]);
  expect(entered).toEqual([1, 8, 9]);
  expect(ann.frame.watches.map(({ tableId }) => tableId)).toEqual([37, 41, 37, 37]);
});

test('the interest function runs again only after columns that it looked at have changed', () => {
  const stage = new Stage(20);
  const bodies = stage.table('body');
  stage.tick(() => [bodyRow(1, 5, 5), bodyRow(8, 6, 5)].forEach((row) => bodies.insert(row)));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body', 'plate');
  expect(stage.world.interestRunCount).toBe(1);
  stage.tick(() => bodies.set(1, 5, 7)); // another body's hit points
  stage.tick(() => bodies.set(0, 2, 7)); // its own x: the area moves with the row
  expect(stage.world.interestRunCount).toBe(1);
  stage.tick(() => bodies.set(0, 5, 7));
  expect(stage.world.interestRunCount).toBe(2);
});

test('a failing interest function keeps the last area, and one that gives null ends it', () => {
  const stage = new Stage(20);
  const bodies = stage.table('body');
  stage.tick(() => bodies.insert(bodyRow(1, 5, 5)));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body');
  stage.tick(() => bodies.set(0, 5, HP_FAILS));
  ann.take();
  expect(ann.keys('body')).toEqual([1]);
  stage.tick(() => bodies.set(0, 5, HP_SEES_NOTHING));
  ann.take();
  expect(ann.keys('body')).toEqual([]);
});

/** Bodies in the slots 0, 1, …, which are used again at once, and a viewer whose own body has the key 1 and who knows what it sees. */
function bodiesKnownToAnn(...rows: unknown[][]): { stage: Stage; bodies: FakeTable; ann: StageViewer } {
  const stage = new Stage(20);
  const bodies = stage.table('body');
  stage.tick(() => rows.forEach((row) => bodies.insert(row)));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body');
  ann.take();
  return { stage, bodies, ann };
}

test('an exact copy of an own write goes to viewers that see the row', () => {
  const { stage, bodies, ann } = bodiesKnownToAnn(bodyRow(1, 5, 5), bodyRow(8, 400, 5));
  stage.tick(() => [0, 1].forEach((slot) => bodies.set(slot, 2, slot * 400 + 5.0625)));
  stage.views.noteOwnWrites(ann.id, Uint32Array.of(2, 0, 2, 1), 2);
  expect(
    ann
      .take()
      .ownRows.list()
      .map(({ tableId, slot }) => [tableId, slot]),
  ).toEqual([[37, 0]]);
});

test('an exact copy of a row is not sent to a viewer that wrote another one, which had its slot before', () => {
  const { stage, bodies, ann } = bodiesKnownToAnn(bodyRow(1, 5, 5), bodyRow(8, 7, 5));
  stage.tick(() => bodies.set(1, 2, 7.0625));
  stage.views.noteOwnWrites(ann.id, Uint32Array.of(2, 1), 1);
  stage.tick(() => bodies.delete(1));
  stage.tick(() => expect(bodies.insert(bodyRow(9, 6, 6))).toBe(1));
  expect(ann.take().ownRows.list()).toEqual([]);
  expect(ann.keys('body')).toEqual([1, 9]);
});

test('an exact copy goes to a viewer that wrote the row while its link was lost, also if an earlier one of its slot was on the way', () => {
  const { stage, bodies, ann } = bodiesKnownToAnn(bodyRow(1, 5, 5), bodyRow(8, 7, 5), bodyRow(10, 8, 5));
  const knownTick = stage.world.tick;
  stage.tick(() => bodies.set(1, 2, 7.0625));
  stage.views.noteOwnWrites(ann.id, Uint32Array.of(2, 1), 1);
  stage.views.takeFrame(ann.id, emptyFrame());
  stage.tick(() => bodies.delete(1));
  stage.tick(() => expect(bodies.insert(bodyRow(9, 6, 6))).toBe(1));
  stage.views.noteOwnWrites(ann.id, Uint32Array.of(2, 1, 2, 0, 2, 2), 3);
  stage.views.resume(ann.id, knownTick);
  expect(
    ann
      .take()
      .ownRows.list()
      .map(({ slot }) => slot),
  ).toEqual([1, 0, 2]);
});

test('an exact copy is not sent of a row that came to the slot while nobody watched', () => {
  const { stage, bodies, ann } = bodiesKnownToAnn(bodyRow(1, 5, 5), bodyRow(8, 7, 5));
  const knownTick = stage.world.tick;
  stage.tick(() => bodies.set(1, 2, 7.0625));
  stage.views.noteOwnWrites(ann.id, Uint32Array.of(2, 1), 1);
  stage.views.takeFrame(ann.id, emptyFrame());
  stage.tick(() => stage.views.unsubscribe(ann.id, 1));
  stage.views.takeFrame(ann.id, emptyFrame());
  stage.tick(() => bodies.delete(1));
  stage.tick(() => expect(bodies.insert(bodyRow(9, 6, 6))).toBe(1));
  stage.tick(() => ann.subscribe(2, 'body'));
  stage.views.resume(ann.id, knownTick);
  expect(ann.take().ownRows.list()).toEqual([]);
  expect(ann.keys('body')).toEqual([1, 9]);
});

test('own writes to rows out of view are no news', () => {
  const { stage, bodies, ann } = bodiesKnownToAnn(bodyRow(1, 5, 5), bodyRow(8, 400, 5));
  stage.tick(() => bodies.set(1, 2, 405.0625));
  stage.views.noteOwnWrites(ann.id, Uint32Array.of(2, 1), 1);
  expect(stage.views.hasNews(ann.id)).toBe(false);
});

test('a row that comes into view is known by its quanta from there on', () => {
  const stage = new Stage(20);
  const bodies = stage.table('body');
  stage.tick(() => bodies.insert(bodyRow(1, 5, 5)));
  stage.tick(() => bodies.set(0, 3, 6.0625));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body');
  ann.take();
  stage.tick(() => bodies.set(0, 3, 6.01));
  expect(stage.views.hasNews(ann.id)).toBe(false);
});

test('a slot that is used again within a tick is a deleted row and a new one', () => {
  const stage = new Stage(null);
  const items = stage.table('item');
  const ann = stage.addViewer(0);
  stage.tick(() => [5n, 6n].forEach((pk) => items.insert(itemRow(pk))));
  ann.subscribe(1, 'item');
  ann.take();
  stage.world.beginTick();
  items.delete(1);
  items.freeSlots.push(1);
  items.insert(itemRow(9n));
  const record = stage.world.seal();
  record.tables[0]!.ops[0] = CHANGE_INSERT;
  stage.views.begin(record);
  ann.take();
  expect(ann.keys('item')).toEqual([5n, 9n]);
  expect(ann.client.endings).toEqual([{ tableId: items.plan.id, slot: 1, isDeleted: true }]);
});

test('a row goes to the first page that has room again', () => {
  const stage = new Stage(null);
  const items = stage.table('item');
  const ann = stage.addViewer(0);
  stage.tick(() => {
    for (let pk = 1; pk <= PAGE_ROWS_MAX + 1; pk++) items.insert(itemRow(BigInt(pk)));
  });
  ann.subscribe(1, 'item');
  const [first, second] = ann.take().watches.map(({ handle }) => handle);
  stage.tick(() => items.delete(55));
  ann.take();
  stage.tick(() => [70_001n, 70_002n].forEach((pk) => items.insert(itemRow(pk))));
  expect(piecesOf(ann.take()).map((piece) => readPieceHandle(piece, 0))).toEqual([first, second]);
}, 60_000);

test('an event of a query set that ends before it is sent comes through another set that asks for the same', () => {
  const stage = new Stage(null);
  const shouts = stage.table('shout');
  const ann = stage.addViewer(0);
  ann.subscribe(7, 'shout');
  ann.take();
  stage.tick(() => shouts.insert([501, BOB, 3, 'hark']));
  ann.subscribe(8, 'shout');
  stage.tick();
  stage.views.unsubscribe(ann.id, 7);
  stage.tick();
  ann.take();
  expect(ann.client.events.get(67)!.map(([pk]) => pk)).toEqual([501]);
});

/** A viewer of shouts that has been told of the first one, and what makes more of them, each in a tick of its own. */
function shoutsBehindTheFirst(): { stage: Stage; ann: StageViewer; say: (pk: number) => void; heard: () => unknown[] } {
  const stage = new Stage(null);
  const ann = stage.addViewer(0);
  const say = (pk: number): void => stage.tick(() => stage.table('shout').insert([pk, ANN, 3, 'a shout']));
  ann.subscribe(1, 'shout');
  say(500);
  ann.take();
  ann.client.events.clear();
  return { stage, ann, say, heard: () => ann.client.events.get(67)!.map(([pk]) => pk) };
}

test('an event that was made between the end of a query set and the next one that asks for the same does not come', () => {
  const { stage, ann, say, heard } = shoutsBehindTheFirst();
  say(501);
  stage.views.unsubscribe(ann.id, 1);
  say(502);
  ann.subscribe(2, 'shout');
  say(503);
  ann.take();
  expect(heard()).toEqual([501, 503]);
});

test('nor does one of a second such time, also when another diff builder takes over before it would have been sent', () => {
  const { stage, ann, say, heard } = shoutsBehindTheFirst();
  say(501);
  stage.views.unsubscribe(ann.id, 1);
  say(502);
  ann.subscribe(2, 'shout');
  say(503);
  stage.views.unsubscribe(ann.id, 2);
  say(504);
  ann.subscribe(3, 'shout');
  say(505);
  stage.takeOver();
  ann.take();
  expect(heard()).toEqual([501, 503, 505]);
});

test('a diff builder that takes over has room for clients that have left, too', () => {
  const stage = new Stage(null);
  const wide = stage.table('wide');
  stage.tick(() => wide.insert([7, ...Array.from({ length: 36 }, () => 5)]));
  const viewers = Array.from({ length: 40 }, () => stage.addViewer(0));
  for (const { id } of viewers.slice(12)) stage.views.remove(id);
  const left = viewers.slice(0, 12);
  for (const viewer of left) for (let k = 0; k < 6; k++) viewer.subscribe(1 + k, without(1000 + k));
  for (const viewer of left) viewer.take();
  stage.takeOver();
  stage.tick(() => wide.set(0, 5, 6));
  expect(stage.views.withNews.length).toBe(12);
});

test('an event that two queries ask for comes once, and what the ring lost is counted', () => {
  const stage = new Stage(null, { eventsKeptMax: 3 });
  const shouts = stage.table('shout');
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'shout', { table: 'shout', withinM: null, where: range('gt', 'loudness', 2) });
  for (const [pk, loudness] of [
    [501, 1],
    [502, 4],
  ] as const)
    stage.tick(() => shouts.insert([pk, ANN, loudness, 'ash']));
  ann.take();
  expect(ann.client.events.get(67)!.map(([pk]) => pk)).toEqual([501, 502]);
  ann.client.events.clear();
  for (let pk = 503; pk < 509; pk++) stage.tick(() => shouts.insert([pk, ANN, 1, 'ash']));
  ann.take();
  expect(ann.client.events.get(67)!.map(([pk]) => pk)).toEqual([506, 507, 508]);
  expect(ann.client.missedEventCount).toBe(3);
});

test('a table that nobody watches any more is forgotten', () => {
  const stage = new Stage(null);
  stage.tick(() => stage.table('wide').insert([7, ...Array.from({ length: 36 }, () => 5)]));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'wide');
  ann.subscribe(2, { table: 'wide', withinM: null, where: range('gt', 'c3', 9) });
  ann.take();
  stage.views.unsubscribe(ann.id, 1);
  expect(ann.take().unwatches.length).toBe(1);
  expect(ann.keys('wide')).toEqual([]);
  stage.views.unsubscribe(ann.id, 2);
  ann.take();
  stage.tick(() => stage.table('wide').set(0, 4, 6));
  expect(stage.views.hasNews(ann.id)).toBe(false);
});

test('refusals have codes, and a refused query set changes nothing', () => {
  const stage = new Stage(2000, { partitioningsMax: 2, queriesMax: 4 });
  const ann = stage.addViewer(0);
  const code = (querySet: number, ...queries: Parameters<typeof ann.subscribe>[1][]): string =>
    ann.subscribe(querySet, ...queries)?.code ?? 'none';
  expect(code(1, 'wide', 'sword')).toBe('UNKNOWN_TABLE');
  expect(code(1, 'wide', 'ledger')).toBe('TABLE_NOT_PUBLIC');
  expect(code(1, 'body')).toBe('AREA_TOO_LARGE');
  expect(code(1, 'wide', without(3), without(4))).toBe('TOO_MANY_PREDICATES');
  expect(code(1, 'wide', without(3))).toBe('none');
  expect(code(1, 'wide')).toBe('DUPLICATE_QUERY_SET');
  expect(code(2, 'item', 'item', 'item')).toBe('TOO_MANY_SUBSCRIPTIONS');
  expect(stage.views.unsubscribe(ann.id, 2)?.code).toBe('UNKNOWN_QUERY_SET');
  expect(stage.views.queryOnce(ann.id, { table: 'ledger', where: null, withinM: null }, 9)).toMatchObject({
    code: 'TABLE_NOT_PUBLIC',
  });
  stage.tick(() => [5, 6].forEach((pk) => stage.table('purse').insert([pk, ANN, 3n, 'ash'])));
  expect(stage.views.queryOnce(ann.id, { table: 'purse', where: null, withinM: null }, 1)).toMatchObject({
    code: 'TOO_MANY_ROWS',
  });
  expect(ann.take().applied).toEqual([1]);
});
