import { schemaError } from '../errors/schema-error.ts';
import type { Plan, SpatialPlan, TablePlan } from './plan.ts';

/** What decides who is sent a table's rows: its place in the world, and whose rows they are. */
export function checkStreams(table: TablePlan, plan: Plan, where: string): void {
  const { spatial, visibleToColumn } = table;
  if (spatial?.kind === 'position') checkPosition(table, spatial, where);
  if (spatial?.kind === 'follows') checkFollows(table, spatial, plan, where);
  if (visibleToColumn === null) return;
  const column = table.columns[visibleToColumn]!;
  if (column.type.kind === 'identity') return;
  throw schemaError(
    'VISIBLE_TO_TYPE',
    `${where}, column ${column.accessor}`,
    `it is of type ${column.type.kind}, not identity`,
  );
}

function checkPosition(table: TablePlan, spatial: SpatialPlan & { kind: 'position' }, where: string): void {
  for (const position of [spatial.x, spatial.y]) {
    const { accessor, type, quantize } = table.columns[position]!;
    if (type.kind !== 'f32' && type.kind !== 'f64') {
      throw schemaError(
        'SPATIAL_POSITION_TYPE',
        `${where}, column ${accessor}`,
        `it is of type ${type.kind}, not a float`,
      );
    }
    if (quantize?.kind === 'angle') {
      throw schemaError('SPATIAL_POSITION_TYPE', `${where}, column ${accessor}`, 'a position cannot be an angle');
    }
  }
  if (spatial.x === spatial.y) throw schemaError('SPATIAL_POSITION_TYPE', where, 'x and y are one column');
  if (spatial.space !== null) {
    const { accessor, type } = table.columns[spatial.space]!;
    if (type.kind !== 'u8' && type.kind !== 'u16' && type.kind !== 'u32') {
      throw schemaError(
        'SPATIAL_SPACE_TYPE',
        `${where}, column ${accessor}`,
        `it is of type ${type.kind}, not u8, u16 or u32`,
      );
    }
  }
  if (!(Number.isFinite(spatial.cell) && spatial.cell > 0)) {
    throw schemaError(
      'SPATIAL_CELL',
      where,
      Number.isNaN(spatial.cell)
        ? 'no cell is given'
        : `the cell is ${spatial.cell}, which is no finite number above 0`,
    );
  }
}

function checkFollows(table: TablePlan, spatial: SpatialPlan & { kind: 'follows' }, plan: Plan, where: string): void {
  const { accessor, references } = table.columns[spatial.column]!;
  const place = `${where}, column ${accessor}`;
  if (references !== spatial.table) throw schemaError('FOLLOWS_REFERENCE', place);
  const target = plan.tables.find(({ name }) => name === spatial.table);
  if (target?.spatial?.kind !== 'position' || target.isEvent) {
    throw schemaError('FOLLOWS_POSITION', place, `the table ${spatial.table} has no position of its own that lasts`);
  }
  const hasIndex = table.indexes.some(({ columns }) => columns.length === 1 && columns[0] === spatial.column);
  if (!hasIndex) throw schemaError('FOLLOWS_INDEX', place);
}
