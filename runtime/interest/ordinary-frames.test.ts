import { ByteWriter, Prng } from '@tickbase/base';
import { afterEach, expect, test, vi } from 'vitest';
import { DiffBuilder } from './diff-builder.ts';
import { OrdinaryFrames } from './ordinary-frames.ts';
import { Stage, type StageViewer } from './testing/stage.ts';
import { TickPieces } from './tick-pieces.ts';

afterEach(() => void vi.restoreAllMocks());

type Limits = NonNullable<ConstructorParameters<typeof Stage>[2]>;

const BODIES = 60;
const VIEWERS = 4;
const bodyRow = (key: number, x: number, y: number): unknown[] => [key, 0, x, y, 0, 90, 0];

/** A walk of bodies, of which some cross cells, with what viewers write, confirm and resume. Calls `seen` with each frame. */
function walk(seed: number, limits: Limits, seen: (frame: string) => void): void {
  const prng = new Prng(seed);
  const stage = new Stage(30, {}, limits);
  const bodies = stage.table('body');
  stage.tick(() => {
    for (let key = 1; key <= BODIES; key++) bodies.insert(bodyRow(key, prng.int(-50, 50), prng.int(-30, 40)));
  });
  const viewers: StageViewer[] = [];
  for (let person = 0; person < VIEWERS; person++) {
    const viewer = stage.addViewer(person);
    viewer.subscribe(1, 'body', ...(person % 2 === 0 ? ['item'] : []));
    viewers.push(viewer);
  }
  for (let step = 0; step < 150; step++) {
    stage.tick(() => {
      for (let key = 1; key <= BODIES; key++) {
        const slot = bodies.slotOfKey(key);
        if (prng.int(0, 2) === 0) bodies.set(slot, 5, prng.int(1, 500));
        if (prng.int(0, 30) === 0) bodies.set(slot, 2, prng.int(-50, 50));
      }
    });
    for (const { id, take } of viewers) {
      for (let writes = prng.int(0, 3); writes > 0; writes--) {
        stage.views.noteOwnWrites(id, Uint32Array.of(bodies.position, bodies.slotOfKey(prng.int(1, BODIES))), 1);
      }
      if (prng.int(0, 3) > 0) stage.views.acknowledge(id, stage.world.tick - prng.int(0, 3));
      if (prng.int(0, 40) === 0) stage.views.resume(id, stage.world.tick - prng.int(1, 6));
      if (prng.int(0, 9) === 0) continue; // it is passed over
      const { pieces, pieceCount, ownRows, watches, unwatches } = take();
      const own = ownRows.list().map(({ tableId, slot, row }) => [tableId, slot, [...row]]);
      seen(JSON.stringify([id, [...pieces.view()], pieceCount, own, watches, unwatches]));
    }
  }
}

const SCENES: readonly (readonly [number, Limits])[] = [
  [3, {}],
  [8, { bytesPerSecond: 9_000 }],
  [5, { tiers: [{ beyond: 12, everyTicks: 2 }] }],
];

test.for(SCENES.slice(0, 2))('ordinary frames are what the long way gives, with seed %i', ([seed, limits]) => {
  const put = vi.spyOn(OrdinaryFrames.prototype, 'put');
  const frames: string[] = [];
  walk(seed, limits, (frame) => frames.push(frame));
  const ordinaryCount = put.mock.results.filter(({ value }) => value === true).length;
  expect(ordinaryCount).toBeGreaterThan(50);
  expect(ordinaryCount).toBeLessThan(frames.length);

  put.mockReturnValue(false);
  let place = 0;
  walk(seed, limits, (frame) => expect(frame).toBe(frames[place++]));
  expect(place).toBe(frames.length);
});

test.for(SCENES)(
  'pieces are copied in one call or piece by piece to the same bytes, with seed %i',
  ([seed, limits]) => {
    const copyPages = vi.spyOn(TickPieces.prototype, 'copyPages');
    const frames: string[] = [];
    walk(seed, limits, (frame) => frames.push(frame));
    expect(copyPages.mock.calls.length).toBeGreaterThan(300);

    vi.spyOn(DiffBuilder.prototype, 'takeWriter').mockImplementation((capacity) => new ByteWriter(capacity));
    let place = 0;
    walk(seed, limits, (frame) => expect(frame).toBe(frames[place++]));
    expect(place).toBe(frames.length);
  },
);
