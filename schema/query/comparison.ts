import { isPlainEnum } from '../plan/storage-kind.ts';
import type { TypePlan } from '../plan/type-plan.ts';
import type { CompareOp } from './query.ts';

const ORDERED_KINDS: ReadonlySet<string> = new Set(
  'u8 u16 u32 u64 u128 u256 i8 i16 i32 i64 i128 i256 f32 f64 string timestamp timeDuration uuid'.split(' '),
);
const EQUAL_KINDS: ReadonlySet<string> = new Set(['bool', 'bytes', 'identity', 'connectionId']);

/** Whether queries can compare columns of this type in this way. */
export function isComparable(type: TypePlan, op: CompareOp): boolean {
  if (ORDERED_KINDS.has(type.kind)) return true;
  return (op === 'eq' || op === 'ne') && (EQUAL_KINDS.has(type.kind) || isPlainEnum(type));
}

/** Whether a join can compare columns of these types: the same one, whose equality is that of its stored form. */
export function isJoinable(type: TypePlan, other: TypePlan): boolean {
  if (type.kind === 'f32' || type.kind === 'f64' || type.kind === 'bytes' || !isComparable(type, 'eq')) return false;
  return JSON.stringify(type) === JSON.stringify(other);
}
