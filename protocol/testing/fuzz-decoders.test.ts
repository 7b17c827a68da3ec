import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { fuzzDecoders } from './fuzz-decoders.ts';

test('no bytes make a decoder do anything but return or refuse with a code', () => {
  const { cases, accepted, codes } = fuzzDecoders({ seed: 20, cases: runsOf(2500) });
  expect(cases).toBe(runsOf(2500));
  if (!ARE_ALL_RUN) return;
  expect(accepted).toBeGreaterThan(250);
  expect([...codes.keys()].sort()).toEqual(
    expect.arrayContaining([
      'VALUE_NOT_FINITE',
      'WIRE_COUNT',
      'WIRE_ENVELOPE',
      'WIRE_FRAME',
      'WIRE_PIECE',
      'WIRE_TAG',
      'WIRE_TRAILING',
      'WIRE_TRUNCATED',
      'WIRE_UTF8',
      'WIRE_VARINT',
    ]),
  );
});

test('a seed makes the same cases again', () => {
  expect(fuzzDecoders({ seed: 7, cases: 150 })).toEqual(fuzzDecoders({ seed: 7, cases: 150 }));
});
