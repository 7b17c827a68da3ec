import { isWellFormed } from '@tickbase/base';
import * as fc from 'fast-check';
import type { ScalarKind, TypePlan } from '../plan/type-plan.ts';
import { ConnectionId } from '../values/connection-id.ts';
import { Identity } from '../values/identity.ts';
import { ScheduleAt } from '../values/schedule-at.ts';
import { TimeDuration } from '../values/time-duration.ts';
import { Timestamp } from '../values/timestamp.ts';
import { Uuid } from '../values/uuid.ts';

const I64 = { min: -(1n << 63n), max: (1n << 63n) - 1n };
const text = fc.string({ unit: 'binary', maxLength: 12 }).filter(isWellFormed);
const unsigned = (bits: bigint) => fc.bigInt({ min: 0n, max: (1n << bits) - 1n });
const signed = (bits: bigint) => fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n });

/** Values of each scalar type; floats with NaN, infinities and -0. */
export const SCALAR_VALUES: Readonly<Record<ScalarKind, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  u8: fc.integer({ min: 0, max: 255 }),
  u16: fc.integer({ min: 0, max: 65_535 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  u64: unsigned(64n),
  u128: unsigned(128n),
  u256: unsigned(256n),
  i8: fc.integer({ min: -128, max: 127 }),
  i16: fc.integer({ min: -32_768, max: 32_767 }),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  i64: signed(64n),
  i128: signed(128n),
  i256: signed(256n),
  f32: fc.float(),
  f64: fc.double(),
  string: text,
  bytes: fc.uint8Array({ maxLength: 9 }),
  identity: unsigned(256n).map((it) => new Identity(it)),
  connectionId: unsigned(128n).map((it) => new ConnectionId(it)),
  timestamp: fc.bigInt(I64).map((it) => new Timestamp(it)),
  timeDuration: fc.bigInt(I64).map((it) => new TimeDuration(it)),
  uuid: unsigned(128n).map((it) => new Uuid(it)),
  scheduleAt: fc
    .tuple(fc.boolean(), fc.bigInt(I64))
    .map(([isTime, micros]) => (isTime ? ScheduleAt.time(micros) : ScheduleAt.interval(micros))),
  unit: fc.constant({}),
};

export const scalarType: fc.Arbitrary<TypePlan> = fc
  .constantFrom(...(Object.keys(SCALAR_VALUES) as ScalarKind[]))
  .map((kind) => ({ kind }));

/** Types of all kinds, nested a few levels. */
export const anyType: fc.Arbitrary<TypePlan> = fc.letrec<{ type: TypePlan }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalarType,
    tie('type').map((of): TypePlan => ({ kind: 'option', of })),
    tie('type').map((of): TypePlan => ({ kind: 'array', of })),
    fc.tuple(tie('type'), tie('type')).map(([ok, err]): TypePlan => ({ kind: 'result', ok, err })),
    fc.array(tie('type'), { minLength: 1, maxLength: 3 }).map((types): TypePlan => ({
      kind: 'object',
      name: null,
      fields: types.map((type, place) => ({ name: `field${place + 3}`, type })),
    })),
    fc.array(tie('type'), { minLength: 1, maxLength: 4 }).map((types): TypePlan => ({
      kind: 'enum',
      name: 'Kind',
      variants: types.map((type, place) => ({ id: 5 + 3 * place, name: `Variant${place}`, type })),
    })),
  ),
})).type;

export function valueOfType(type: TypePlan): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'option':
      return fc.option(valueOfType(type.of), { nil: undefined });
    case 'array':
      return fc.array(valueOfType(type.of), { maxLength: 3 });
    case 'result':
      return fc.oneof(
        valueOfType(type.ok).map((value) => ({ tag: 'ok', value })),
        valueOfType(type.err).map((value) => ({ tag: 'err', value })),
      );
    case 'object':
      return fc.record(Object.fromEntries(type.fields.map((field) => [field.name, valueOfType(field.type)])));
    case 'enum':
      return fc.oneof(
        ...type.variants.map(({ name, type: payload }) =>
          payload.kind === 'unit'
            ? fc.constant({ tag: name })
            : valueOfType(payload).map((value) => ({ tag: name, value })),
        ),
      );
    default:
      return SCALAR_VALUES[type.kind];
  }
}
