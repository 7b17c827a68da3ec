import { array, assert, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { SNAPSHOT_RETENTION, snapshotsToDrop } from './snapshots-to-drop.ts';

const at = (tick: number, bytes = 10, takenMs = 1000 * tick) => ({ tick, bytes, takenMs });

test('the count, the size and the age of what stays are bounded, but for the newest few', () => {
  const retention = { countMin: 2, countMax: 4, bytesMax: 100, ageMsMax: 5000 };
  const drop = (list: ReturnType<typeof at>[], nowMs = 9000): number[] =>
    snapshotsToDrop(list, nowMs, retention).map(({ tick }) => tick);
  expect(drop([at(9), at(8), at(7), at(6)])).toEqual([]);
  expect(drop([at(9), at(8), at(7), at(6), at(5)])).toEqual([5]);
  expect(drop([at(9, 40), at(8, 40), at(7, 40), at(6, 1)])).toEqual([7, 6]);
  expect(drop([at(9), at(8), at(7), at(6)], 12_500)).toEqual([7, 6]);
  expect(drop([at(3, 900), at(2, 900), at(1, 900)], 99_000)).toEqual([1]);
  expect(drop([])).toEqual([]);
});

test('the default keeps two at least, so that a damaged one has another behind it', () => {
  expect(SNAPSHOT_RETENTION.countMin).toBeGreaterThanOrEqual(2);
});

test('what is dropped is the oldest part, and another look at what stays drops nothing more', () => {
  const snapshot = record({ bytes: integer({ min: 1, max: 50 }), takenMs: integer({ min: 0, max: 9000 }) });
  const rule = record({
    countMin: integer({ min: 0, max: 3 }),
    countMax: integer({ min: 1, max: 5 }),
    bytesMax: integer({ min: 1, max: 120 }),
    ageMsMax: integer({ min: 0, max: 9000 }),
  });
  assert(
    property(array(snapshot, { maxLength: 8 }), rule, (list, retention) => {
      const snapshots = list.map((one, place) => Object.assign({ tick: 100 - place }, one));
      const dropped = snapshotsToDrop(snapshots, 9000, retention);
      const kept = snapshots.slice(0, snapshots.length - dropped.length);
      expect(dropped).toEqual(snapshots.slice(kept.length));
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(snapshots.length, Math.max(1, retention.countMin)));
      expect(snapshotsToDrop(kept, 9000, retention)).toEqual([]);
    }),
  );
});
