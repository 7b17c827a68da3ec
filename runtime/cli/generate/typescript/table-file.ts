import { clientIndexAccessor, type IndexPlan, type SpatialPlan, type TablePlan } from '@tickbase/schema/plan';
import { generatedHeader } from '../generated-header.ts';
import { FileImports } from './file-imports.ts';
import { camelCase, pascalCase, propertyName, quote } from './spelling.ts';
import type { TypeNames } from './type-names.ts';
import { CLIENT, typeLiteral, type TypePlace, valueType } from './type-texts.ts';

/** `<table>_table.ts`: what the client must know of a table, and the type of `conn.db.<table>`. */
export function tableFile(table: TablePlan, names: TypeNames, typesFile: string): string {
  const imports = new FileImports();
  const place: TypePlace = { imports, typesFile };
  const row = imports.type(typesFile, names.rowOf(table));
  const body = `${definitionText(table, place)}\n${handleText(table, row, place)}`;
  return `${generatedHeader('')}\n${imports.text()}\n${body}`;
}

export function tableConstant(table: TablePlan): string {
  return `${camelCase(table.accessor)}Table`;
}

export function tableHandle(table: TablePlan): string {
  return `${pascalCase(table.accessor)}TableHandle`;
}

function definitionText(table: TablePlan, place: TypePlace): string {
  const columns = table.columns.map((column) => {
    const type = typeLiteral(column.type, place);
    return `    { name: ${quote(column.name)}, accessor: ${quote(column.accessor)}, type: ${type} },\n`;
  });
  const indexes = table.isEvent ? [] : table.indexes.map((index) => indexText(table, index));
  const key = table.primaryKey === null ? 'null' : accessorList(table, table.primaryKey);
  return [
    `export const ${tableConstant(table)} = {`,
    `  name: ${quote(table.name)},`,
    `  accessor: ${quote(table.accessor)},`,
    `  isEvent: ${table.isEvent},`,
    ...(table.isPublic ? [] : ['  isPrivate: true,']),
    `  columns: [\n${columns.join('')}  ],`,
    `  primaryKey: ${key},`,
    indexes.length === 0 ? '  indexes: [],' : `  indexes: [\n${indexes.join('')}  ],`,
    ...(table.spatial === null ? [] : [`  spatial: ${spatialText(table.spatial)},`]),
    `} as const satisfies ${place.imports.type(CLIENT, 'TableDefinition')};\n`,
  ].join('\n');
}

function spatialText(spatial: SpatialPlan): string {
  if (spatial.kind === 'follows') {
    return `{ kind: 'follows', column: ${spatial.column}, table: ${quote(spatial.table)} }`;
  }
  const { x, y, space, cell } = spatial;
  return `{ kind: 'position', x: ${x}, y: ${y}, space: ${space}, cell: ${cell} }`;
}

function indexText(table: TablePlan, index: IndexPlan): string {
  const columns = accessorList(table, index.columns);
  const head = `accessor: ${quote(index.accessor)}, algorithm: '${index.algorithm}'`;
  return `    { ${head}, columns: ${columns}, isUnique: ${index.isUnique} },\n`;
}

function accessorList(table: TablePlan, positions: readonly number[]): string {
  return `[${positions.map((position) => quote(table.columns[position]?.accessor ?? '')).join(', ')}]`;
}

function handleText(table: TablePlan, row: string, place: TypePlace): string {
  const base = place.imports.type(CLIENT, baseOf(table));
  const members = table.isEvent ? [] : table.indexes.map((index) => memberText(table, index, row, place));
  const head = `export interface ${tableHandle(table)}<Context> extends ${base}<${row}, Context>`;
  const doc = `/** \`conn.db.${table.accessor}\` */\n`;
  return members.length === 0 ? `${doc}${head} {}\n` : `${doc}${head} {\n${members.join('')}}\n`;
}

function baseOf(table: TablePlan): string {
  if (table.isEvent) return 'EventTable';
  return table.primaryKey === null ? 'RemoteTable' : 'KeyedRemoteTable';
}

function memberText(table: TablePlan, index: IndexPlan, row: string, place: TypePlace): string {
  const types = index.columns.map((position) => {
    const column = table.columns[position];
    return column === undefined ? 'never' : valueType(column.type, place);
  });
  const tuple = `[${types.join(', ')}]`;
  const key = types.length === 1 ? types[0] : `readonly ${tuple}`;
  const kinds: string[] = [];
  if (index.isUnique) kinds.push(`${place.imports.type(CLIENT, 'UniqueIndex')}<${row}, ${key}>`);
  if (index.algorithm === 'btree') kinds.push(`${place.imports.type(CLIENT, 'RangeIndex')}<${row}, ${tuple}>`);
  else if (!index.isUnique) kinds.push(`${place.imports.type(CLIENT, 'PointIndex')}<${row}, ${key}>`);
  return `  readonly ${propertyName(clientIndexAccessor(index.accessor))}: ${kinds.join(' & ')};\n`;
}
