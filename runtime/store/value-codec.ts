import { compileCodec } from '@tickbase/protocol';
import { isPlainEnum, type TypePlan } from '@tickbase/schema/plan';

/** What a column's type needs to be read and written: the type's number, enum tags, and the codec of encoded values. */
export interface ValueCodec {
  /** One of TYPE_*. */
  readonly code: number;
  /** Plain enums: variant id by tag, tag by variant id. */
  readonly idOfTag: ReadonlyMap<string, number>;
  readonly tagOfId: readonly string[];
  /** Encoded values only. */
  readonly positional: PositionalCodec | null;
}

export type PositionalCodec = ReturnType<typeof compileCodec>;

export function valueCodecOf(type: TypePlan): ValueCodec {
  const idOfTag = new Map<string, number>();
  const tagOfId: string[] = [];
  if (type.kind === 'enum' && isPlainEnum(type)) {
    for (const variant of type.variants) {
      idOfTag.set(variant.name, variant.id);
      tagOfId[variant.id] = variant.name;
    }
    return { code: TYPE_ENUM, idOfTag, tagOfId, positional: null };
  }
  const code = CODE_OF[type.kind] ?? TYPE_ENCODED;
  return { code, idOfTag, tagOfId, positional: code === TYPE_ENCODED ? compileCodec(type) : null };
}

export const TYPE_BOOL = 0;
export const TYPE_U8 = 1;
export const TYPE_I8 = 2;
export const TYPE_U16 = 3;
export const TYPE_I16 = 4;
export const TYPE_U32 = 5;
export const TYPE_I32 = 6;
export const TYPE_F32 = 7;
export const TYPE_F64 = 8;
export const TYPE_U64 = 9;
export const TYPE_I64 = 10;
export const TYPE_TIMESTAMP = 11;
export const TYPE_DURATION = 12;
export const TYPE_U128 = 13;
export const TYPE_I128 = 14;
export const TYPE_CONNECTION_ID = 15;
export const TYPE_UUID = 16;
export const TYPE_U256 = 17;
export const TYPE_I256 = 18;
export const TYPE_IDENTITY = 19;
export const TYPE_STRING = 20;
export const TYPE_ENUM = 21;
export const TYPE_ENCODED = 22;

const CODE_OF: Partial<Record<TypePlan['kind'], number>> = {
  bool: TYPE_BOOL,
  u8: TYPE_U8,
  i8: TYPE_I8,
  u16: TYPE_U16,
  i16: TYPE_I16,
  u32: TYPE_U32,
  i32: TYPE_I32,
  f32: TYPE_F32,
  f64: TYPE_F64,
  u64: TYPE_U64,
  i64: TYPE_I64,
  timestamp: TYPE_TIMESTAMP,
  timeDuration: TYPE_DURATION,
  u128: TYPE_U128,
  i128: TYPE_I128,
  connectionId: TYPE_CONNECTION_ID,
  uuid: TYPE_UUID,
  u256: TYPE_U256,
  i256: TYPE_I256,
  identity: TYPE_IDENTITY,
  string: TYPE_STRING,
};
