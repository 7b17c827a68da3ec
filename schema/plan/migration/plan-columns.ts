import type { ColumnPlan, TablePlan } from '../plan.ts';
import { compareTypes } from './compare-types.ts';
import type { ColumnMove } from './migration-plan.ts';
import { isBoundTo, sightOf, type TableChange } from './table-change.ts';
import { typeText } from './type-text.ts';

/** The steps of a table's columns, and where each one's values come from, by position in the new plan. */
export function planColumns(change: TableChange): ColumnMove[] {
  const { old, table, steps } = change;
  for (const column of old.columns) {
    if (!table.columns.some(({ id }) => id === column.id)) removeColumn(column, change);
  }
  const moves = table.columns.map((column): ColumnMove => {
    const from = old.columns.findIndex(({ id }) => id === column.id);
    return from === -1 ? addColumn(column, change) : keepColumn(old.columns[from]!, column, from, change);
  });
  // What is hidden or shown goes to the end or comes from there by that alone.
  const kept = moves.flatMap(({ from }, to) =>
    from === null || old.columns[from]!.isHidden !== table.columns[to]!.isHidden ? [] : [from],
  );
  if (kept.some((from, at) => at > 0 && kept[at - 1]! > from)) {
    steps.add({ what: `reorder the columns of table ${table.name}`, table, why: 'columns are known by their names' });
  }
  return moves;
}

function removeColumn(column: ColumnPlan, change: TableChange): void {
  const { old, table, after, isEmpty, steps } = change;
  const what = `remove column ${table.name}.${column.name}`;
  const place = { table, column };
  const isListed = after.removed?.some((name) => isPathOf(name, [old, table], column)) === true;
  const isKept = isValueKept(old, column);
  if (isKept && !isEmpty && !isListed) {
    steps.add({
      what,
      ...place,
      class: 'refused',
      why: 'its values would be lost',
      mend: `list '${table.accessor}.${column.accessor}' in schema(…, { removed: [ … ] }); if it was renamed, say so with .renamedFrom('${column.accessor}')`,
    });
    return;
  }
  const why = isEmpty
    ? 'there are no rows'
    : isKept
      ? 'its values are dropped, as the schema says'
      : 'its values do not last';
  steps.add({ what, ...place, class: isBoundTo(column, change) ? 'disconnects clients' : 'safe', why });
}

function isPathOf(text: string, tables: readonly TablePlan[], column: ColumnPlan): boolean {
  const [tableName, columnName] = text.split('.');
  return (
    tables.some(({ name, accessor }) => name === tableName || accessor === tableName) &&
    (column.name === columnName || column.accessor === columnName)
  );
}

/** Whether values of a column outlast the process: keys always do with their rows. */
function isValueKept(table: TablePlan, column: ColumnPlan): boolean {
  if (table.isEvent || table.persist === 'never') return false;
  return (column.persist ?? table.persist) !== 'never';
}

/** Large integers are texts in JSON, and have no quotes here. */
function defaultText({ type, default: given }: ColumnPlan): string {
  const json = given!.json;
  return typeof json === 'string' && type.kind !== 'string' ? json : JSON.stringify(json);
}

function addColumn(column: ColumnPlan, { table, isEmpty, old, steps }: TableChange): ColumnMove {
  const step = { what: `add column ${table.name}.${column.name}, ${typeText(column.type)}`, table, column };
  if (column.autoInc) {
    if (isEmpty) steps.add({ ...step, why: 'there are no rows' });
    else steps.add({ ...step, class: 'rewrites', why: 'rows that are there are numbered from 1' });
    return { from: null, way: 'number' };
  }
  const move: ColumnMove = { from: null, way: 'default' };
  if (isEmpty || old.isEvent) steps.add({ ...step, why: 'there are no rows' });
  else if (column.default !== null) {
    steps.add({ ...step, class: 'rewrites', why: `rows that are there get ${defaultText(column)}` });
  } else if (column.type.kind === 'option') {
    steps.add({ ...step, class: 'rewrites', why: 'it is empty in rows that are there' });
  } else {
    const mend = `give it .default(…), make it .optional(), or delete the rows of ${table.name} first`;
    steps.add({ ...step, class: 'refused', why: 'rows that are there have no value for it', mend });
  }
  return move;
}

