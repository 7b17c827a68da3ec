import { expect, test } from 'vitest';
import { type SnapshotSituation, snapshotDue } from './snapshot-due.ts';

const schedule = { logBytes: 100, intervalMs: 5000, retryMs: 700 };
const isDue = (situation: Partial<SnapshotSituation>): boolean =>
  snapshotDue(
    {
      nowMs: 9000,
      lastBegunMs: 8000,
      failedMs: null,
      lastBytes: 0,
      logBytesSince: 0,
      hasChanged: false,
      ...situation,
    },
    schedule,
  );

test('a snapshot is due when the log has grown by so much, and by as much as the last one had', () => {
  expect(isDue({ logBytesSince: 99 })).toBe(false);
  expect(isDue({ logBytesSince: 100 })).toBe(true);
  expect(isDue({ logBytesSince: 100, lastBytes: 101 })).toBe(false);
  expect(isDue({ logBytesSince: 101, lastBytes: 101 })).toBe(true);
});

test('it is due after a time when something has changed, logged or not, and not otherwise', () => {
  expect(isDue({ nowMs: 12_999, hasChanged: true })).toBe(false);
  expect(isDue({ nowMs: 13_000, hasChanged: true })).toBe(true);
  expect(isDue({ nowMs: 99_000 })).toBe(false);
});

test('after one that failed nothing is tried for a while', () => {
  expect(isDue({ logBytesSince: 500, failedMs: 8301 })).toBe(false);
  expect(isDue({ logBytesSince: 500, failedMs: 8300 })).toBe(true);
});
