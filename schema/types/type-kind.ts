import type { ScalarKind, TypePlan } from '../plan/type-plan.ts';

/** What the compiler knows of a type: its kind in the plan, plain enums (of which no variant has a payload) apart. */
export type TypeKind = ScalarKind | Exclude<TypePlan['kind'], ScalarKind> | 'plainEnum';

export type IntegerKind =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'u256'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'i128'
  | 'i256';

export type FloatKind = 'f32' | 'f64';

/** What a primary key, a unique column or a hash index can hold. */
export type KeyKind =
  | IntegerKind
  | 'bool'
  | 'string'
  | 'identity'
  | 'connectionId'
  | 'uuid'
  | 'timestamp'
  | 'timeDuration'
  | 'plainEnum';

/** What a direct index can hold. */
export type DirectKind = 'u8' | 'u16' | 'u32' | 'u64' | 'plainEnum';
