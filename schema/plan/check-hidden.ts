import { schemaError } from '../errors/schema-error.ts';
import type { OwnPlan, TablePlan } from './plan.ts';

/** Of a table of which clients get rows, what they know its rows by cannot be hidden. */
export function checkHidden(table: TablePlan, where: string): void {
  const refuse = (position: number, what: string): void => {
    const { accessor, isHidden } = table.columns[position]!;
    if (isHidden === true)
      throw schemaError('HIDDEN_COLUMN', `${where}, column ${accessor}`, `it is hidden, and ${what}`);
  };
  const { own, spatial } = table;
  if (own !== undefined) checkOwn(table, own, where);
  for (const position of table.primaryKey ?? []) refuse(position, 'clients know rows by their primary key');
  if (spatial?.kind === 'follows') refuse(spatial.column, 'it says which row the rows follow');
  if (spatial?.kind === 'position') {
    const places = spatial.space === null ? [spatial.x, spatial.y] : [spatial.x, spatial.y, spatial.space];
    for (const position of places) refuse(position, 'it says where rows stand');
  }
  if (!table.isPublic || table.columns.some(({ isHidden }) => isHidden !== true)) return;
  throw schemaError('HIDDEN_COLUMN', where, 'it is public, and all of its columns are hidden');
}

function checkOwn({ columns, isEvent, isPublic, primaryKey }: TablePlan, { owner }: OwnPlan, where: string): void {
  const refuse = (what: string): never => {
    throw schemaError('OWN_COLUMN', where, what);
  };
  if (!isPublic) refuse('it is private: no client gets its rows');
  if (isEvent) refuse('its rows are events');
  if (primaryKey === null) refuse('it has no primary key, by which the owner’s columns go with their row');
  const { accessor, type } = columns[owner]!;
  if (type.kind !== 'identity') refuse(`the column ${accessor} is of type ${type.kind}, not identity`);
}
