/**
 * The positional encoding of values (WIRE.md, "Values"): compiled from a type into closures, since code made of text is
 * refused by browsers' content policies and in module contexts.
 */
import { TickbaseError, assert, type ByteReader, type ByteWriter } from '@tickbase/base';
import type { TypePlan, VariantPlan } from '@tickbase/schema/plan';
import { badTag, readFlag, type CodecParts } from './codec-parts.ts';
import { ZERO_SIZE_ITEMS_MAX } from './codec-limits.ts';
import { fixedSize, minimalSize } from './minimal-size.ts';
import { scalarParts } from './scalar-parts.ts';
import { valueError } from './value-problem.ts';

export interface Codec {
  /**
   * Appends `value`. Throws VALUE_* for a wrong type, range, tag or text, naming the place below `path` ('value' when
   * left out); the writer is then as it was before.
   */
  encode(writer: ByteWriter, value: unknown, path?: string): void;
  /** The next value. Throws WIRE_* where the bytes are not one. */
  decode(reader: ByteReader): unknown;
  /** Passes over the next value; tags and lengths are checked, texts and numbers are not. */
  skip(reader: ByteReader): void;
}

/** The codec of a type; made once for each TypePlan object. */
export function compileCodec(type: TypePlan): Codec {
  let codec = codecs.get(type);
  if (codec === undefined) {
    const { write, read, skip } = compileParts(type);
    codec = {
      encode(writer, value, path) {
        const start = writer.length;
        if (write(writer, value)) return;
        writer.length = start;
        throw valueError(type, value, path ?? 'value');
      },
      decode: read,
      skip,
    };
    codecs.set(type, codec);
  }
  return codec;
}

export function encodeValue(writer: ByteWriter, type: TypePlan, value: unknown, path?: string): void {
  compileCodec(type).encode(writer, value, path);
}

export function decodeValue(reader: ByteReader, type: TypePlan): unknown {
  return compileCodec(type).decode(reader);
}

const codecs = new WeakMap<TypePlan, Codec>();
const partsOfTypes = new WeakMap<TypePlan, CodecParts>();

function compileParts(type: TypePlan): CodecParts {
  let parts = partsOfTypes.get(type);
  if (parts === undefined) {
    parts = makeParts(type);
    const size = fixedSize(type);
    // Where every value takes the same bytes and no tag is to be checked, passing over is one step.
    if (size !== null && !hasTag(type)) parts = { ...parts, skip: (reader) => void reader.take(size) };
    partsOfTypes.set(type, parts);
  }
  return parts;
}

function hasTag(type: TypePlan): boolean {
  if (type.kind === 'object') return type.fields.some((field) => hasTag(field.type));
  return type.kind === 'enum' || type.kind === 'result' || type.kind === 'scheduleAt' || type.kind === 'bool';
}

function makeParts(type: TypePlan): CodecParts {
  switch (type.kind) {
    case 'option':
      return optionParts(compileParts(type.of));
    case 'array':
      return arrayParts(compileParts(type.of), minimalSize(type.of));
    case 'object':
      return objectParts(
        type.fields.map((field) => field.name),
        type.fields.map((field) => compileParts(field.type)),
      );
    case 'enum':
      return enumParts(type.variants);
    case 'result':
      return taggedParts(
        [
          { id: 0, name: 'ok', isUnit: false, parts: compileParts(type.ok) },
          { id: 1, name: 'err', isUnit: false, parts: compileParts(type.err) },
        ],
        'result',
      );
    default:
      return scalarParts(type.kind);
  }
}

function optionParts(inner: CodecParts): CodecParts {
  return {
    write(writer, value) {
      if (value === undefined || value === null) {
        writer.u8(0);
        return true;
      }
      writer.u8(1);
      return inner.write(writer, value);
    },
    read: (reader) => (readFlag(reader, 'option') ? inner.read(reader) : undefined),
    skip(reader) {
      if (readFlag(reader, 'option')) inner.skip(reader);
    },
  };
}

function arrayParts(item: CodecParts, itemSizeMin: number): CodecParts {
  const readCount = (reader: ByteReader): number => {
    const count = reader.varint();
    const countMax = itemSizeMin === 0 ? ZERO_SIZE_ITEMS_MAX : reader.remaining / itemSizeMin;
    if (count > countMax) throw badCount(count, reader);
    return count;
  };
  return {
    write(writer, value) {
      if (!Array.isArray(value)) return false;
      if (itemSizeMin === 0 && value.length > ZERO_SIZE_ITEMS_MAX) return false;
      writer.varint(value.length);
      for (let i = 0; i < value.length; i++) if (!item.write(writer, value[i])) return false;
      return true;
    },
    read(reader) {
      const count = readCount(reader);
      const items: unknown[] = [];
      for (let i = 0; i < count; i++) items.push(item.read(reader));
      return items;
    },
    skip(reader) {
      const count = readCount(reader);
      for (let i = 0; i < count; i++) item.skip(reader);
    },
  };
}

/** Fields in order. Also the shape of a row, whose names are the columns' accessors. */
function objectParts(names: readonly string[], fields: readonly CodecParts[]): CodecParts {
  assert(!names.includes('__proto__'), 'the schema refuses a field called __proto__');
  return {
    write(writer, value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      const record = value as Record<string, unknown>;
      for (let i = 0; i < names.length; i++) if (!fields[i]!.write(writer, record[names[i]!])) return false;
      return true;
    },
    read(reader) {
      const record: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) record[names[i]!] = fields[i]!.read(reader);
      return record;
    },
    skip(reader) {
      for (let i = 0; i < fields.length; i++) fields[i]!.skip(reader);
    },
  };
}

interface Tagged {
  readonly id: number;
  readonly name: string;
  readonly isUnit: boolean;
  readonly parts: CodecParts;
}

function enumParts(variants: readonly VariantPlan[]): CodecParts {
  return taggedParts(
    variants.map((variant) => ({
      id: variant.id,
      name: variant.name,
      isUnit: variant.type.kind === 'unit',
      parts: compileParts(variant.type),
    })),
    'enum',
  );
}

function taggedParts(variants: readonly Tagged[], what: string): CodecParts {
  const byName = new Map(variants.map((variant) => [variant.name, variant]));
  const byId: (Tagged | undefined)[] = [];
  for (const variant of variants) byId[variant.id] = variant;
  const readVariant = (reader: ByteReader): Tagged => {
    const id = reader.u8();
    const variant = byId[id];
    if (variant === undefined) throw badTag(id, what, reader);
    return variant;
  };
  return {
    write(writer, value) {
      if (typeof value !== 'object' || value === null) return false;
      const { tag, value: payload } = value as { tag?: unknown; value?: unknown };
      const variant = typeof tag === 'string' ? byName.get(tag) : undefined;
      if (variant === undefined) return false;
      writer.u8(variant.id);
      return variant.isUnit || variant.parts.write(writer, payload);
    },
    read(reader) {
      const variant = readVariant(reader);
      return variant.isUnit ? { tag: variant.name } : { tag: variant.name, value: variant.parts.read(reader) };
    },
    skip(reader) {
      readVariant(reader).parts.skip(reader);
    },
  };
}

function badCount(count: number, reader: ByteReader): TickbaseError {
  return new TickbaseError({
    code: 'WIRE_COUNT',
    what: `${count} items are announced, for which ${reader.remaining} bytes are too few`,
    where: `byte ${reader.offset}`,
    mend: 'announce what is sent',
  });
}
