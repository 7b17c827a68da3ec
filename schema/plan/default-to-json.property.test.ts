import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyType, valueOfType } from '../testing/arbitraries.ts';
import { valueProblem } from '../values/value-problem.ts';
import { defaultToJson } from './default-to-json.ts';
import { defaultValueOf } from './default-value-of.ts';

test('every value of every type survives the way through JSON text', () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(
      anyType.chain((type) => valueOfType(type).map((value) => ({ type, value }))),
      ({ type, value }) => {
        kinds.set(type.kind, (kinds.get(type.kind) ?? 0) + 1);
        expect(valueProblem(type, value)).toBeNull();
        const json: unknown = JSON.parse(JSON.stringify(defaultToJson(type, value)));
        const back = defaultValueOf(type, json as never);
        expect(valueProblem(type, back)).toBeNull();
        expect(back).toEqual(value);
      },
    ),
    { numRuns: 2000 },
  );
  expect([...kinds.keys()]).toEqual(
    expect.arrayContaining(['option', 'array', 'object', 'enum', 'result', 'bytes', 'f32', 'u256']),
  );
});

test('minus zero, NaN and the infinities survive, too', () => {
  for (const value of [-0, Number.NaN, Infinity, -Infinity]) {
    const json: unknown = JSON.parse(JSON.stringify(defaultToJson({ kind: 'f64' }, value)));
    expect(Object.is(defaultValueOf({ kind: 'f64' }, json as never), value)).toBe(true);
  }
});
