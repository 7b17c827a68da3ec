import { expect, test } from 'vitest';
import { Stage, type StageViewer } from './testing/stage.ts';

// At `tickRate: 0` records that nobody could be told of are passed over. What they changed is there for whoever comes later.

function wideRow(pk: number): unknown[] {
  return [pk, ...Array.from({ length: 36 }, (_, i) => i)];
}

function stageWithRows(): Stage {
  const stage = new Stage(40, {}, {}, 0);
  stage.tick(() => {
    for (const pk of [7, 3, 9]) stage.table('wide').insert(wideRow(pk));
    stage.table('body').insert([1, 0, 5, 5, 1.25, 90, 2]);
  });
  return stage;
}

/** Rows of the client's table 83 by their slot: primary key and last column. */
function wideOf({ client }: StageViewer): Record<number, unknown[]> {
  return Object.fromEntries(
    [...client.rowsOf(83)].map(([slot, { values }]) => [slot, [values[0], values[34]]]).sort(),
  ) as Record<number, unknown[]>;
}

test('who subscribes after records that nobody watched gets the rows as they stand, and then what changes', () => {
  const stage = stageWithRows();
  const ann = stage.addViewer(0);
  stage.tick(() => stage.table('wide').set(1, 34, 77));
  stage.tick(() => stage.table('wide').delete(0));
  ann.subscribe(1, 'wide', 'body');
  ann.take();
  expect(wideOf(ann)).toEqual({ 1: [3, 77], 2: [9, 33] });
  expect(ann.keys('body')).toEqual([1]);
  stage.tick(() => {
    stage.table('wide').set(2, 34, 78);
    stage.table('body').set(0, 2, 6);
  });
  expect(stage.views.withNews).toEqual([ann.id]);
  ann.take();
  expect(wideOf(ann)).toEqual({ 1: [3, 77], 2: [9, 78] });
});

test('a query that was given up, of which the client has not been told yet, is kept up until it has', () => {
  const stage = stageWithRows();
  const [ann, bob] = [stage.addViewer(0), stage.addViewer(1)];
  ann.subscribe(1, 'wide', 'body');
  ann.take();
  stage.views.unsubscribe(ann.id, 1);
  stage.tick(() => stage.table('wide').set(1, 34, 77));
  stage.tick(() => {
    stage.table('wide').delete(0);
    stage.table('body').set(0, 2, 300);
  });
  bob.subscribe(5, 'wide');
  bob.take();
  expect(wideOf(bob)).toEqual({ 1: [3, 77], 2: [9, 33] });
  ann.take();
  stage.views.remove(bob.id);
  stage.tick(() => stage.table('wide').set(2, 34, 79));
  ann.subscribe(2, 'wide', 'body');
  ann.take();
  expect(wideOf(ann)).toEqual({ 1: [3, 77], 2: [9, 79] });
});

test('the area of a client that has just one is asked for again when a record nobody watched has moved its centre', () => {
  const stage = stageWithRows();
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'body');
  ann.take();
  stage.views.unsubscribe(ann.id, 1);
  ann.take();
  stage.tick(() => stage.table('body').set(0, 2, 400));
  stage.tick(() => stage.table('body').insert([8, 0, 404, 5, 1.25, 90, 2]));
  ann.subscribe(2, 'body');
  ann.take();
  expect(ann.keys('body')).toEqual([1, 8]);
});
