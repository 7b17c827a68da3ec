import { TickbaseError } from '@tickbase/base';
import { compileArgsCodec, compileCodec, type WireReducer, type WireSchema, type WireTable } from '@tickbase/protocol';
import type { BoundReducer, BoundSchema, BoundTable } from './bound-schema.ts';
import type { ReducerDefinition } from './reducer-definition.ts';
import type { RemoteModule } from './remote-module.ts';
import { isSameType } from './same-type.ts';
import type { ColumnDefinition, TableDefinition } from './table-definition.ts';
import { typeText } from './type-text.ts';

/**
 * Joins what the generated code uses with the server's schema, by name. What the server has beside that is skipped.
 * Throws SCHEMA_MISMATCH, which names the first table, column or reducer that differs.
 */
export function bindSchema(module: RemoteModule, schema: WireSchema): BoundSchema {
  const tables = new Map<number, BoundTable>();
  const tablesByName = new Map(schema.tables.map((table) => [table.name, table]));
  for (const definition of module.tables) {
    const wire = tablesByName.get(definition.name);
    if (wire === undefined && definition.isPrivate === true) continue;
    const bound = bindTable(definition, wire);
    tables.set(bound.wire.id, bound);
  }
  const reducers = new Map<string, BoundReducer>();
  const reducersByName = new Map(schema.reducers.map((reducer) => [reducer.name, reducer]));
  for (const definition of module.reducers) {
    reducers.set(definition.accessor, bindReducer(definition, reducersByName.get(definition.name)));
  }
  return { tables, reducers };
}

function bindTable(definition: TableDefinition, wire: WireTable | undefined): BoundTable {
  const where = `table ${definition.name}`;
  if (wire === undefined) throw mismatch('the server has no such table, or it is not public', where);
  if (wire.isEvent !== definition.isEvent) {
    throw mismatch(wire.isEvent ? 'it is an event table on the server' : 'it is no event table on the server', where);
  }
  const places = definition.columns.map((column) => placeOf(column, wire, where));
  const positions = wire.columns.map((_, place) => places.indexOf(place));
  const ours = keyText(definition.primaryKey?.map((accessor) => canonicalName(definition, accessor)));
  const theirs = keyText(wire.primaryKey?.map((place) => wire.columns[place]?.name ?? ''));
  if (ours !== theirs) throw mismatch(`its primary key is ${theirs} on the server and ${ours} here`, where);
  const codecs = wire.columns.map((column) => compileCodec(column.type));
  return { wire, definition, positions, places, codecs };
}

function placeOf(column: ColumnDefinition, wire: WireTable, table: string): number {
  const where = `${table}, column ${column.name}`;
  const place = wire.columns.findIndex((candidate) => candidate.name === column.name);
  const there = wire.columns[place];
  if (there === undefined) throw mismatch('the server has no such column', where);
  if (!isSameType(column.type, there.type)) {
    throw mismatch(`its type is ${typeText(there.type)} on the server and ${typeText(column.type)} here`, where);
  }
  return place;
}

function bindReducer(definition: ReducerDefinition, wire: WireReducer | undefined): BoundReducer {
  const where = `reducer ${definition.name}`;
  if (wire === undefined) throw mismatch('the server has no such reducer, or clients may not call it', where);
  const params = wire.params.map((param) => {
    const ours = definition.params.find((candidate) => candidate.name === param.name);
    if (ours === undefined) throw mismatch(`the server wants a parameter ${param.name} that is not known here`, where);
    if (isSameType(ours.type, param.type)) return { accessor: ours.accessor, type: param.type };
    const both = `${typeText(param.type)} on the server and ${typeText(ours.type)} here`;
    throw mismatch(`the type of its parameter ${param.name} is ${both}`, where);
  });
  const extra = definition.params.find((param) => !wire.params.some((candidate) => candidate.name === param.name));
  if (extra !== undefined) throw mismatch(`the server knows no parameter ${extra.name}`, where);
  return { wire, definition, args: compileArgsCodec(params), argsPath: `reducer ${wire.name}, args` };
}

function canonicalName(definition: TableDefinition, accessor: string): string {
  return definition.columns.find((column) => column.accessor === accessor)?.name ?? accessor;
}

function keyText(names: readonly string[] | undefined): string {
  return names === undefined ? 'none' : `(${names.join(', ')})`;
}

function mismatch(what: string, where: string): TickbaseError {
  return new TickbaseError({
    code: 'SCHEMA_MISMATCH',
    what: `the generated code does not fit the server's module: ${what}`,
    where,
    mend: 'run `tickbase generate` again with the module that the server runs, and rebuild the client',
  });
}
