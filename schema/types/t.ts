import type { FieldPlan, ScalarKind, TypePlan, VariantPlan } from '../plan/type-plan.ts';
import { schemaError } from '../errors/schema-error.ts';
import type { ConnectionId } from '../values/connection-id.ts';
import type { Identity } from '../values/identity.ts';
import type { ScheduleAt } from '../values/schedule-at.ts';
import type { TimeDuration } from '../values/time-duration.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { Uuid } from '../values/uuid.ts';
import { type AnyColumn, Column } from './column.ts';
import type { EnumKind, EnumShape, EnumValue } from './enum-shape.ts';
import type { ColumnShape, ShapeValue } from './infer.ts';
import { shapeEntries } from './shape-entries.ts';
import type { Mistake } from './mistake.ts';
import type { TypeKind } from './type-kind.ts';

const UNIT: TypePlan = Object.freeze({ kind: 'unit' });

/** The types of columns, fields and parameters. Integers from 64 bits on are bigints in JavaScript. */
export const t = Object.freeze({
  bool: () => scalar<boolean, 'bool'>('bool'),
  string: () => scalar<string, 'string'>('string'),

  u8: () => scalar<number, 'u8'>('u8'),
  u16: () => scalar<number, 'u16'>('u16'),
  u32: () => scalar<number, 'u32'>('u32'),
  u64: () => scalar<bigint, 'u64'>('u64'),
  u128: () => scalar<bigint, 'u128'>('u128'),
  u256: () => scalar<bigint, 'u256'>('u256'),
  i8: () => scalar<number, 'i8'>('i8'),
  i16: () => scalar<number, 'i16'>('i16'),
  i32: () => scalar<number, 'i32'>('i32'),
  i64: () => scalar<bigint, 'i64'>('i64'),
  i128: () => scalar<bigint, 'i128'>('i128'),
  i256: () => scalar<bigint, 'i256'>('i256'),
  f32: () => scalar<number, 'f32'>('f32'),
  f64: () => scalar<number, 'f64'>('f64'),

  /** A Uint8Array. */
  byteArray: () => scalar<Uint8Array, 'bytes'>('bytes'),
  identity: () => scalar<Identity, 'identity'>('identity'),
  connectionId: () => scalar<ConnectionId, 'connectionId'>('connectionId'),
  /** Microseconds since the Unix epoch. */
  timestamp: () => scalar<Timestamp, 'timestamp'>('timestamp'),
  /** Microseconds. */
  timeDuration: () => scalar<TimeDuration, 'timeDuration'>('timeDuration'),
  uuid: () => scalar<Uuid, 'uuid'>('uuid'),
  /** When a schedule table's reducer runs. */
  scheduleAt: () => scalar<ScheduleAt, 'scheduleAt'>('scheduleAt'),
  /** Nothing: an object without fields. */
  unit: () => scalar<Record<string, never>, 'unit'>('unit'),

  /** A value of the type, or undefined. */
  option: <Of extends AnyColumn>(of: Of & NoOption<Of>): Column<Of['inferred']['value'] | undefined, 'option'> =>
    column({ kind: 'option', of: typeOf(of, 't.option(…)') }),

  array: <Of extends AnyColumn>(of: Of): Column<Of['inferred']['value'][], 'array'> =>
    column({ kind: 'array', of: typeOf(of, 't.array(…)') }),

  /** `{ tag: 'ok', value }` or `{ tag: 'err', value }`. */
  result: <Ok extends AnyColumn, Err extends AnyColumn>(
    ok: Ok,
    err: Err,
  ): Column<ResultValue<Ok['inferred']['value'], Err['inferred']['value']>, 'result'> =>
    column({ kind: 'result', ok: typeOf(ok, 't.result(…), ok'), err: typeOf(err, 't.result(…), err') }),

  /** An object of fields. The name, if there is one, is that of the type in generated code. */
  object: makeObject,
  /** The same as t.object. */
  row: makeObject,

  /**
   * One of several variants: `t.enum('Kind', ['Player', 'Beast'])` has the values `{ tag: 'Player' }` and `{ tag: 'Beast' }`;
   * `t.enum('Order', { Stay: t.unit(), Go: t.object({ … }) })` has `{ tag: 'Stay' }` and `{ tag: 'Go', value: { … } }`.
   * In a database a variant's number goes with its name: variants may stand in any order, and the number of a removed one is never
   * given again.
   */
  enum: <const Shape extends EnumShape>(name: string, variants: Shape): Column<EnumValue<Shape>, EnumKind<Shape>> => {
    const entries: [string, TypePlan][] = Array.isArray(variants)
      ? variants.map((variant: string) => [variant, UNIT])
      : shapeEntries(variants as ColumnShape, `enum ${name}`).map(([variant, payload]) => [
          variant,
          typeOf(payload, `enum ${name}, variant ${variant}`),
        ]);
    const plans = entries.map(([variant, type], id): VariantPlan => Object.freeze({ id, name: variant, type }));
    return column({ kind: 'enum', name, variants: Object.freeze(plans) });
  },
});

type NoOption<Of extends AnyColumn> = Of['inferred']['kind'] extends 'option'
  ? Mistake<'an option cannot hold an option: undefined could not tell which of the two is empty'>
  : unknown;

export type ResultValue<Ok, Err> =
  | { readonly tag: 'ok'; readonly value: Ok }
  | { readonly tag: 'err'; readonly value: Err };

function makeObject<Fields extends ColumnShape>(fields: Fields): Column<ShapeValue<Fields>, 'object'>;
function makeObject<Fields extends ColumnShape>(name: string, fields: Fields): Column<ShapeValue<Fields>, 'object'>;
function makeObject(first: string | ColumnShape, second?: ColumnShape): Column<unknown, 'object'> {
  const name = typeof first === 'string' ? first : null;
  const shape = typeof first === 'string' ? (second ?? {}) : first;
  const where = `object ${name ?? ''}`.trim();
  const fields = shapeEntries(shape, where).map(([field, of]): FieldPlan =>
    Object.freeze({ name: field, type: typeOf(of, `${where}, field ${field}`) }),
  );
  return column({ kind: 'object', name, fields: Object.freeze(fields) });
}

function scalar<Value, Kind extends ScalarKind>(kind: Kind): Column<Value, Kind> {
  return column({ kind });
}

function column<Value, Kind extends TypeKind>(type: TypePlan): Column<Value, Kind> {
  return new Column({ type: Object.freeze(type) });
}

function typeOf(part: unknown, where: string): TypePlan {
  if (!(part instanceof Column)) throw schemaError('COLUMN_INVALID', where);
  return part.type;
}
