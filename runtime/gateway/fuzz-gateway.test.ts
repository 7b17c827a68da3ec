import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { fuzzGateway } from './testing/fuzz-gateway.ts';

test('random clients break nothing, and harm nobody else', () => {
  const { cases, covered } = fuzzGateway({ cases: runsOf(60), seed: 4_711, now: () => 0 });
  expect(cases).toBe(runsOf(60));
  if (!ARE_ALL_RUN) return;
  const happened = [
    'callsTaken',
    'sessionsDropped',
    'sessionsResumed',
    'framesSkipped',
    'messagesHeld',
    'framesHeldBack',
    'DISK_FULL',
    'RATE_LIMITED',
    'WIRE_ENVELOPE',
    'ENDED_BY_MODULE',
  ];
  for (const what of [
    ...happened,
    'BAD_ARGUMENTS',
    'BAD_CALL_SEQUENCE',
    'TOO_MANY_RESULTS',
    'SQL_SYNTAX',
    'TEXT_MESSAGE',
  ]) {
    expect([what, covered.get(what) ?? 0]).not.toEqual([what, 0]);
  }
});
