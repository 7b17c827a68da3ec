import type { TablePlan, TypePlan } from '@tickbase/schema/plan';
import { generatedHeader } from '../generated-header.ts';
import { FileImports } from './file-imports.ts';
import { generatedTypeName } from './generated-type-name.ts';
import { camelCase, propertyName, quote } from './spelling.ts';
import type { NamedType, TypeNames } from './type-names.ts';
import { CLIENT, compositeLiteral, enumTypes, typeConstantName, type TypePlace, valueType } from './type-texts.ts';

/** `types.ts`: the module's named types and the rows of its tables. */
export function typesFile(tables: readonly TablePlan[], names: TypeNames): string {
  const imports = new FileImports();
  const place: TypePlace = { imports, typesFile: null };
  const parts = [
    ...inOrderOfUse(names.named).map((type) => namedTypeText(type, place)),
    ...tables.map((table) => rowText(table, names.rowOf(table), place)),
  ];
  const head = imports.text();
  return `${generatedHeader('')}\n${head === '' ? '' : `${head}\n`}${parts.join('\n')}`;
}

function namedTypeText(type: NamedType, place: TypePlace): string {
  return type.kind === 'object' ? objectText(type, place) : enumText(type, place);
}

function objectText(type: Extract<NamedType, { kind: 'object' }>, place: TypePlace): string {
  const fields = type.fields.map((field) => `  ${propertyName(field.name)}: ${valueType(field.type, place)};\n`);
  return `export interface ${generatedTypeName(type.name)} {\n${fields.join('')}}\n${literalText(type, place)}`;
}

function enumText(type: Extract<NamedType, { kind: 'enum' }>, place: TypePlace): string {
  const typeName = generatedTypeName(type.name);
  const variants = enumTypes(type, place).map((variant) => `\n  | ${variant}`);
  const makers = type.variants.map((variant) => {
    const name = propertyName(variant.name);
    if (variant.type.kind === 'unit') return `  ${name}: { tag: ${quote(variant.name)} },\n`;
    const value = valueType(variant.type, place);
    return `  ${name}: (value: ${value}): ${typeName} => ({ tag: ${quote(variant.name)}, value }),\n`;
  });
  const maker = `export const ${typeName} = {\n${makers.join('')}} as const;\n`;
  return `export type ${typeName} =${variants.join('')};\n${maker}${literalText(type, place)}`;
}

function literalText(type: NamedType, place: TypePlace): string {
  const annotation = place.imports.type(CLIENT, 'TypePlan');
  return `export const ${typeConstantName(type.name)} = ${compositeLiteral(type, place, true)} as const satisfies ${annotation};\n`;
}

function rowText(table: TablePlan, name: string, place: TypePlace): string {
  const columns = table.columns.map(
    (column) => `  ${propertyName(column.accessor)}: ${valueType(column.type, place)};\n`,
  );
  const kind = table.isEvent ? 'An event' : 'A row';
  return `/** ${kind} of \`${camelCase(table.accessor)}\`. */\nexport interface ${name} {\n${columns.join('')}}\n`;
}

/** Constants must stand before those that name them. */
function inOrderOfUse(named: readonly NamedType[]): NamedType[] {
  const byName = new Map(named.map((type) => [type.name, type]));
  const ordered = new Set<NamedType>();
  const visit = (type: TypePlan): void => {
    if (type.kind === 'option' || type.kind === 'array') visit(type.of);
    if (type.kind === 'result') [type.ok, type.err].forEach(visit);
    if (type.kind === 'object') for (const field of type.fields) visit(field.type);
    if (type.kind === 'enum') for (const variant of type.variants) visit(variant.type);
    const itself =
      (type.kind === 'object' || type.kind === 'enum') && type.name !== null ? byName.get(type.name) : undefined;
    if (itself !== undefined) ordered.add(itself);
  };
  for (const type of named) visit(type);
  return [...ordered];
}
