import type { ReducerPlan, TablePlan } from '@tickbase/schema/plan';
import { generatedHeader } from '../generated-header.ts';
import { FileImports } from './file-imports.ts';
import { argsType, reducerAccessor, reducerConstant } from './reducer-file.ts';
import { propertyName } from './spelling.ts';
import { tableConstant, tableHandle } from './table-file.ts';
import type { TypeNames } from './type-names.ts';
import { CLIENT } from './type-texts.ts';

/** What `index.ts` is made of. Tables and reducers are sorted. */
export interface IndexFileParts {
  readonly tables: readonly TablePlan[];
  readonly reducers: readonly ReducerPlan[];
  readonly names: TypeNames;
  /** Hash of the module's public schema. */
  readonly schemaHash: string;
  /** The import specifier of a generated file. */
  readonly fileOf: (name: string) => string;
}

/** `index.ts`: the connection, `tables`, `reducers`, and everything else of the folder. */
export function indexFile(parts: IndexFileParts): string {
  const imports = new FileImports();
  const body = [
    exportsText(parts),
    moduleText(parts, imports),
    tablesText(parts, imports),
    reducersText(parts, imports),
    typesText(imports),
    connectionText(imports),
  ].join('\n');
  return `${generatedHeader(`The module's schema: ${parts.schemaHash}`)}\n${imports.text()}\n${body}`;
}

function exportsText({ tables, reducers, fileOf }: IndexFileParts): string {
  const files = [
    ...tables.map((table) => `${table.name}_table`),
    ...reducers.map((reducer) => `${reducer.name}_reducer`),
    'types',
  ];
  return files.map((file) => `export * from '${fileOf(file)}';\n`).join('');
}

function moduleText({ tables, reducers, fileOf }: IndexFileParts, imports: FileImports): string {
  const tableNames = tables.map((table) => imports.value(fileOf(`${table.name}_table`), tableConstant(table)));
  const reducerNames = reducers.map((reducer) =>
    imports.value(fileOf(`${reducer.name}_reducer`), reducerConstant(reducer)),
  );
  return [
    `const remoteModule: ${imports.type(CLIENT, 'RemoteModule')} = {`,
    listText('tables', tableNames),
    listText('reducers', reducerNames),
    '};\n',
  ].join('\n');
}

function listText(name: string, items: readonly string[]): string {
  const line = `  ${name}: [${items.join(', ')}],`;
  return line.length <= 120 ? line : `  ${name}: [\n${items.map((item) => `    ${item},\n`).join('')}  ],`;
}

function tablesText({ tables, names, fileOf }: IndexFileParts, imports: FileImports): string {
  const rows = tables.map((table) => {
    const row = imports.type(fileOf('types'), names.rowOf(table));
    return `  ${propertyName(table.accessor)}: ${row};\n`;
  });
  const handles = tables.map((table) => {
    const handle = imports.type(fileOf(`${table.name}_table`), tableHandle(table));
    return `  readonly ${propertyName(table.accessor)}: ${handle}<EventContext>;\n`;
  });
  return [
    `/** The row type of each table. */\nexport interface TableRows {\n${rows.join('')}}\n`,
    `/** Queries: all rows of a table, or with \`.where((row) => …)\` some of them. */`,
    `export const tables = ${imports.value(CLIENT, 'makeTables')}<TableRows>(remoteModule.tables);\n`,
    `/** \`conn.db\` */\nexport interface RemoteTables {\n${handles.join('')}}\n`,
  ].join('\n');
}

function reducersText({ reducers, fileOf }: IndexFileParts, imports: FileImports): string {
  const definitions = reducers.map((reducer) => {
    const constant = imports.value(fileOf(`${reducer.name}_reducer`), reducerConstant(reducer));
    return `  ${propertyName(reducerAccessor(reducer))}: ${constant},\n`;
  });
  const calls = reducers.map((reducer) => {
    const args = imports.type(fileOf(`${reducer.name}_reducer`), argsType(reducer));
    const mark = reducer.params.length === 0 ? '?' : '';
    return `  ${propertyName(reducerAccessor(reducer))}(args${mark}: ${args}): Promise<void>;\n`;
  });
  return [
    `/** What the client knows of each reducer. */\nexport const reducers = {\n${definitions.join('')}} as const;\n`,
    `/** \`conn.reducers\` */\nexport interface RemoteReducers {\n${calls.join('')}}\n`,
  ].join('\n');
}

function typesText(imports: FileImports): string {
  const client = (name: string): string => imports.type(CLIENT, name);
  return `export interface RemoteTypes extends ${client('ModuleTypes')} {
  readonly db: RemoteTables;
  readonly reducers: RemoteReducers;
  readonly tables: typeof tables;
}

export type EventContext = ${client('EventContextOf')}<RemoteTypes>;
export type ReducerEventContext = ${client('ReducerEventContextOf')}<RemoteTypes>;
export type SubscriptionEventContext = ${client('SubscriptionEventContextOf')}<RemoteTypes>;
export type ErrorContext = ${client('ErrorContextOf')}<RemoteTypes>;
export type SubscriptionHandle = ${client('SubscriptionHandleOf')}<RemoteTypes>;
`;
}

function connectionText(imports: FileImports): string {
  const base = imports.value(CLIENT, 'DbConnectionBase');
  const builder = imports.value(CLIENT, 'DbConnectionBuilder');
  return `/** A connection to a database that runs the module. */
export class DbConnection extends ${base}<RemoteTypes> {
  static builder(): ${builder}<RemoteTypes, DbConnection> {
    return new ${builder}({ module: remoteModule, tables, make: (setup) => new DbConnection(setup) });
  }
}
`;
}
