import { ByteReader, ByteWriter, TickbaseError } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { checkArgs, checkValue } from './check-value.ts';
import { compileArgsCodec, compileCodec, decodeValue, encodeValue } from './codec.ts';
import { compileRowCodec } from './row-codec.ts';

const ITEM: TypePlan = {
  kind: 'object',
  name: 'Item',
  fields: [
    { name: 'name', type: { kind: 'string' } },
    { name: 'count', type: { kind: 'u8' } },
  ],
};
const KIND: TypePlan = { kind: 'enum', name: 'Kind', variants: [{ id: 3, name: 'Beast', type: { kind: 'i16' } }] };

function encodeRefusal(type: TypePlan, value: unknown, path = 'args'): TickbaseError {
  try {
    encodeValue(new ByteWriter(), type, value, path);
  } catch (error) {
    if (error instanceof TickbaseError) return error;
    throw error;
  }
  throw new Error('the value was accepted');
}

function checkRefusal(type: TypePlan, bytes: number[]): string {
  try {
    checkValue(new ByteReader(Uint8Array.from(bytes)), type);
  } catch (error) {
    if (error instanceof TickbaseError) return error.code;
    throw error;
  }
  return 'accepted';
}

const args = (bytes: number[]) => () =>
  checkArgs(new ByteReader(Uint8Array.from(bytes)), [{ type: { kind: 'string' } }, { type: { kind: 'string' } }], {
    depthMax: 3,
    elementsMax: 9,
    textBytesMax: 3,
  });

const read = (bytes: number[], of: TypePlan) => () =>
  decodeValue(new ByteReader(Uint8Array.from(bytes)), { kind: 'array', of });

test('a refusal names the place of the value', () => {
  const type: TypePlan = { kind: 'object', name: null, fields: [{ name: 'items', type: { kind: 'array', of: ITEM } }] };
  const items = [
    { name: 'rope', count: 2 },
    { name: 'axe', count: 300 },
  ];
  expect(encodeRefusal(type, { items })).toMatchObject({ code: 'VALUE_RANGE', where: 'args.items[1].count' });
  expect(encodeRefusal(type, { items: [{ name: 4, count: 1 }] })).toMatchObject({
    code: 'VALUE_TYPE',
    where: 'args.items[0].name',
  });
});

test('wrong types, ranges, texts and tags have their codes', () => {
  expect(encodeRefusal({ kind: 'u64' }, 5).code).toBe('VALUE_TYPE');
  expect(encodeRefusal({ kind: 'string' }, 5).mend).toBe('give a text');
  expect(encodeRefusal({ kind: 'u32' }, 5n).code).toBe('VALUE_TYPE');
  expect(encodeRefusal({ kind: 'u32' }, 1.5).code).toBe('VALUE_RANGE');
  expect(encodeRefusal({ kind: 'i8' }, NaN).code).toBe('VALUE_RANGE');
  expect(encodeRefusal({ kind: 'u128' }, 2n ** 128n).code).toBe('VALUE_RANGE');
  expect(encodeRefusal({ kind: 'i64' }, 2n ** 63n).code).toBe('VALUE_RANGE');
  expect(encodeRefusal({ kind: 'f32' }, 1e39).code).toBe('VALUE_RANGE');
  expect(encodeRefusal({ kind: 'string' }, 'a\ud800').code).toBe('VALUE_TEXT');
  expect(encodeRefusal({ kind: 'bool' }, 1).code).toBe('VALUE_TYPE');
  expect(encodeRefusal({ kind: 'bytes' }, [1]).code).toBe('VALUE_TYPE');
  expect(encodeRefusal({ kind: 'identity' }, 7n).code).toBe('VALUE_TYPE');
  expect(encodeRefusal(KIND, { tag: 'Chest' })).toMatchObject({ code: 'VALUE_TAG', mend: 'give { tag } of Beast' });
  expect(encodeRefusal(KIND, { tag: 'Beast', value: 70_000 })).toMatchObject({
    code: 'VALUE_RANGE',
    where: 'args.value',
  });
  expect(encodeRefusal({ kind: 'result', ok: KIND, err: KIND }, { tag: 'maybe' }).code).toBe('VALUE_TAG');
  expect(encodeRefusal({ kind: 'scheduleAt' }, { tag: 'Never' }).code).toBe('VALUE_TAG');
  expect(
    encodeRefusal(
      { kind: 'array', of: { kind: 'unit' } },
      Array.from({ length: 65_537 }, () => ({})),
    ).code,
  ).toBe('VALUE_RANGE');
});

