import type { Query } from '@tickbase/schema/query';
import { expect, test } from 'vitest';
import { Stage, type StageViewer } from './testing/stage.ts';
import { IDENTITIES } from './testing/walk-values.ts';

const [ANN, BOB] = IDENTITIES;

/** Nine items, of which six are Ann's, under a limit of `watchedRowsMax`. */
function itemStage(watchedRowsMax: number, radiusMax: number | null = null): { stage: Stage; ann: StageViewer } {
  const stage = new Stage(radiusMax, { watchedRowsMax });
  stage.tick(() => {
    for (let pk = 1; pk <= 9; pk++) {
      stage.table('item').insert([BigInt(pk), pk <= 6 ? ANN : BOB, 30 + pk, 0.1, undefined, { tag: 'Calm' }]);
    }
  });
  return { stage, ann: stage.addViewer(0) };
}

const own: Query = {
  table: 'item',
  withinM: null,
  where: { op: 'eq', column: 'owner', value: { kind: 'sender' } },
};
const from = (qty: number): Query => ({
  table: 'item',
  withinM: null,
  where: { op: 'gte', column: 'qty', value: { kind: 'value', value: qty } },
});

test.each([
  ['a whole table', 9, 'item', 10],
  ['an equality', 6, own, 7],
  ['a range', 4, from(36), 5],
])('%s that is over the limit is refused, and leaves nothing behind', (_what, limit, query, count) => {
  const { stage, ann } = itemStage(limit);
  expect(ann.subscribe(1, query)).toEqual({
    code: 'TOO_MANY_ROWS_WATCHED',
    message: `this client's subscriptions would watch ${count} rows, ${limit} at most (watchedRowsMax)`,
  });
  const frame = ann.take();
  expect([frame.watches, frame.pieceCount, frame.applied, frame.ended]).toEqual([[], 0, [], []]);
  expect(stage.views.figures().watched[stage.table('item').position]!.partitionCount).toBe(0);
  stage.tick(() => stage.table('item').set(0, 2, 77));
  expect(stage.views.withNews).toEqual([]);
});

test('what is just within it goes on, whatever comes to it later, and only more is refused', () => {
  const { stage, ann } = itemStage(7);
  expect(ann.subscribe(1, own)).toBe(null);
  ann.take();
  stage.tick(() => stage.table('item').insert([10n, ANN, 40, 0.1, undefined, { tag: 'Calm' }]));
  ann.take();
  expect(ann.keys('item')).toHaveLength(7);
  expect(ann.subscribe(2, 'crew')?.code).toBe('TOO_MANY_ROWS_WATCHED');
  ann.subscribe(1, own);
  stage.views.unsubscribe(ann.id, 1);
  expect(ann.subscribe(3, 'crew')).toBe(null);
});

test('the same rows by the same query count once', () => {
  const { ann } = itemStage(7);
  expect(ann.subscribe(1, own)).toBe(null);
  expect(ann.subscribe(2, own)).toBe(null);
});

test('cells of an area of interest are not counted', () => {
  const { stage, ann } = itemStage(1, 20);
  stage.tick(() => {
    for (let pk = 1; pk <= 5; pk++) stage.table('body').insert([pk, 0, 2, 3, 0, 90, 1]);
  });
  expect(ann.subscribe(1, 'body')).toBe(null);
  ann.take();
  expect(ann.keys('body')).toHaveLength(5);
});
