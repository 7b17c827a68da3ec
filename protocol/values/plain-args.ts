import type { TypePlan } from '@tickbase/schema/plan';
import { SCALAR_SIZES } from './minimal-size.ts';

/**
 * Says of arguments that came from outside whether they are what checkArgs passes, where a look at their length (and at the exponents of floats)
 * is enough for that: when every parameter is a number or another value of fixed size without a tag. Null: it is not.
 *   returns   true: they are right; false: checkArgs knows why not
 */
export function plainArgsCheck(params: readonly { readonly type: TypePlan }[]): PlainArgsCheck | null {
  const floats: { readonly offset: number; readonly isDouble: boolean }[] = [];
  let length = 0;
  for (const { type } of params) {
    if (!PLAIN_KINDS.has(type.kind)) return null;
    if (type.kind === 'f32' || type.kind === 'f64') floats.push({ offset: length, isDouble: type.kind === 'f64' });
    length += SCALAR_SIZES[type.kind as keyof typeof SCALAR_SIZES];
  }
  return (bytes, start, end) => {
    if (end - start !== length) return false;
    for (const { offset, isDouble } of floats) {
      const at = start + offset;
      if (isDouble ? !isFiniteF64(bytes, at) : !isFiniteF32(bytes, at)) return false;
    }
    return true;
  };
}

export type PlainArgsCheck = (bytes: Uint8Array, start: number, end: number) => boolean;

/** An exponent of all ones is an infinity or no number. */
function isFiniteF32(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 3]! & 0x7f) !== 0x7f || bytes[at + 2]! < 0x80;
}

function isFiniteF64(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 7]! & 0x7f) !== 0x7f || bytes[at + 6]! < 0xf0;
}

/** Every bit pattern is a value, but for floats. */
const PLAIN_KINDS: ReadonlySet<string> = new Set([
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'i256',
  'f32',
  'f64',
  'identity',
  'connectionId',
  'timestamp',
  'timeDuration',
  'uuid',
]);
