import { ByteReader, ByteWriter } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkArgs } from './check-value.ts';
import { SCALAR_SIZES } from './minimal-size.ts';
import { plainArgsCheck } from './plain-args.ts';

const scalar = (kind: string): { type: TypePlan } => ({ type: { kind } as TypePlan });
const TAGGED = new Set(['bool', 'string', 'bytes', 'scheduleAt', 'unit']);
const PLAIN = Object.keys(SCALAR_SIZES).filter((kind) => !TAGGED.has(kind));

function passes(bytes: Uint8Array, params: readonly { type: TypePlan }[]): boolean {
  try {
    checkArgs(new ByteReader(bytes), params);
    return true;
  } catch {
    return false;
  }
}

test('what is plain passes exactly when the full check passes it, wherever it lies', () => {
  // Bytes in which exponents of all ones are no rarity.
  const byte = fc.constantFrom(0x00, 0x7f, 0x80, 0xf0, 0xef, 0xff, 0x3f, 0x41);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...PLAIN), { maxLength: 5 }),
      fc.integer({ min: -2, max: 2 }),
      fc.infiniteStream(byte),
      (kinds, excess, stream) => {
        const params = kinds.map(scalar);
        const length = kinds.reduce((sum, kind) => sum + SCALAR_SIZES[kind as keyof typeof SCALAR_SIZES], 0);
        const args = Uint8Array.from(stream.take(Math.max(0, length + excess)));
        const message = Uint8Array.of(0xff, 0xff, 0x7f, ...args, 0xff, 0x7f);
        expect(plainArgsCheck(params)!(message, 3, 3 + args.length)).toBe(passes(args, params));
      },
    ),
    { numRuns: 2000 },
  );
});

test('floats are refused from the first pattern that is no finite number', () => {
  const writer = new ByteWriter();
  const check = plainArgsCheck([scalar('f32'), scalar('f64')])!;
  for (const [single, double, isFinite] of [
    [3.4028234663852886e38, -Number.MAX_VALUE, true],
    [Infinity, 1, false],
    [1, -Infinity, false],
    [NaN, 1, false],
    [-0, NaN, false],
  ] as const) {
    writer.reset();
    writer.f32(single);
    writer.f64(double);
    expect(check(writer.copy(), 0, 12)).toBe(isFinite);
  }
});

test('a type with a tag, a text or parts is not plain', () => {
  for (const kind of TAGGED) expect(plainArgsCheck([scalar('u8'), scalar(kind)])).toBeNull();
  expect(plainArgsCheck([{ type: { kind: 'option', of: { kind: 'u8' } } }])).toBeNull();
});