function keepColumn(old: ColumnPlan, column: ColumnPlan, from: number, change: TableChange): ColumnMove {
  const { table, old: oldTable, steps } = change;
  const path = `${table.name}.${column.name}`;
  const place = { table, column };
  const breaking = isBoundTo(old, change) ? 'disconnects clients' : 'safe';
  const [sight, before] = [sightOf(column, table), sightOf(old, oldTable)];
  if (sight !== before) {
    const what = sight === 'nobody' ? `hide column ${path}` : `show column ${path} to ${sight}`;
    const why =
      before === 'nobody'
        ? 'clients get it from now on'
        : `values stay; clients no longer get it as it was for ${before}`;
    steps.add({ what, ...place, class: breaking, why });
  }
  if (old.name !== column.name) {
    steps.add({
      what: `rename column ${table.name}.${old.name} to ${path}`,
      ...place,
      class: breaking,
      why: 'values stay; clients know a column by its name',
    });
  }
  refuseDoubleName(column, change);
  const move = planType(old, column, from, change);
  if (JSON.stringify(old.default) !== JSON.stringify(column.default)) {
    const what =
      column.default === null
        ? `drop the default of ${path}`
        : `change the default of ${path} to ${JSON.stringify(column.default.json)}`;
    steps.add({ what, ...place, why: 'rows that are there keep their values' });
  }
  if (old.autoInc !== column.autoInc) {
    const what = `${column.autoInc ? 'number' : 'no longer number'} ${path} by itself`;
    const why = column.autoInc ? 'numbers go on after the greatest that is there' : 'values stay';
    steps.add({ what, ...place, why });
  }
  if (JSON.stringify(old.quantize) !== JSON.stringify(column.quantize)) {
    steps.add({
      what: `change how ${path} is quantized`,
      ...place,
      why: 'only what streams carry changes; rows keep their exact values',
    });
  }
  const persist = column.persist ?? table.persist;
  const isOwn = old.persist !== column.persist && oldTable.isEvent === table.isEvent;
  if (isOwn && (old.persist ?? oldTable.persist) !== persist) {
    const why =
      persist === 'never'
        ? 'values live on until the next start, which begins with defaults'
        : 'values of now are written with the migration';
    steps.add({ what: `keep values of ${path} by '${persist}'`, ...place, why });
  }
  return move;
}

/** An old name that is still in the database under an id of its own was no rename. */
function refuseDoubleName(column: ColumnPlan, { old, table, after, steps }: TableChange): void {
  for (const oldName of column.renamedFrom ?? []) {
    const other = old.columns.find(
      ({ id, name, accessor }) => id !== column.id && (name === oldName || accessor === oldName),
    );
    if (other === undefined || after.removed?.some((text) => isPathOf(text, [old, table], other)) === true) continue;
    steps.add({
      what: `rename column ${table.name}.${other.name} to ${table.name}.${column.name}`,
      table,
      column,
      class: 'refused',
      why: `rows have a column ${column.name} of its own, and ${other.name} beside it`,
      mend: `drop .renamedFrom('${oldName}'), and list '${table.accessor}.${oldName}' in schema(…, { removed: [ … ] }) once its values are of no use`,
    });
  }
}

function planType(old: ColumnPlan, column: ColumnPlan, from: number, change: TableChange): ColumnMove {
  const { table, isEmpty, steps } = change;
  const relation = compareTypes(old.type, column.type);
  const place = { table, column };
  const path = `${table.name}.${column.name}`;
  const isBreaking = isBoundTo(old, change) && !relation.isSameForClients;
  if (relation.problem !== null) {
    const what = `change the type of ${path} from ${typeText(old.type)} to ${typeText(column.type)}`;
    if (isEmpty || change.old.isEvent) {
      steps.add({ what, ...place, class: isBreaking ? 'disconnects clients' : 'safe', why: 'there are no rows' });
      return { from: null, way: 'default' };
    }
    const mend = `add a column of the new type under another name with a default, fill it in a reducer, and then list '${table.accessor}.${column.accessor}' in schema(…, { removed: [ … ] })`;
    steps.add({ what, ...place, class: 'refused', why: relation.problem, mend });
    return { from, way: 'copy' };
  }
  if (relation.changes.length > 0) {
    const isMade = !relation.isSameLayout && !isEmpty;
    const what = `change the type of ${path}: ${relation.changes.join('; ')}`;
    const how = isMade ? 'values are made anew, all of them the same as before' : 'values stay as they are';
    const rule = relation.isPartial && isMade ? '; no row may hold what is gone' : '';
    const why = `${how}${rule}${isBreaking ? '; generated code knows the old type' : ''}`;
    steps.add({ what, ...place, class: isBreaking ? 'disconnects clients' : isMade ? 'rewrites' : 'safe', why });
  }
  return { from, way: relation.isSameLayout ? 'copy' : 'convert' };
}
