import { TickbaseError, isUtf8, type ByteReader } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { minimalSize } from './minimal-size.ts';

export interface ValueLimits {
  /** Nesting of options, arrays, objects, enums and results. */
  readonly depthMax: number;
  /** Items of all arrays together. */
  readonly elementsMax: number;
  /** Bytes of all strings and byte strings together. */
  readonly textBytesMax: number;
}

export const VALUE_LIMITS: ValueLimits = { depthMax: 16, elementsMax: 4096, textBytesMax: 65_536 };

/**
 * Passes over one value of `type` that came from outside and throws WIRE_* or VALUE_* unless it is one that the limits and the
 * type allow: lengths within the bytes, UTF-8, known tags, finite floats. Builds no objects. What trails is the caller's.
 */
export function checkValue(reader: ByteReader, type: TypePlan, limits: ValueLimits = VALUE_LIMITS): void {
  const budget: Budget = { limits, elements: limits.elementsMax, textBytes: limits.textBytesMax };
  check(reader, type, budget, 0);
}

/** The same for the arguments of a call: all values share the limits, and nothing may trail. */
export function checkArgs(
  reader: ByteReader,
  params: readonly { readonly type: TypePlan }[],
  limits: ValueLimits = VALUE_LIMITS,
): void {
  const budget: Budget = { limits, elements: limits.elementsMax, textBytes: limits.textBytesMax };
  for (const param of params) check(reader, param.type, budget, 0);
  if (reader.remaining === 0) return;
  throw new TickbaseError({
    code: 'WIRE_TRAILING',
    what: `${reader.remaining} bytes follow the last argument`,
    where: `byte ${reader.offset}`,
    mend: "send the reducer's parameters and nothing else; both sides must use the same schema",
  });
}

/** What is left of the limits. */
interface Budget {
  readonly limits: ValueLimits;
  elements: number;
  textBytes: number;
}

function check(reader: ByteReader, type: TypePlan, budget: Budget, depth: number): void {
  switch (type.kind) {
    case 'bool':
    case 'scheduleAt':
      checkTag(reader, 1, type.kind);
      if (type.kind === 'scheduleAt') reader.take(8);
      return;
    case 'f32':
      if (!Number.isFinite(reader.f32())) throw notFinite(reader.offset - 4);
      return;
    case 'f64':
      if (!Number.isFinite(reader.f64())) throw notFinite(reader.offset - 8);
      return;
    case 'string':
    case 'bytes':
      checkText(reader, type.kind === 'string', budget);
      return;
    case 'option':
      enter(reader, budget, depth);
      if (checkTag(reader, 1, 'option') === 1) check(reader, type.of, budget, depth + 1);
      return;
    case 'array': {
      enter(reader, budget, depth);
      const count = reader.varint();
      if (count > budget.elements) throw overLimit('items of arrays', budget.limits.elementsMax, reader.offset);
      budget.elements -= count;
      for (let i = 0; i < count; i++) check(reader, type.of, budget, depth + 1);
      return;
    }
    case 'object':
      enter(reader, budget, depth);
      for (const field of type.fields) check(reader, field.type, budget, depth + 1);
      return;
    case 'enum': {
      enter(reader, budget, depth);
      const id = reader.u8();
      const variant = type.variants.find((candidate) => candidate.id === id);
      if (variant === undefined) throw unknownTag(id, 'enum', reader.offset - 1);
      check(reader, variant.type, budget, depth + 1);
      return;
    }
    case 'result':
      enter(reader, budget, depth);
      check(reader, checkTag(reader, 1, 'result') === 0 ? type.ok : type.err, budget, depth + 1);
      return;
    default:
      reader.take(minimalSize(type));
  }
}

function enter(reader: ByteReader, budget: Budget, depth: number): void {
  if (depth >= budget.limits.depthMax) throw overLimit('levels of nesting', budget.limits.depthMax, reader.offset);
}

function checkTag(reader: ByteReader, max: number, what: string): number {
  const tag = reader.u8();
  if (tag > max) throw unknownTag(tag, what, reader.offset - 1);
  return tag;
}

function checkText(reader: ByteReader, isText: boolean, budget: Budget): void {
  const length = reader.varint();
  if (length > budget.textBytes) throw overLimit('bytes of text', budget.limits.textBytesMax, reader.offset);
  budget.textBytes -= length;
  const start = reader.take(length);
  if (!isText || isUtf8(reader.bytes, start, start + length)) return;
  throw new TickbaseError({
    code: 'WIRE_UTF8',
    what: 'a string is not UTF-8',
    where: `byte ${start}`,
    mend: 'encode strings as UTF-8, without overlong forms and surrogates',
  });
}

function unknownTag(tag: number, what: string, offset: number): TickbaseError {
  return new TickbaseError({
    code: 'WIRE_TAG',
    what: `${tag} is no tag of this ${what}`,
    where: `byte ${offset}`,
    mend: 'both sides must use the same schema',
  });
}

function notFinite(offset: number): TickbaseError {
  return new TickbaseError({
    code: 'VALUE_NOT_FINITE',
    what: 'a float is not finite',
    where: `byte ${offset}`,
    mend: 'send numbers, not NaN or infinities',
  });
}

function overLimit(what: string, max: number, offset: number): TickbaseError {
  return new TickbaseError({
    code: 'VALUE_LIMIT',
    what: `a value has more than ${max} ${what}`,
    where: `byte ${offset}`,
    mend: 'send less in one call',
  });
}
