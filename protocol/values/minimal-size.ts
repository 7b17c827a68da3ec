import type { TypePlan } from '@tickbase/schema/plan';

/** Bytes that any value of a scalar kind takes; strings and bytes: their length alone. */
export const SCALAR_SIZES = {
  bool: 1,
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  u128: 16,
  u256: 32,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  i128: 16,
  i256: 32,
  f32: 4,
  f64: 8,
  string: 1,
  bytes: 1,
  identity: 32,
  connectionId: 16,
  timestamp: 8,
  timeDuration: 8,
  uuid: 16,
  scheduleAt: 9,
  unit: 0,
} as const;

/** The fewest bytes that a value of the type takes: what a count of them may be checked against before it is believed. */
export function minimalSize(type: TypePlan): number {
  switch (type.kind) {
    case 'option':
    case 'array':
      return 1;
    case 'object':
      return type.fields.reduce((sum, field) => sum + minimalSize(field.type), 0);
    case 'enum':
      return 1 + smallest(type.variants.map((variant) => variant.type));
    case 'result':
      return 1 + smallest([type.ok, type.err]);
    default:
      return SCALAR_SIZES[type.kind];
  }
}

function smallest(types: readonly TypePlan[]): number {
  return types.length === 0 ? 0 : Math.min(...types.map(minimalSize));
}
