import { TickbaseError } from '@tickbase/base';
import { anything, assert, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyType, valueOfType } from '../testing/arbitraries.ts';
import { valueProblem } from '../values/value-problem.ts';
import { defaultToJson } from './default-to-json.ts';
import type { TypePlan } from './type-plan.ts';
import { valueFromJson } from './value-from-json.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('what defaultToJson has written is read as the same value', () => {
  assert(
    property(
      anyType.chain((type) => valueOfType(type).map((value) => ({ type, value }))),
      ({ type, value }) => {
        expect(valueFromJson(type, plain(defaultToJson(type, value)), 'it')).toEqual(value);
      },
    ),
    { numRuns: 300 },
  );
});

test('anything else is a value of the type, or refused with its place', () => {
  assert(
    property(anyType, anything(), (type, json) => {
      try {
        expect(valueProblem(type, valueFromJson(type, json, 'args'))).toBeNull();
      } catch (error) {
        expect(error).toBeInstanceOf(TickbaseError);
        expect((error as TickbaseError).code).toBe('JSON_VALUE');
        expect((error as TickbaseError).where).toMatch(/^args/);
      }
    }),
    { numRuns: 500 },
  );
});

const KIND: TypePlan = {
  kind: 'enum',
  name: null,
  variants: [
    { id: 0, name: 'Player', type: { kind: 'unit' } },
    { id: 1, name: 'Beast', type: { kind: 'u8' } },
  ],
};

describe('what people write', () => {
  test.each<[TypePlan, unknown, unknown]>([
    [{ kind: 'u64' }, 7, 7n],
    [{ kind: 'u64' }, '18446744073709551615', 18_446_744_073_709_551_615n],
    [{ kind: 'u8' }, '7', 7],
    [{ kind: 'bytes' }, '0xFF00', Uint8Array.of(255, 0)],
    [{ kind: 'option', of: { kind: 'string' } }, 'a', 'a'],
    [{ kind: 'option', of: { kind: 'string' } }, null, undefined],
    [KIND, 'Player', { tag: 'Player' }],
    [KIND, { Beast: 3 }, { tag: 'Beast', value: 3 }],
    [{ kind: 'array', of: { kind: 'f32' } }, [1, 'NaN'], [1, Number.NaN]],
  ])('%o of %o', (type, json, value) => {
    expect(valueFromJson(type, json, 'it')).toEqual(value);
  });

  test.each<[TypePlan, unknown, RegExp]>([
    [{ kind: 'u64' }, 2 ** 53, /beyond 2\^53/],
    [{ kind: 'u64' }, '1e3', /no whole number/],
    [{ kind: 'u64' }, -1, /u64 holds 0 to/],
    [{ kind: 'u64' }, String(2n ** 64n), /u64 holds 0 to/],
    [{ kind: 'i32' }, 2 ** 31, /i32 holds/],
    [{ kind: 'u8' }, 1.5, /no whole number/],
    [{ kind: 'u8' }, true, /no whole number/],
    [{ kind: 'bool' }, { toString: false }, /should be true or false, not an object/],
    [{ kind: 'bool' }, Object.create(null), /not an object/],
    [{ kind: 'identity' }, 'ab', /2 hex digits instead of 64/],
    [{ kind: 'timestamp' }, String(2n ** 63n), /beyond what a time can be/],
    [KIND, 'Chest', /no variant "Chest"/],
    [KIND, { Player: {}, Beast: 1 }, /names no variant/],
    [{ kind: 'object', name: null, fields: [] }, JSON.parse('{"__proto__":1}'), /no field "__proto__"/],
  ])('%o of %o is refused', (type, json, message) => {
    expect(() => valueFromJson(type, json, 'it')).toThrow(message);
  });
});
