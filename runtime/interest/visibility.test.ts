import type { Query } from '@tickbase/schema/query';
import { expect, test } from 'vitest';
import { Stage, type StageViewer } from './testing/stage.ts';
import { IDENTITIES } from './testing/walk-values.ts';

const [ANN, BOB] = IDENTITIES;
const UTF8 = new TextEncoder();

/** Team 3 is Ann's, team 4 Bob's; cargo and signals are for the team, camps for the team and their owner. */
function teamStage(radiusMax: number | null = null): { stage: Stage; ann: StageViewer; bob: StageViewer } {
  const stage = new Stage(radiusMax);
  stage.tick(() => {
    stage.table('crew').insert([1, ANN, 3, 5]);
    stage.table('crew').insert([2, BOB, 4, 5]);
    stage.table('cargo').insert([5, 3, 10, 'spices']);
    stage.table('cargo').insert([6, 4, 10, 'powder']);
  });
  return { stage, ann: stage.addViewer(0), bob: stage.addViewer(1) };
}

function has(viewer: StageViewer, text: string): boolean {
  const { bytes, length } = viewer.frame.pieces;
  return Buffer.from(bytes.subarray(0, length)).includes(Buffer.from(UTF8.encode(text)));
}

test('rows are visible to those of whom another table says so, and follow it in the same frame', () => {
  const { stage, ann, bob } = teamStage();
  for (const viewer of [ann, bob]) {
    viewer.subscribe(1, 'cargo');
    viewer.take();
  }
  expect([ann.keys('cargo'), bob.keys('cargo')]).toEqual([[5], [6]]);
  expect(has(ann, 'powder')).toBe(false);
  // Bob joins Ann's team as well.
  stage.tick(() => stage.table('crew').insert([3, BOB, 3, 1]));
  expect(stage.views.withNews).toEqual([bob.id]);
  bob.take();
  expect(bob.keys('cargo')).toEqual([5, 6]);
  stage.tick(() => stage.table('crew').delete(stage.table('crew').slotOfKey(2)));
  bob.take();
  expect(bob.keys('cargo')).toEqual([5]);
});

test('what changes in the tick in which somebody is shut out is not told', () => {
  const { stage, ann } = teamStage();
  const cargo = stage.table('cargo');
  stage.tick(() => cargo.insert([7, 3, 10, 'cloth']));
  ann.subscribe(1, 'cargo');
  ann.take();
  stage.tick(() => {
    stage.table('crew').delete(0);
    cargo.set(0, 3, 'a hidden word');
    cargo.delete(cargo.slotOfKey(7)); // A leave, which other ends of watches tell of.
  });
  ann.take();
  expect(has(ann, 'a hidden word')).toBe(false);
  expect(ann.keys('cargo')).toEqual([]);
});

test('what happened while somebody was shut out is not told when they are back, neither rows nor events', () => {
  const { stage, ann } = teamStage();
  const [crew, cargo, signals] = [stage.table('crew'), stage.table('cargo'), stage.table('signal')];
  ann.subscribe(1, 'cargo');
  ann.subscribe(2, 'signal');
  ann.take();
  // A slow client: no frame for all of this.
  stage.tick(() => crew.delete(0));
  stage.tick(() => {
    cargo.set(0, 3, 'for a moment');
    signals.insert([900, 3, 'while away']);
  });
  stage.tick(() => cargo.set(0, 3, 'in the end'));
  stage.tick(() => crew.insert([8, ANN, 3, 5]));
  stage.tick(() => signals.insert([901, 3, 'at home']));
  ann.take();
  expect([has(ann, 'for a moment'), has(ann, 'while away')]).toEqual([false, false]);
  expect([...ann.client.rowsOf(103).values()].map(({ values }) => values[3])).toEqual(['in the end']);
  expect(ann.client.events.get(109)!.map(([pk]) => pk)).toEqual([901]);
});

test('one of several rules is enough, beside the cells of a spatial table', () => {
  const { stage, ann, bob } = teamStage(20);
  const [camps, bodies] = [stage.table('camp'), stage.table('body')];
  stage.tick(() => {
    bodies.insert([1, 0, 5, 5, 0, 90, 0]);
    bodies.insert([2, 0, 5, 5, 0, 90, 0]);
    camps.insert([11, ANN, 5, 6, 4]); // Ann's own, for Bob's team.
    camps.insert([12, IDENTITIES[2], 6, 6, 3]); // A stranger's, for Ann's team.
    camps.insert([13, IDENTITIES[2], 6, 6, 9]);
    camps.insert([14, ANN, 500, 6, 3]); // Far away.
  });
  for (const viewer of [ann, bob]) {
    viewer.subscribe(1, 'camp');
    viewer.take();
  }
  expect([ann.keys('camp'), bob.keys('camp')]).toEqual([[11, 12], [11]]);
  stage.tick(() => camps.set(camps.slotOfKey(11), 1, BOB));
  for (const viewer of [ann, bob]) viewer.take();
  expect([ann.keys('camp'), bob.keys('camp')]).toEqual([[12], [11]]);
});

test('a query once keeps to the same rules, and gives a row once that two of them show', () => {
  const { stage, ann, bob } = teamStage();
  stage.tick(() => stage.table('camp').insert([11, ANN, 5, 6, 3]));
  const count = (viewer: StageViewer, query: Query): unknown => {
    const rows = stage.views.queryOnce(viewer.id, query, 9);
    return Array.isArray(rows) ? rows.length : rows.code;
  };
  const camps = { table: 'camp', where: null, withinM: null };
  expect([count(ann, camps), count(bob, camps)]).toEqual([1, 0]);
  const foreign: Query = {
    table: 'cargo',
    withinM: null,
    where: { op: 'eq', column: 'team', value: { kind: 'value', value: 3 } },
  };
  expect([count(ann, foreign), count(bob, foreign)]).toEqual([1, 0]);
  bob.subscribe(1, foreign);
  bob.take();
  expect(bob.keys('cargo')).toEqual([]);
});
