import { schemaError } from '../errors/schema-error.ts';
import type { ConstraintDraft, IndexDraft, TableDraft } from '../tables/table-draft.ts';
import type { TableLike } from '../tables/table.ts';
import type { ColumnDraft } from '../types/column-draft.ts';
import { valueProblem } from '../values/value-problem.ts';
import { defaultToJson } from './default-to-json.ts';
import type { ColumnPlan, IndexPlan, SpatialPlan, TablePlan, VisibilityPlan } from './plan.ts';

/** What a table's plan needs to know of its module. */
export interface TableSurroundings {
  /** The canonical spelling of a name of module code. */
  readonly canonical: (accessor: string) => string;
  readonly tableNames: ReadonlyMap<TableLike, string>;
  /** The reducer that its rows call; null: no schedule table. */
  readonly schedule: string | null;
  /** For what the owners of rows alone get, if there is something. */
  readonly ownId: number;
}

/** Writes one table's draft as a plan: names become positions. Refuses what a plan could not say; checkPlan does the rest. */
export function deriveTable(
  draft: TableDraft,
  id: number,
  accessor: string,
  name: string,
  around: TableSurroundings,
): TablePlan {
  const where = `table ${accessor}`;
  const { options } = draft;
  const accessors = draft.columns.map(([column]) => column);
  const place = (column: string, user: string): number => {
    const found = accessors.indexOf(column);
    if (found !== -1) return found;
    throw schemaError(
      'COLUMN_UNKNOWN',
      `${where}, ${user}`,
      `there is no column “${column}”, only ${accessors.join(', ')}`,
    );
  };
  const keys = deriveKeys(draft, place, where);
  const scheduleColumn = draft.columns.findIndex(([, column]) => column.type.kind === 'scheduleAt');
  return {
    id,
    name,
    accessor,
    ...(draft.renamedFrom.length === 0 ? {} : { renamedFrom: draft.renamedFrom }),
    isPublic: options.public ?? false,
    isEvent: options.event ?? false,
    schedule: around.schedule === null ? null : { reducer: around.schedule, column: scheduleColumn },
    persist: options.persist ?? (options.event === true ? 'never' : 'commit'),
    columns: draft.columns.map(([column, columnDraft], columnId) =>
      deriveColumn(columnDraft, columnId, column, `${where}, column ${column}`, around),
    ),
    ...keys,
    indexes: deriveIndexes(draft, name, place),
    spatial: deriveSpatial(draft, place, where, around),
    ...deriveVisibility(draft, name, place, where, around),
    ...deriveOwn(draft, accessor, name, place, around),
  };
}

function deriveOwn(
  { columns }: TableDraft,
  accessor: string,
  name: string,
  place: Place,
  around: TableSurroundings,
): Pick<TablePlan, 'own'> {
  const owners = columns.flatMap(([, { visibleTo }]) => (visibleTo === undefined ? [] : [visibleTo]));
  if (owners.length === 0) return {};
  const user = 'visibleTo of a column';
  const [owner] = owners.map((column) => place(column, user));
  const positions = columns.flatMap(([, { visibleTo }], position) => (visibleTo === undefined ? [] : [position]));
  if (new Set(owners).size > 1)
    throw schemaError('OWN_COLUMN', `table ${accessor}`, `it has several: ${owners.join(', ')}`);
  const own = {
    id: around.ownId,
    name: `${name}_${around.canonical('own')}`,
    accessor: `${accessor}Own`,
    owner: owner!,
    columns: positions,
  };
  return { own };
}

type Place = (column: string, user: string) => number;

/** The first rule by a column alone stands for itself. */
function deriveVisibility(
  { options, columns }: TableDraft,
  name: string,
  place: Place,
  where: string,
  around: TableSurroundings,
): Pick<TablePlan, 'visibleToColumn' | 'visibleBy'> {
  const { visibleTo = [] } = options;
  const rules = (typeof visibleTo === 'object' && 'length' in visibleTo ? visibleTo : [visibleTo]).map(
    (rule): VisibilityPlan => {
      if (typeof rule === 'string') return { kind: 'identity', column: place(rule, 'visibleTo') };
      const user = `visibleTo ${rule.column}`;
      const other = rule.through?.() as TableLike | undefined;
      const table = other === undefined ? name : around.tableNames.get(other);
      if (table === undefined) throw schemaError('VISIBLE_TO_TABLE', `${where}, ${user}`);
      const accessors = (other?.draft.columns ?? columns).map(([accessor]) => accessor);
      const there = (column: string): number => {
        const found = accessors.indexOf(column);
        if (found !== -1) return found;
        const what = `the table ${table} has no column “${column}”, only ${accessors.join(', ')}`;
        throw schemaError('COLUMN_UNKNOWN', `${where}, ${user}`, what);
      };
      const [sender, value] = [there(rule.sender), there(rule.value ?? rule.column)];
      return { kind: 'through', column: place(rule.column, 'visibleTo'), table, sender, value };
    },
  );
  const first = rules.findIndex(({ kind }) => kind === 'identity');
  const others = rules.filter((_, i) => i !== first);
  return {
    visibleToColumn: first < 0 ? null : rules[first]!.column,
    ...(others.length === 0 ? {} : { visibleBy: others }),
  };
}

