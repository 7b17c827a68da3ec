import type { TypePlan } from '@tickbase/schema/plan';
import { compareValues, equalValues } from '@tickbase/schema/values';

/** The order of a type's values as a closure, without the walk over the type for plain numbers and texts. */
export function compareColumn(type: TypePlan): (a: unknown, b: unknown) => number {
  if (!isPrimitive(type)) return (a, b) => compareValues(type, a, b);
  if (type.kind === 'f32' || type.kind === 'f64' || type.kind === 'string') return (a, b) => compareValues(type, a, b);
  return (a, b) => ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0);
}

/** Equality of a type's values as a closure. */
export function equalColumn(type: TypePlan): (a: unknown, b: unknown) => boolean {
  if (isPrimitive(type)) return Object.is;
  return (a, b) => equalValues(type, a, b);
}

function isPrimitive(type: TypePlan): boolean {
  switch (type.kind) {
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'i128':
    case 'i256':
    case 'f32':
    case 'f64':
    case 'string':
      return true;
    default:
      return false;
  }
}
