import { assert, integer, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { putInt64 } from './put-int64.ts';

test('a number is written as the big integer of its value is', () => {
  const whole = integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
  const near = integer({ min: -2, max: 2 }).chain((step) =>
    integer({ min: 0, max: 52 }).map((power) => 2 ** power + step),
  );
  assert(
    property(oneof(whole, near), (value) => {
      const bytes = new Uint8Array(12).fill(0xab);
      expect(putInt64(bytes, 3, value)).toBe(11);
      expect(new DataView(bytes.buffer).getBigInt64(3, true)).toBe(BigInt(value));
      expect([bytes[2], bytes[11]]).toEqual([0xab, 0xab]);
    }),
  );
});
