import type { Query } from '@tickbase/schema/query';
import { expect, test } from 'vitest';
import { Stage, type StageViewer } from './testing/stage.ts';
import { IDENTITIES } from './testing/walk-values.ts';

const [ANN, BOB] = IDENTITIES;

/** A vault shows `pk`, `team` and `label`; its `owner`, `gold` and `crew_team` are hidden, and say who sees it. */
function vaultStage(): { stage: Stage; ann: StageViewer; bob: StageViewer } {
  const stage = new Stage(null);
  stage.tick(() => {
    stage.table('vault').insert([7, 3, 'oak', ANN, 91n, 4]);
    stage.table('vault').insert([8, 3, 'elm', BOB, 92n, 4]);
  });
  const [ann, bob] = [stage.addViewer(0), stage.addViewer(1)];
  for (const viewer of [ann, bob]) {
    expect(viewer.subscribe(1, 'vault')).toBe(null);
    viewer.take();
  }
  return { stage, ann, bob };
}

function labels({ client }: StageViewer, stage: Stage): unknown[] {
  return [...client.rowsOf(stage.table('vault').plan.id).values()].map(({ values }) => values);
}

test('a row comes without its hidden columns, by which it may be found for its reader', () => {
  const { stage, ann, bob } = vaultStage();
  expect(labels(ann, stage)).toEqual([[7, 3, 'oak']]);
  expect(labels(bob, stage)).toEqual([[8, 3, 'elm']]);
});

test('nobody hears of a change of hidden columns alone, and of a change of both only of what is shown', () => {
  const { stage, ann } = vaultStage();
  const vaults = stage.table('vault');
  stage.tick(() => vaults.set(0, 4, 93n));
  expect(stage.views.withNews).toEqual([]);
  stage.tick(() => {
    vaults.set(0, 4, 0x1122_3344_5566_7788n);
    vaults.set(0, 2, 'ash');
  });
  const { pieces } = ann.take();
  expect(labels(ann, stage)).toEqual([[7, 3, 'ash']]);
  const sent = Buffer.from(pieces.bytes.subarray(0, pieces.length));
  expect(sent.includes(Buffer.from([0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]))).toBe(false);
});

test('a row goes to its new reader when the hidden column changes that says who it is', () => {
  const { stage, ann, bob } = vaultStage();
  stage.tick(() => stage.table('vault').set(0, 3, BOB));
  for (const viewer of [ann, bob]) viewer.take();
  expect([ann.keys('vault'), bob.keys('vault')]).toEqual([[], [7, 8]]);
  // Ann comes to be in a crew of which the hidden column says that it sees the row.
  stage.tick(() => stage.table('crew').insert([1, ANN, 4, 0]));
  ann.take();
  expect(ann.keys('vault')).toEqual([7, 8]);
});

test('a client that missed ticks is told of columns that are shown', () => {
  const { stage, ann } = vaultStage();
  const vaults = stage.table('vault');
  stage.tick(() => vaults.set(0, 4, 55n));
  stage.tick(() => vaults.set(0, 1, 9));
  stage.tick(() => vaults.set(0, 4, 56n));
  ann.take();
  expect(labels(ann, stage)).toEqual([[7, 9, 'oak']]);
});

test('rows with more columns than a word has bits are cut in the second word', () => {
  const stage = new Stage(null);
  const row = [5, ...Array.from({ length: 39 }, (_, i) => i)];
  stage.tick(() => stage.table('wide').insert(row));
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'wide');
  ann.take();
  const held = (): unknown[] => ann.client.rowsOf(stage.table('wide').plan.id).get(0)!.values;
  expect(held()).toEqual(row.slice(0, 37));
  stage.tick(() => {
    for (const column of [3, 36, 37, 39]) stage.table('wide').set(0, column, 200);
  });
  ann.take();
  expect(held()).toEqual(row.slice(0, 37).map((value, column) => ([3, 36].includes(column) ? 200 : value)));
  stage.tick(() => stage.table('wide').set(0, 38, 201));
  expect(stage.views.withNews).toEqual([]);
});

const by = (column: string): Query => ({
  table: 'vault',
  where: { op: 'eq', column, value: { kind: 'value', value: 91n } },
  withinM: null,
});

test('a hidden column is no column to who asks: in conditions, in joins, in questions of one answer', () => {
  const { stage, ann } = vaultStage();
  const refused = { code: 'UNKNOWN_COLUMN', message: 'the table vault has no column gold' };
  expect(ann.subscribe(2, by('gold'))).toEqual(refused);
  expect(stage.views.queryOnce(ann.id, by('gold'), 9)).toEqual(refused);
  expect(ann.subscribe(2, by('nothing'))).toEqual({ ...refused, message: 'the table vault has no column nothing' });
  const join = { table: 'crew', column: 'crew_team', joined: 'team', where: null };
  expect(ann.subscribe(2, { table: 'vault', where: null, withinM: null, join })).toEqual({
    ...refused,
    message: 'the table vault has no column crew_team',
  });
});
