import { hashWireSchema, wireSchemaOf } from '@tickbase/protocol';
import { type Plan, shownTable, withOwnTables } from '@tickbase/schema/plan';
import { indexFile } from './index-file.ts';
import { reducerFile } from './reducer-file.ts';
import { tableFile } from './table-file.ts';
import { typeNames } from './type-names.ts';
import { typesFile } from './types-file.ts';

export interface GenerateOptions {
  /** Also tables that are not public; a server that does not show them still fits. */
  readonly includesPrivate: boolean;
  /** How generated files import each other: with the extension that compiled files have, as sources, or with none. */
  readonly importExtension: ImportExtension;
}

export type ImportExtension = 'js' | 'ts' | 'none';

/** A module's TypeScript bindings: text by file name. The same plan gives the same text, whatever the order of its declarations. */
export function generateTypescript(plan: Plan, options: GenerateOptions): Map<string, string> {
  const tables = withOwnTables(plan)
    .tables.filter((table) => table.isPublic || options.includesPrivate)
    .map(shownTable)
    .sort(byName);
  const reducers = plan.reducers.filter((reducer) => reducer.role === 'call').sort(byName);
  const names = typeNames({ ...plan, tables, reducers });
  const extension = options.importExtension === 'none' ? '' : `.${options.importExtension}`;
  const fileOf = (name: string): string => `./${name}${extension}`;
  const files = new Map<string, string>();
  files.set('index.ts', indexFile({ tables, reducers, names, schemaHash: hashWireSchema(wireSchemaOf(plan)), fileOf }));
  for (const table of tables) files.set(`${table.name}_table.ts`, tableFile(table, names, fileOf('types')));
  for (const reducer of reducers) files.set(`${reducer.name}_reducer.ts`, reducerFile(reducer, fileOf('types')));
  files.set('types.ts', typesFile(tables, names));
  return files;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