function deriveColumn(
  draft: ColumnDraft,
  id: number,
  accessor: string,
  where: string,
  around: TableSurroundings,
): ColumnPlan {
  let references: string | null = null;
  if (draft.references !== undefined) {
    references = around.tableNames.get(draft.references() as TableLike) ?? null;
    if (references === null)
      throw schemaError('REFERENCES_KEY', where, 'it references something that is no table of this schema');
  }
  const problem = draft.default === undefined ? null : valueProblem(draft.type, draft.default.value);
  if (problem !== null) throw schemaError('DEFAULT_INVALID', where, `the default does not fit: ${problem}`);
  return {
    id,
    name: draft.name ?? around.canonical(accessor),
    accessor,
    ...(draft.renamedFrom === undefined ? {} : { renamedFrom: draft.renamedFrom }),
    type: draft.type,
    autoInc: draft.isAutoInc ?? false,
    default: draft.default === undefined ? null : { json: defaultToJson(draft.type, draft.default.value) },
    quantize: draft.quantize ?? null,
    persist: draft.persist ?? null,
    references,
    ...(draft.isHidden === true ? { isHidden: true } : {}),
  };
}

function deriveKeys(draft: TableDraft, place: Place, where: string): Pick<TablePlan, 'primaryKey' | 'uniques'> {
  const primaryKeys: number[][] = [];
  const uniques: number[][] = [];
  draft.columns.forEach(([, column], position) => {
    if (column.isPrimaryKey === true) primaryKeys.push([position]);
    else if (column.isUnique === true) uniques.push([position]);
  });
  for (const { constraint, columns } of draft.options.constraints ?? []) {
    const positions = columns.map((column) => place(column, 'constraints'));
    (constraint === 'primaryKey' ? primaryKeys : uniques).push(positions);
  }
  if (primaryKeys.length > 1) {
    const names = primaryKeys.map((key) => key.map((position) => draft.columns[position]![0]).join(' + '));
    throw schemaError('PRIMARY_KEY_TWICE', where, `a table has ${names.length} primary keys: ${names.join(', ')}`);
  }
  return { primaryKey: primaryKeys[0] ?? null, uniques };
}

function deriveIndexes(draft: TableDraft, table: string, place: Place): IndexPlan[] {
  const { constraints = [], indexes = [] } = draft.options;
  const ofColumns = draft.columns.flatMap(([accessor, column], position): IndexPlan[] => {
    const isUnique = (column.isPrimaryKey ?? false) || (column.isUnique ?? false);
    if (!isUnique && column.index === undefined) return [];
    const algorithm = column.index ?? 'hash';
    return [{ name: indexName(table, [accessor], algorithm), accessor, algorithm, columns: [position], isUnique }];
  });
  const ofConstraints = constraints.map((constraint: ConstraintDraft): IndexPlan => ({
    name: constraint.name ?? indexName(table, constraint.columns, 'hash'),
    accessor: constraint.accessor ?? joinedByAnd(constraint.columns),
    algorithm: 'hash',
    columns: constraint.columns.map((column) => place(column, 'constraints')),
    isUnique: true,
  }));
  const listed = indexes.map((index: IndexDraft): IndexPlan => {
    const columns = index.columns ?? (index.column === undefined ? [] : [index.column]);
    return {
      name: index.name ?? indexName(table, columns, index.algorithm),
      accessor: index.accessor,
      algorithm: index.algorithm,
      columns: columns.map((column) => place(column, `index ${index.accessor}`)),
      isUnique: false,
    };
  });
  return [...ofColumns, ...ofConstraints, ...listed];
}

function indexName(table: string, columns: readonly string[], algorithm: string): string {
  return `${table}_${columns.join('_')}_idx_${algorithm}`;
}

/** `owner`, `slot` → `ownerAndSlot`. */
function joinedByAnd(columns: readonly string[]): string {
  return columns
    .map((column, place) => (place === 0 ? column : `And${column.charAt(0).toUpperCase()}${column.slice(1)}`))
    .join('');
}

function deriveSpatial(draft: TableDraft, place: Place, where: string, around: TableSurroundings): SpatialPlan | null {
  const { spatial } = draft.options;
  if (spatial === undefined) return null;
  const { x, y, space, cell, follows } = spatial;
  if (follows === undefined) {
    if (x === undefined || y === undefined) throw schemaError('SPATIAL_INVALID', where);
    return {
      kind: 'position',
      x: place(x, 'spatial.x'),
      y: place(y, 'spatial.y'),
      space: space === undefined ? null : place(space, 'spatial.space'),
      cell: cell ?? Number.NaN,
    };
  }
  if (x !== undefined || y !== undefined || space !== undefined || cell !== undefined) {
    throw schemaError('SPATIAL_INVALID', where, 'spatial has both a position and a column that follows');
  }
  const column = place(follows, 'spatial.follows');
  const target = draft.columns[column]![1].references?.();
  const table = around.tableNames.get(target as TableLike);
  if (table === undefined) throw schemaError('FOLLOWS_REFERENCE', `${where}, column ${follows}`);
  return { kind: 'follows', column, table };
}
