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
  const { cached } = rightClient(meadow);
  const cells = [0, 1].map((cellX) => ({ space: 5, cellX, cellY: -1, edge: 24 }));
  return { cached, view: { rows: cached, cells: new Map([['sheep', cells]]) } };
}

const player = { number: 3, identity: CALLER };
const untilChecked = (checker: ViewChecker, checks: number): Promise<boolean> =>
  vi.waitUntil(() => checker.counts.checks >= checks, { interval: 2, timeout: 20_000 });

test('a view and the sample of its tick are compared, whichever comes first', async () => {
  const checker = new ViewChecker(meadow.plan, scenario);
  const { cached, view } = rightView();
  checker.take(player, 40, { ...view, rows: new Map([...cached, ['cry', []]]) });
  checker.takeSample(meadow.bytes);
  checker.take(player, 40, view);
  await untilChecked(checker, 2);
  expect(checker.counts).toEqual({ checks: 2, rowsChecked: 20, mismatches: 0, texts: [] });
});

test('a view of another tick waits for its own sample', async () => {
  const checker = new ViewChecker(meadow.plan, scenario);
  checker.take(player, 60, rightView().view);
  checker.takeSample(meadow.bytes);
  checker.take(player, 40, rightView().view);
  await untilChecked(checker, 1);
  expect(checker.counts).toEqual({ checks: 1, rowsChecked: 10, mismatches: 0, texts: [] });
});

test('a fault in one bot’s cache is counted and named', async () => {
  const checker = new ViewChecker(meadow.plan, scenario);
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
    mismatches: 2,
    texts: [
      'bot 3, tick 40, sheep 32: valley is 9 in the cache and 5 in the store',
      'bot 3, tick 40, purse 7: is missing',
    ],
  });
});

test('only each twentieth tick is looked at', () => {
  const checker = new ViewChecker(meadow.plan, scenario);
  expect([39, 40, 41, 60].map((tick) => checker.wants(tick))).toEqual([false, true, false, true]);
});
