import type { TypePlan } from '@tickbase/schema/plan';
import type { FileImports } from './file-imports.ts';
import { generatedTypeName } from './generated-type-name.ts';
import { propertyName, quote } from './spelling.ts';

export const CLIENT = '@tickbase/client';

/** Where a file finds the module's named types; null: it is the types file itself. */
export interface TypePlace {
  readonly imports: FileImports;
  readonly typesFile: string | null;
}

/** The TypeScript type of a value. */
export function valueType(type: TypePlan, place: TypePlace): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'f32':
    case 'f64':
      return 'number';
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i64':
    case 'i128':
    case 'i256':
      return 'bigint';
    case 'string':
      return 'string';
    case 'bytes':
      return 'Uint8Array';
    case 'unit':
      return 'Record<string, never>';
    case 'option':
      return `${valueType(type.of, place)} | undefined`;
    case 'array': {
      const of = valueType(type.of, place);
      return of.includes('|') ? `(${of})[]` : `${of}[]`;
    }
    case 'result': {
      const ok = valueType(type.ok, place);
      return `{ tag: 'ok'; value: ${ok} } | { tag: 'err'; value: ${valueType(type.err, place)} }`;
    }
    case 'object':
      return type.name === null ? objectType(type, place) : namedType(type.name, place);
    case 'enum':
      return type.name === null ? enumTypes(type, place).join(' | ') : namedType(type.name, place);
    default:
      return place.imports.type(CLIENT, CLASSES[type.kind]);
  }
}

const CLASSES = {
  identity: 'Identity',
  connectionId: 'ConnectionId',
  timestamp: 'Timestamp',
  timeDuration: 'TimeDuration',
  uuid: 'Uuid',
  scheduleAt: 'ScheduleAt',
} as const;

function namedType(name: string, { imports, typesFile }: TypePlace): string {
  const generated = generatedTypeName(name);
  return typesFile === null ? generated : imports.type(typesFile, generated);
}

function objectType(type: Extract<TypePlan, { kind: 'object' }>, place: TypePlace): string {
  const fields = type.fields.map((field) => `${propertyName(field.name)}: ${valueType(field.type, place)}`);
  return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`;
}

/** One type for each variant of an enum. */
export function enumTypes(type: Extract<TypePlan, { kind: 'enum' }>, place: TypePlace): string[] {
  return type.variants.map((variant) => {
    const tag = `tag: ${quote(variant.name)}`;
    return variant.type.kind === 'unit' ? `{ ${tag} }` : `{ ${tag}; value: ${valueType(variant.type, place)} }`;
  });
}

/** A type as the literal from which the client decodes; named types are constants of the types file. */
export function typeLiteral(type: TypePlan, place: TypePlace): string {
  switch (type.kind) {
    case 'option':
    case 'array':
      return `{ kind: '${type.kind}', of: ${typeLiteral(type.of, place)} }`;
    case 'result':
      return `{ kind: 'result', ok: ${typeLiteral(type.ok, place)}, err: ${typeLiteral(type.err, place)} }`;
    case 'object':
    case 'enum':
      if (type.name === null) return compositeLiteral(type, place);
      return place.typesFile === null
        ? typeConstantName(type.name)
        : place.imports.value(place.typesFile, typeConstantName(type.name));
    default:
      return `{ kind: '${type.kind}' }`;
  }
}

/** The constant that holds a named type's literal. */
export function typeConstantName(name: string): string {
  return `${generatedTypeName(name)}Type`;
}

/** The literal of an object or enum itself, whether it has a name or not; on several lines when it is a constant of its own. */
export function compositeLiteral(
  type: Extract<TypePlan, { kind: 'object' | 'enum' }>,
  place: TypePlace,
  isWide = false,
): string {
  const name = type.name === null ? 'null' : quote(type.name);
  const items =
    type.kind === 'object'
      ? type.fields.map((field) => `{ name: ${quote(field.name)}, type: ${typeLiteral(field.type, place)} }`)
      : type.variants.map(
          (variant) => `{ id: ${variant.id}, name: ${quote(variant.name)}, type: ${typeLiteral(variant.type, place)} }`,
        );
  const list = type.kind === 'object' ? 'fields' : 'variants';
  if (!isWide || items.length === 0) return `{ kind: '${type.kind}', name: ${name}, ${list}: [${items.join(', ')}] }`;
  const lines = items.map((item) => `    ${item},\n`).join('');
  return `{\n  kind: '${type.kind}',\n  name: ${name},\n  ${list}: [\n${lines}  ],\n}`;
}
