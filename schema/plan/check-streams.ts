import { schemaError } from '../errors/schema-error.ts';
import { isJoinable } from '../query/comparison.ts';
import type { Plan, SpatialPlan, TablePlan, VisibilityPlan } from './plan.ts';

/** What decides who is sent a table's rows: its place in the world, and whose rows they are. */
export function checkStreams(table: TablePlan, plan: Plan, where: string): void {
  const { spatial, visibleToColumn, visibleBy } = table;
  if (spatial?.kind === 'position') checkPosition(table, spatial, where);
  if (spatial?.kind === 'follows') checkFollows(table, spatial, plan, where);
  if (visibleToColumn !== null) checkOwner(table, visibleToColumn, where);
  for (const rule of visibleBy ?? []) {
    if (rule.kind === 'identity') checkOwner(table, rule.column, where);
    else checkThrough(table, rule, plan, where);
  }
}

function checkOwner(table: TablePlan, position: number, where: string): void {
  const { accessor, type } = table.columns[position]!;
  if (type.kind === 'identity') return;
  throw schemaError('VISIBLE_TO_TYPE', `${where}, column ${accessor}`, `it is of type ${type.kind}, not identity`);
}

function checkThrough(table: TablePlan, rule: VisibilityPlan & { kind: 'through' }, plan: Plan, where: string): void {
  const own = table.columns[rule.column]!;
  const place = `${where}, column ${own.accessor}`;
  const other = plan.tables.find(({ name }) => name === rule.table)!;
  if (other.isEvent) throw schemaError('VISIBLE_TO_TABLE', place, `the rows of ${other.accessor} are events`);
  checkOwner(other, rule.sender, `table ${other.accessor}`);
  const value = other.columns[rule.value]!;
  if (!isJoinable(own.type, value.type)) {
    const what = `columns of types ${own.type.kind} and ${value.type.kind} (${other.accessor}.${value.accessor}) are never equal`;
    throw schemaError('VISIBLE_TO_TYPE', place, what);
  }
  // Rows are looked up by both: of this table when somebody comes to see them, of the other one when somebody subscribes.
  if (!table.isEvent && !isIndexed(table, rule.column)) throw schemaError('VISIBLE_TO_INDEX', place);
  if (!isIndexed(other, rule.sender)) {
    throw schemaError('VISIBLE_TO_INDEX', `table ${other.accessor}, column ${other.columns[rule.sender]!.accessor}`);
  }
}

/** True when rows are found by this column alone. */
function isIndexed({ indexes }: TablePlan, column: number): boolean {
  return indexes.some(
    ({ columns, algorithm }) => columns[0] === column && (columns.length === 1 || algorithm === 'btree'),
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