test('arguments of a call are finite, and none is given that is no parameter', () => {
  const params = [
    { accessor: 'dx', type: { kind: 'f32' } },
    { accessor: 'path', type: { kind: 'option', of: { kind: 'array', of: { kind: 'f64' } } } },
  ] as const;
  const codec = compileArgsCodec(params);
  const refusal = (args: unknown): TickbaseError | null => {
    const writer = new ByteWriter();
    try {
      codec.encode(writer, args, 'reducer move, args');
      return null;
    } catch (error) {
      expect(writer.length).toBe(0);
      return error as TickbaseError;
    }
  };
  for (const args of [{ dx: 1 }, { dx: 1, path: undefined }, { dx: 1, path: [2] }]) expect(refusal(args)).toBeNull();
  expect(refusal({ dx: NaN })).toMatchObject({ code: 'VALUE_NOT_FINITE', where: 'reducer move, args.dx' });
  expect(refusal({ dx: 1, path: [0, -Infinity] })).toMatchObject({
    code: 'VALUE_NOT_FINITE',
    where: 'reducer move, args.path[1]',
  });
  expect(refusal({ dx: 1e39 })).toMatchObject({ code: 'VALUE_RANGE', where: 'reducer move, args.dx' });
  const tooMuch = { code: 'VALUE_TYPE', where: 'reducer move, args', mend: 'leave it out; there are dx, path' };
  for (const args of [
    { dx: 1, path: [2], dz: 3 },
    { dx: 1, dz: 3 },
    { dx: 1, path: undefined, dz: undefined },
  ]) {
    expect(refusal(args)).toMatchObject({ ...tooMuch, what: 'a value has a field dz, which its type has not' });
  }
  // Rows of tables hold any number, as do the arguments that a module gives its own functions.
  compileRowCodec(params).encode(new ByteWriter(), { dx: NaN, dz: 3 });
});

test('a refused value leaves the writer as it was', () => {
  const writer = new ByteWriter();
  writer.u8(9);
  expect(() => encodeValue(writer, ITEM, { name: 'rope', count: -1 })).toThrow(TickbaseError);
  expect(writer.view()).toEqual(Uint8Array.of(9));
});

test('values of another realm are as good', () => {
  const writer = new ByteWriter();
  encodeValue(writer, { kind: 'identity' }, { __identity__: 5n });
  expect(decodeValue(new ByteReader(writer.view()), { kind: 'identity' })).toEqual(new Identity(5n));
});

test('a row is keyed by accessor, its columns in order', () => {
  const codec = compileRowCodec([
    { accessor: 'bodyId', type: { kind: 'u16' } },
    { accessor: 'title', type: { kind: 'option', of: { kind: 'string' } } },
  ]);
  const writer = new ByteWriter();
  codec.encode(writer, { bodyId: 258 });
  codec.encode(writer, { bodyId: 3, title: 'ok' });
  expect(writer.view()).toEqual(Uint8Array.of(2, 1, 0, 3, 0, 1, 2, 111, 107));
  const reader = new ByteReader(writer.view());
  expect(codec.decode(reader)).toEqual({ bodyId: 258, title: undefined });
});

test('a type that was compiled is not compiled again', () => {
  expect(compileCodec(ITEM)).toBe(compileCodec(ITEM));
});

test('hostile values are refused with their codes', () => {
  expect(checkRefusal({ kind: 'bool' }, [2])).toBe('WIRE_TAG');
  expect(checkRefusal(KIND, [4, 0, 0])).toBe('WIRE_TAG');
  expect(checkRefusal({ kind: 'option', of: KIND }, [2])).toBe('WIRE_TAG');
  expect(checkRefusal({ kind: 'f32' }, [0, 0, 0x80, 0x7f])).toBe('VALUE_NOT_FINITE');
  expect(checkRefusal({ kind: 'f64' }, [0, 0, 0, 0, 0, 0, 0xf8, 0x7f])).toBe('VALUE_NOT_FINITE');
  expect(checkRefusal({ kind: 'string' }, [1, 0xff])).toBe('WIRE_UTF8');
  expect(checkRefusal({ kind: 'string' }, [5, 0x61])).toBe('WIRE_TRUNCATED');
  expect(checkRefusal({ kind: 'string' }, [0x81, 0x80, 0x04])).toBe('VALUE_LIMIT'); // 65 537 bytes
  expect(checkRefusal({ kind: 'bytes' }, [0x81, 0x00])).toBe('WIRE_VARINT');
  expect(checkRefusal({ kind: 'array', of: { kind: 'unit' } }, [0x81, 0x20])).toBe('VALUE_LIMIT'); // 4097 items
  expect(checkRefusal({ kind: 'array', of: { kind: 'unit' } }, [0x80, 0x20])).toBe('accepted');
  let deep: TypePlan = { kind: 'bool' };
  for (let i = 0; i < 17; i++) deep = { kind: 'option', of: deep };
  expect(checkRefusal(deep, new Array(18).fill(1))).toBe('VALUE_LIMIT');
});

test('the limits hold for the arguments of a call together, and nothing may trail', () => {
  expect(args([1, 65, 2, 66, 67])).not.toThrow();
  expect(args([2, 65, 65, 2, 66, 67])).toThrow(/VALUE_LIMIT/);
  expect(args([1, 65, 2, 66, 67, 0])).toThrow(/WIRE_TRAILING/);
});

test('a count that the bytes cannot hold is refused before it is read', () => {
  expect(read([0xff, 0xff, 0xff, 0x7f, 1], { kind: 'u8' })).toThrow(/WIRE_COUNT/);
  expect(read([0xff, 0xff, 0xff, 0x7f], { kind: 'unit' })).toThrow(/WIRE_COUNT/);
});
