import { Prng } from '@tickbase/base';
import { afterEach, expect, test, vi } from 'vitest';
import { ChangeMarks } from './change-marks.ts';
import { Stage, type StageViewer } from './testing/stage.ts';

afterEach(() => void vi.restoreAllMocks());

const BODIES = 40;
const VIEWERS = 6;
const bodyRow = (key: number, x: number, y: number): unknown[] => [key, 0, x, y, 0, 90, 0];

type Limits = NonNullable<ConstructorParameters<typeof Stage>[2]>;
/** Looks at the viewers instead of the lists of partitions. */
type Asking = { askViewers(tick: number): void };

/** Who has news in each tick of a walk on which some look at nothing, some at little, and frames are passed over. */
function walk(seed: number, limits: Limits): string[] {
  const prng = new Prng(seed);
  const stage = new Stage(30, {}, limits);
  const bodies = stage.table('body');
  stage.tick(() => {
    for (let key = 1; key <= BODIES; key++) bodies.insert(bodyRow(key, prng.int(-50, 50), prng.int(-30, 40)));
  });
  const viewers = Array.from({ length: VIEWERS }, (_, i) => stage.addViewer(i % 4));
  const subscribed = new Set<StageViewer>();
  const told: string[] = [];
  for (let step = 0; step < 120; step++) {
    stage.tick(() => {
      const busy = prng.int(0, BODIES);
      for (let key = 1; key <= busy; key++) {
        const slot = bodies.slotOfKey(key);
        bodies.set(slot, prng.int(0, 4) === 0 ? 2 : 5, prng.int(-50, 50));
      }
    });
    told.push([...stage.views.withNews].sort((a, b) => a - b).join());
    const viewer = prng.pick(viewers);
    if (!subscribed.has(viewer)) {
      viewer.subscribe(step + 1, 'body', ...(prng.int(0, 2) === 0 ? ['item'] : []));
      subscribed.add(viewer);
    } else if (prng.int(0, 5) === 0) stage.views.resume(viewer.id, stage.world.tick - prng.int(1, 4));
    for (const { take } of viewers) if (prng.int(0, 4) > 0) take();
  }
  return told;
}

const SCENES: readonly (readonly [number, Limits])[] = [
  [4, {}],
  [11, { tiers: [{ beyond: 12, everyTicks: 2 }] }],
];

test.for(SCENES)('who is asked for news has it as the lists of partitions tell it, with seed %i', ([seed, limits]) => {
  const prototype = ChangeMarks.prototype as unknown as Asking;
  const ask = vi.spyOn(prototype, 'askViewers');
  const told = walk(seed, limits);
  expect(ask.mock.calls.length).toBeGreaterThan(20);
  expect(new Set(told).size).toBeGreaterThan(3);

  ask.mockImplementation(() => {});
  expect(walk(seed, limits)).toEqual(told);
});

test('a viewer that watches nothing has no news, and keeps none from the others', () => {
  const stage = new Stage(30);
  const bodies = stage.table('body');
  stage.tick(() => {
    for (let key = 1; key <= 30; key++) bodies.insert(bodyRow(key, key, 0));
  });
  const [ann, bob, cas] = [0, 1, 2].map((person) => stage.addViewer(person)) as [StageViewer, StageViewer, StageViewer];
  for (const viewer of [ann, cas]) {
    viewer.subscribe(1, 'body');
    viewer.take();
  }
  stage.tick(() => {
    for (let key = 1; key <= 30; key++) bodies.set(bodies.slotOfKey(key), 5, 7);
  });
  expect([...stage.views.withNews].sort()).toEqual([ann.id, cas.id]);
  expect(stage.views.hasNews(bob.id)).toBe(false);
});
