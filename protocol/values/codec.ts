/**
 * The positional encoding of values (WIRE.md, "Values"): compiled from a type into closures, since code made of text is
 * refused by browsers' content policies and in module contexts.
 */
import { assert, type ByteReader, type ByteWriter, type TickbaseError, wireError } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { badTag, readFlag, type CodecParts } from './codec-parts.ts';
import { ZERO_SIZE_ITEMS_MAX } from './codec-limits.ts';
import { minimalSize } from './minimal-size.ts';
import type { RowColumn } from './row-codec.ts';
import { fitsFloat, isFiniteFloat, scalarParts } from './scalar-parts.ts';
import { valueError } from './value-error.ts';

export interface Codec {
  /**
   * Appends `value`. Throws VALUE_* for a wrong type, range, tag or text, naming the place below `path` ('value' when
   * left out); the writer is then as it was before.
   */
  encode(writer: ByteWriter, value: unknown, path?: string): void;
  /** The next value. Throws WIRE_* where the bytes are not one. */
  decode(reader: ByteReader): unknown;
}

/** The codec of a type; made once for each TypePlan object. */
export function compileCodec(type: TypePlan): Codec {
  let codec = codecs.get(type);
  if (codec === undefined) codecs.set(type, (codec = codecOf(type, compileParts(type), fitsFloat)));
  return codec;
}

/**
 * The codec of a call's arguments: objects keyed by accessor, encoded as the parameters one after another. It takes no float that is not finite, and
 * no argument that is no parameter. Compile once and keep it.
 */
export function compileArgsCodec(params: readonly RowColumn[]): Codec {
  const fields = params.map(({ accessor, type }) => ({ name: accessor, type }));
  const names = fields.map(({ name }) => name);
  const parts = objectParts(
    names,
    fields.map(({ type }) => compileParts(type, true)),
  );
  const write = (writer: ByteWriter, value: unknown): boolean => parts.write(writer, value) && hasOnly(value, names);
  return codecOf({ kind: 'object', name: null, fields }, { ...parts, write }, isFiniteFloat);
}

/** True unless the object has a member of another name. To count is quicker than to look, and for nearly all objects it is enough. */
function hasOnly(value: unknown, names: readonly string[]): boolean {
  const record = value as Readonly<Record<string, unknown>>;
  let given = 0;
  for (const _ in record) given++;
  for (let i = 0; i < names.length; i++) if (record[names[i]!] !== undefined) given--;
  return given === 0 || Object.keys(record).every((name) => names.includes(name));
}

function codecOf(type: TypePlan, { write, read }: CodecParts, fits: typeof fitsFloat): Codec {
  return {
    encode(writer, value, path) {
      const start = writer.length;
      if (write(writer, value)) return;
      writer.length = start;
      throw valueError(type, value, path ?? 'value', fits);
    },
    decode: read,
  };
}

export function encodeValue(writer: ByteWriter, type: TypePlan, value: unknown, path?: string): void {
  compileCodec(type).encode(writer, value, path);
}

export function decodeValue(reader: ByteReader, type: TypePlan): unknown {
  return compileCodec(type).decode(reader);
}

const codecs = new WeakMap<TypePlan, Codec>();
const partsOfTypes = new WeakMap<TypePlan, CodecParts>();

/** `isStrict`: of floats only finite ones are written. */
function compileParts(type: TypePlan, isStrict = false): CodecParts {
  if (isStrict) return makeParts(type, true);
  let parts = partsOfTypes.get(type);
  if (parts === undefined) partsOfTypes.set(type, (parts = makeParts(type, false)));
  return parts;
}

function makeParts(type: TypePlan, isStrict: boolean): CodecParts {
  const partsOf = (part: TypePlan): CodecParts => compileParts(part, isStrict);
  switch (type.kind) {
    case 'option':
      return optionParts(partsOf(type.of));
    case 'array':
      return arrayParts(partsOf(type.of), minimalSize(type.of));
    case 'object':
      return objectParts(
        type.fields.map((field) => field.name),
        type.fields.map((field) => partsOf(field.type)),
      );
    case 'enum':
      return taggedParts(
        type.variants.map(({ id, name, type: payload }) => {
          return { id, name, isUnit: payload.kind === 'unit', parts: partsOf(payload) };
        }),
        'enum',
      );
    case 'result':
      return taggedParts(
        [
          { id: 0, name: 'ok', isUnit: false, parts: partsOf(type.ok) },
          { id: 1, name: 'err', isUnit: false, parts: partsOf(type.err) },
        ],
        'result',
      );
    default:
      return scalarParts(type.kind, isStrict ? isFiniteFloat : fitsFloat);
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
  };
}

function arrayParts(item: CodecParts, itemSizeMin: number): CodecParts {
  return {
    write(writer, value) {
      if (!Array.isArray(value)) return false;
      if (itemSizeMin === 0 && value.length > ZERO_SIZE_ITEMS_MAX) return false;
      writer.varint(value.length);
      for (let i = 0; i < value.length; i++) if (!item.write(writer, value[i])) return false;
      return true;
    },
    read(reader) {
      const count = reader.varint();
      const countMax = itemSizeMin === 0 ? ZERO_SIZE_ITEMS_MAX : reader.remaining / itemSizeMin;
      if (count > countMax) throw badCount(count, reader);
      const items: unknown[] = [];
      for (let i = 0; i < count; i++) items.push(item.read(reader));
      return items;
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
  };
}

interface Tagged {
  readonly id: number;
  readonly name: string;
  readonly isUnit: boolean;
  readonly parts: CodecParts;
}

function taggedParts(variants: readonly Tagged[], what: string): CodecParts {
  const byName = new Map(variants.map((variant) => [variant.name, variant]));
  const byId: (Tagged | undefined)[] = [];
  for (const variant of variants) byId[variant.id] = variant;
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
      const id = reader.u8();
      const variant = byId[id];
      if (variant === undefined) throw badTag(id, what, reader);
      return variant.isUnit ? { tag: variant.name } : { tag: variant.name, value: variant.parts.read(reader) };
    },
  };
}

function badCount(count: number, { remaining, offset }: ByteReader): TickbaseError {
  return wireError('WIRE_COUNT', `${count} items are announced, for which ${remaining} bytes are too few`, offset);
}
