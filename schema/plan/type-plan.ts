/**
 * A column's or argument's type as plain data. Names are given in the module's own spelling.
 *
 * JavaScript values by kind:
 *   bool → boolean; u8…u32, i8…i32, f32, f64 → number; u64…u256, i64…i256 → bigint; string → string;
 *   bytes → Uint8Array; identity, connectionId, timestamp, timeDuration, uuid, scheduleAt → the classes of
 *   `@tickbase/schema/values`; unit → {}; option → T | undefined; array → T[]; object → { field: … };
 *   enum → { tag: 'Variant' } for a variant of unit type, else { tag: 'Variant', value: … };
 *   result → { tag: 'ok', value } | { tag: 'err', value }.
 */
export type TypePlan =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'option'; readonly of: TypePlan }
  | { readonly kind: 'array'; readonly of: TypePlan }
  | { readonly kind: 'object'; readonly name: string | null; readonly fields: readonly FieldPlan[] }
  | {
      readonly kind: 'enum';
      readonly name: string | null;
      readonly variants: readonly VariantPlan[];
      /** Set by assignIds once a variant was removed: the lowest id that was never given. */
      readonly nextVariantId?: number;
    }
  | { readonly kind: 'result'; readonly ok: TypePlan; readonly err: TypePlan };

export type ScalarKind =
  | 'bool'
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
  | 'i256'
  | 'f32'
  | 'f64'
  | 'string'
  | 'bytes'
  | 'identity'
  | 'connectionId'
  | 'timestamp'
  | 'timeDuration'
  | 'uuid'
  | 'scheduleAt'
  | 'unit';

export interface FieldPlan {
  readonly name: string;
  readonly type: TypePlan;
}

export interface VariantPlan {
  /** Tag on the wire and in the store, 0…255. Given once, never reused. */
  readonly id: number;
  readonly name: string;
  readonly type: TypePlan;
}
