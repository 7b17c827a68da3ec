import { expect, test, vi } from 'vitest';
import type { CachedView } from '../bots/checking-player.ts';
import { wander } from '../scenarios/wander.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { CALLER, meadowSample, rightClient } from './testing/meadow-sample.ts';
import { ViewChecker } from './view-checker.ts';

const meadow = await meadowSample();
const scenario: Scenario = {
  ...wander,
  centresOf: (world, identity) => {
    expect(identity).toBe(CALLER);
    const mine = world.table('sheep').find('id', 31n)!;
    return [{ space: 5, x: mine['x'] as number, y: mine['y'] as number }];
  },
  writtenBy: () => new Map([['sheep', new Set(['31'])]]),
};
/** What the client library of a right client hands over; `cached` to be altered. */
function rightView(): { cached: Map<string, Record<string, unknown>[]>; view: CachedView } {
  const { cached, client } = rightClient(meadow);
  const cells = [0, 1].map((cellX) => ({ space: 5, cellX, cellY: -1, edge: 24 }));
  return { cached, view: { rows: cached, cells: new Map([['sheep', cells]]), witnessed: client.witnessed } };
}

const player = { number: 3, identity: CALLER };
const untilChecked = (checker: ViewChecker, checks: number): Promise<boolean> =>
  vi.waitUntil(() => checker.counts.checks >= checks, { interval: 2, timeout: 20_000 });

test('a view and the sample of its tick are compared, whichever comes first', async () => {
  const checker = new ViewChecker(meadow.plan, scenario, false);
  const { cached, view } = rightView();
  checker.take(player, 40, { ...view, rows: new Map([...cached, ['cry', []]]) });
  checker.takeSample(meadow.bytes);
  checker.take(player, 40, view);
  await untilChecked(checker, 2);
  expect(checker.counts).toEqual({ checks: 2, rowsChecked: 20, rowsUnchecked: 0, mismatches: 0, texts: [] });
});

test('a view of another tick waits for its own sample', async () => {
  const checker = new ViewChecker(meadow.plan, scenario, false);
  checker.take(player, 60, rightView().view);
  checker.takeSample(meadow.bytes);
  checker.take(player, 40, rightView().view);
  await untilChecked(checker, 1);
  expect(checker.counts).toEqual({ checks: 1, rowsChecked: 10, rowsUnchecked: 0, mismatches: 0, texts: [] });
});

test('a fault in one bot’s cache is counted and named', async () => {
  const checker = new ViewChecker(meadow.plan, scenario, false);
  const { cached, view } = rightView();
  cached.get('sheep')![1]!['valley'] = 9;
  cached.get('purse')!.pop();
  checker.take(player, 40, view);
  checker.take({ ...player, number: 4 }, 40, rightView().view);
  checker.takeSample(meadow.bytes);
  await untilChecked(checker, 2);
  expect(checker.counts).toEqual({
    checks: 2,
    rowsChecked: 20,
    rowsUnchecked: 0,
    mismatches: 2,
    texts: [
      'bot 3, tick 40, purse 7: is missing',
      'bot 3, tick 40, sheep 32: valley is 9 in the cache and 5 in the store',
    ],
  });
});

test('only each twentieth tick is looked at', () => {
  const checker = new ViewChecker(meadow.plan, scenario, false);
  expect([39, 40, 41, 60].map((tick) => checker.wants(tick))).toEqual([false, true, false, true]);
});

test('a cell that a client waits for comparison after comparison is a mismatch at last', async () => {
  const far = { ...scenario, centresOf: () => [{ space: 5, x: 80, y: -6.4 }] };
  const checker = new ViewChecker(meadow.plan, far, false);
  checker.takeSample(meadow.bytes);
  const { view } = rightView();
  const waiting = {
    ...view,
    rows: new Map([...view.rows].map(([table]) => [table, []])),
    cells: new Map(),
    witnessed: new Map([['sheep', { pages: [], rows: new Map() }]]),
  };
  const only = new Map([['sheep', waiting.rows.get('sheep')!]]);
  for (let checks = 1; checks <= 9; checks++) checker.take(player, 40, { ...waiting, rows: only });
  await untilChecked(checker, 9);
  expect(checker.counts).toMatchObject({ rowsChecked: 0, mismatches: 0 });
  expect(checker.counts.rowsUnchecked).toBeGreaterThan(0);
  for (let checks = 1; checks <= 3; checks++) checker.take(player, 40, { ...waiting, rows: only });
  await untilChecked(checker, 12);
  const { texts } = checker.counts;
  expect(texts.length).toBeGreaterThan(0);
  for (const text of texts) {
    expect(text).toMatch(/^bot 3, tick 40, sheep 5,\d,-1: it is in reach, and the client has waited for it too long$/);
  }
  expect(new Set(texts).size).toBe(texts.length);
});
