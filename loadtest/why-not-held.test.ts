import { expect, test } from 'vitest';
import type { LoadReport } from './load-report.ts';
import { whyNotHeld } from './why-not-held.ts';

const held = {
  errors: 0,
  errorTexts: [],
  mismatches: 0,
  tickP99Ms: 41,
  ticks: 398,
  tickRate: 20,
  seconds: 20,
  framesSkipped: 30,
  framesPerSecond: 6000,
} as unknown as LoadReport;

test.each([
  ['', {}],
  ['tick p99 50.1 ms', { tickP99Ms: 50.1 }],
  ['tick p99 null ms', { tickP99Ms: null }],
  ['2 errors: the link was closed', { errors: 2, errorTexts: [{ text: 'the link was closed', count: 2 }] }],
  ['1 mismatches', { mismatches: 1 }],
  ['only 370 ticks in 20 s', { ticks: 370 }],
  ['clients were behind: 1300 frames skipped', { framesSkipped: 1300 }],
  ['', { mismatches: null, ticks: null, framesSkipped: null }],
])('%j of a run with %j and a p99 of at most 50 ms', (why, change) => {
  expect(whyNotHeld({ ...held, ...change } as LoadReport, 50)).toBe(why);
});
