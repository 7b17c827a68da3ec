import type { Prng } from '@tickbase/base';
import { defaultToJson } from '@tickbase/schema/plan';
import type { ColumnPlan, IndexPlan, Persist, Plan, TablePlan, TypePlan, VariantPlan } from '@tickbase/schema/plan';
import type { Coverage } from '../../transactions/testing/coverage.ts';
import { randomValue } from '../../transactions/testing/random-value.ts';
import { PlainTable } from './plain-table.ts';
import { plainText } from './plain-text.ts';

/** A plan on its way to the next, and what its rows are to be then. */
export interface Edited {
  tables: EditedTable[];
  removed: string[];
  /** Why it must be refused whatever the keys; empty: it must not. */
  refusals: string[];
  /** `table id.column id` of those that no further edit may take away: what was said of them would no longer hold. */
  readonly fixed: Set<string>;
}

export interface EditedTable {
  /** As the database has it; null: it is new. */
  readonly before: TablePlan | null;
  plan: Mutable<TablePlan>;
  rows: PlainTable;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Makes one random change to a module, with the mends that a careful author would write, or without. */
export function randomEdit(prng: Prng, edited: Edited, coverage: Coverage, serial: number): void {
  const entry = prng.pick(edited.tables);
  const edit = prng.pick(EDITS);
  if (edit.run({ ...entry, prng, edited, name: `n${serial}` })) coverage.count(edit.name);
}

interface Scene extends EditedTable {
  readonly prng: Prng;
  readonly edited: Edited;
  /** A name that nothing has had. */
  readonly name: string;
}

/** False: it does not fit the table. */
type Edit = (scene: Scene) => boolean;

const EDITS: readonly { readonly name: string; readonly run: Edit }[] = Object.entries<Edit>({
  'add column': ({ prng, plan, rows, name }) => {
    const type = prng.pick(NEW_TYPES);
    const value = randomValue(prng, type);
    const column = { ...columnOf(name, type), default: { json: defaultToJson(type, value) } };
    insertColumn(plan, prng.int(0, plan.columns.length), column);
    rows.addColumn(name, () => plainText(value));
    return true;
  },
  'add optional column': ({ prng, plan, rows, name }) => {
    insertColumn(plan, prng.int(0, plan.columns.length), columnOf(name, { kind: 'option', of: { kind: 'u32' } }));
    rows.addColumn(name, () => 'none');
    return true;
  },
  'add numbered column': ({ prng, plan, rows, name }) => {
    const type: TypePlan = { kind: prng.pick(['u32', 'i64', 'u256'] as const) };
    insertColumn(plan, prng.int(0, plan.columns.length), { ...columnOf(name, type), autoInc: true });
    let count = 0;
    rows.addColumn(name, () => `${++count}`);
    rows.sequences.set(name, count);
    return true;
  },
  'add column without a value': ({ edited, plan, rows, name }) => {
    insertColumn(plan, plan.columns.length, columnOf(name, { kind: 'string' }));
    if (rows.rows.size > 0) edited.refusals.push('no value');
    edited.fixed.add(`${plan.id}.${name}`);
    rows.addColumn(name, () => plainText(''));
    return true;
  },
  'rename column': ({ prng, plan, rows, name }) => {
    const column = prng.pick(plan.columns);
    const renamedFrom = [...(column.renamedFrom ?? []), column.name];
    replaceColumn(plan, column, { ...column, name, accessor: name, renamedFrom });
    rows.renameColumn(column.name, name);
    return true;
  },
  'remove column': ({ prng, edited, before, plan, rows }) => {
    const position = prng.int(0, plan.columns.length - 1);
    const { id, name } = plan.columns[position]!;
    const old = before?.columns.find((column) => column.id === id);
    const isFixed = edited.fixed.has(`${plan.id}.${id}`);
    if (old === undefined || isFixed || isUsed(plan, position) || plan.columns.length < 3) return false;
    if (prng.int(0, 2) > 0) edited.removed.push(`${before!.name}.${old.name}`);
    else if (isKept(before!, old.persist) && rows.rows.size > 0) {
      edited.refusals.push('loss of a column');
      edited.fixed.add(`${plan.id}.${id}`);
    }
    removeColumn(plan, position);
    rows.removeColumn(name);
    return true;
  },
  'widen column': ({ prng, edited, plan }) => {
    const column = prng.pick(plan.columns);
    const type = isNew(column) ? null : widened(prng, column.type);
    if (type === null || isPlaced(plan, column) || edited.fixed.has(`${plan.id}.${column.id}`)) return false;
    replaceColumn(plan, column, { ...column, type, default: null });
    return true;
  },
  'narrow column': ({ edited, plan, rows }) => {
    const column = plan.columns.find(({ type }) => type.kind === 'u64' || type.kind === 'i128');
    if (column === undefined || isNew(column) || isUsed(plan, plan.columns.indexOf(column))) return false;
    replaceColumn(plan, column, { ...column, type: { kind: 'u16' }, default: null, autoInc: false });
    if (rows.rows.size > 0) edited.refusals.push('narrower type');
    edited.fixed.add(`${plan.id}.${column.id}`);
    // Rows that are there forbid it; without any nothing is left to compare.
    rows.sequences.delete(column.name);
    return true;
  },
  'make optional': ({ prng, plan, rows }) => {
    const column = prng.pick(plan.columns);
    if (column.type.kind === 'option' || isNew(column) || isUsed(plan, plan.columns.indexOf(column))) return false;
    replaceColumn(plan, column, {
      ...column,
      type: { kind: 'option', of: column.type },
      default: null,
      autoInc: false,
    });
    rows.sequences.delete(column.name);
    return true;
  },
  'add variant': ({ prng, plan, name }) => {
    const column = plan.columns.find(({ type }) => type.kind === 'enum');
    if (column === undefined) return false;
    const type = column.type as Extract<TypePlan, { kind: 'enum' }>;
    const isIndexed = isUsed(plan, plan.columns.indexOf(column));
    const payload: TypePlan = isIndexed || prng.int(0, 1) === 0 ? { kind: 'unit' } : { kind: 'string' };
    const variants = [...type.variants];
    variants.splice(prng.int(0, variants.length), 0, { id: 0, name: `V${name}`, type: payload });
    replaceColumn(plan, column, { ...column, type: { ...type, variants: numbered(variants) } });
    return true;
  },
  'remove variant': ({ prng, edited, plan, rows }) => {
    const column = plan.columns.find(({ type }) => type.kind === 'enum' && type.variants.length > 1);
    if (column === undefined || isNew(column)) return false;
    const type = column.type as Extract<TypePlan, { kind: 'enum' }>;
    const gone = prng.pick(type.variants);
    const variants = numbered(type.variants.filter((variant) => variant !== gone));
    replaceColumn(plan, column, { ...column, type: { ...type, variants }, default: null });
    if (rows.textsOf(column.name).some((text) => text.startsWith(`<${gone.name}>`)))
      edited.refusals.push('variant in use');
    edited.fixed.add(`${plan.id}.${column.id}`);
    return true;
  },
  'reorder columns': ({ prng, plan }) => {
    const [from, to] = [prng.int(0, plan.columns.length - 1), prng.int(0, plan.columns.length - 1)];
    const column = plan.columns[from]!;
    const others = plan.columns.toSpliced(from, 1);
    reposition(plan, others.toSpliced(to, 0, column));
    return from !== to;
  },
  'add index': ({ prng, plan, name }) => {
    const column = prng.int(0, plan.columns.length - 1);
    const isFloat = plan.columns[column]!.type.kind === 'f32' || plan.columns[column]!.type.kind === 'f64';
    const algorithm = isFloat ? 'btree' : prng.pick(['btree', 'hash'] as const);
    plan.indexes = [...plan.indexes, indexOf(name, algorithm, [column], false)];
    return true;
  },
  'drop index': ({ prng, plan }) => {
    const free = plan.indexes.filter(({ isUnique }) => !isUnique);
    if (free.length === 0) return false;
    const gone = prng.pick(free);
    plan.indexes = plan.indexes.filter((index) => index !== gone);
    return true;
  },
  'add unique': ({ prng, plan, name }) => {
    const count = prng.int(1, 2);
    const columns = Array.from({ length: count }, () => prng.int(0, plan.columns.length - 1));
    if (new Set(columns).size < count || columns.some((column) => plan.columns[column]!.type.kind.startsWith('f')))
      return false;
    plan.uniques = [...plan.uniques, columns];
    plan.indexes = [...plan.indexes, indexOf(name, 'hash', columns, true)];
    return true;
  },
  'add primary key': ({ prng, plan }) => {
    const column = prng.int(0, plan.columns.length - 1);
    if (plan.primaryKey !== null || plan.columns[column]!.type.kind.startsWith('f')) return false;
    plan.primaryKey = [column];
    return true;
  },
  'drop primary key': ({ plan }) => {
    if (plan.primaryKey === null) return false;
    plan.indexes = plan.indexes.filter((index) => index.columns.join() !== plan.primaryKey!.join());
    plan.primaryKey = null;
    return true;
  },
  'change persist': ({ prng, plan }) => {
    if (plan.isEvent) return false;
    plan.persist = prng.pick<Persist>(['commit', 'snapshot', 'never']);
    return true;
  },
  'change persist of a column': ({ prng, plan }) => {
    const column = prng.pick(plan.columns);
    replaceColumn(plan, column, { ...column, persist: prng.pick([null, 'commit', 'snapshot', 'never'] as const) });
    return true;
  },
  'change cells': ({ prng, plan }) => {
    if (plan.spatial?.kind !== 'position') return false;
    plan.spatial = prng.int(0, 2) === 0 ? null : { ...plan.spatial, cell: prng.pick([8, 5, 12.5]) };
    return true;
  },
  'number a column': ({ prng, plan, rows }) => {
    const column = prng.pick(plan.columns);
    if (!/^[ui]\d+$/.test(column.type.kind) || column.autoInc || isNew(column)) return false;
    replaceColumn(plan, column, { ...column, autoInc: true, default: null });
    const greatest = rows.textsOf(column.name).reduce((max, text) => (BigInt(text) > max ? BigInt(text) : max), 0n);
    rows.sequences.set(column.name, plan.isEvent ? 0 : Number(greatest > MOST ? MOST : greatest));
    return true;
  },
  'add table': ({ edited, name }) => {
    edited.tables.push({ before: null, plan: emptyTable(name), rows: new PlainTable() });
    return true;
  },
  'rename table': ({ plan, name }) => {
    plan.renamedFrom = [...(plan.renamedFrom ?? []), plan.name];
    plan.name = name;
    plan.accessor = name;
    return true;
  },
  'remove table': ({ prng, edited, before, plan, rows }) => {
    const isFixed = [...edited.fixed].some((path) => path.startsWith(`${plan.id}.`));
    if (edited.tables.length === 1 || before === null || isFixed) return false;
    if (prng.int(0, 1) === 0) edited.removed.push(before.name);
    else if (isKept(before, null) && rows.rows.size > 0) edited.refusals.push('loss of a table');
    edited.tables = edited.tables.filter((entry) => entry.plan !== plan);
    return true;
  },
}).map(([name, run]) => ({ name, run }));

export const EDIT_NAMES = EDITS.map(({ name }) => name);

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

const NEW_TYPES: readonly TypePlan[] = [
  { kind: 'bool' },
  { kind: 'u16' },
  { kind: 'f64' },
  { kind: 'u128' },
  { kind: 'string' },
  { kind: 'identity' },
  { kind: 'array', of: { kind: 'string' } },
];

/** As a module has them before ids are given. */
function numbered(variants: readonly VariantPlan[]): VariantPlan[] {
  return variants.map(({ name, type }, id) => ({ id, name, type }));
}

function isKept(table: TablePlan, columnPersist: Persist | null): boolean {
  return !table.isEvent && table.persist !== 'never' && columnPersist !== 'never';
}

/** New in this migration: what the database has not. */
function isNew({ id }: { readonly id: number }): boolean {
  return id === -1;
}

function columnOf(name: string, type: TypePlan): ColumnPlan {
  const none = { autoInc: false, default: null, quantize: null, persist: null, references: null };
  return { id: -1, name, accessor: name, type, ...none };
}

function emptyTable(name: string): Mutable<TablePlan> {
  const columns = [columnOf(`${name}a`, { kind: 'u32' }), columnOf(`${name}b`, { kind: 'string' })];
  const none = { schedule: null, primaryKey: null, uniques: [], spatial: null, visibleToColumn: null };
  return {
    id: -1,
    name,
    accessor: name,
    isPublic: true,
    isEvent: false,
    persist: 'commit',
    columns,
    indexes: [],
    ...none,
  };
}

function indexOf(name: string, algorithm: IndexPlan['algorithm'], columns: number[], isUnique: boolean): IndexPlan {
  return { name: `${name}_idx`, accessor: `by${name}`, algorithm, columns, isUnique };
}

function replaceColumn(plan: Mutable<TablePlan>, old: ColumnPlan, column: ColumnPlan): void {
  plan.columns = plan.columns.map((candidate) => (candidate === old ? column : candidate));
}

function insertColumn(plan: Mutable<TablePlan>, position: number, column: ColumnPlan): void {
  reposition(plan, plan.columns.toSpliced(position, 0, column));
}

function removeColumn(plan: Mutable<TablePlan>, position: number): void {
  reposition(plan, plan.columns.toSpliced(position, 1));
}

/** Gives the table these columns; keys, indexes and places follow them. */
function reposition(plan: Mutable<TablePlan>, columns: readonly ColumnPlan[]): void {
  const before = plan.columns;
  const moved = (position: number): number => columns.indexOf(before[position]!);
  const { spatial } = plan;
  plan.primaryKey = plan.primaryKey && plan.primaryKey.map(moved);
  plan.uniques = plan.uniques.map((positions) => positions.map(moved));
  plan.indexes = plan.indexes.map((index) => ({ ...index, columns: index.columns.map(moved) }));
  if (spatial?.kind === 'position') {
    const space = spatial.space === null ? null : moved(spatial.space);
    plan.spatial = { ...spatial, x: moved(spatial.x), y: moved(spatial.y), space };
  }
  plan.columns = columns;
}

function isUsed(plan: TablePlan, position: number): boolean {
  const { spatial } = plan;
  const isKey =
    plan.primaryKey?.includes(position) === true || plan.uniques.some((columns) => columns.includes(position));
  const isIndexed = plan.indexes.some(({ columns }) => columns.includes(position));
  const isPlace = spatial?.kind === 'position' && [spatial.x, spatial.y, spatial.space].includes(position);
  return isKey || isIndexed || isPlace;
}

function isPlaced(plan: TablePlan, column: ColumnPlan): boolean {
  return plan.spatial?.kind === 'position' && plan.spatial.space === plan.columns.indexOf(column);
}

/** A type that holds all that this one holds, at some place within it; null: there is none. */
function widened(prng: Prng, type: TypePlan): TypePlan | null {
  switch (type.kind) {
    case 'u8':
    case 'u16':
      return { kind: prng.pick(['u32', 'u64', 'i32', 'i128'] as const) };
    case 'u32':
      return { kind: prng.pick(['u64', 'i64', 'u256'] as const) };
    case 'i8':
    case 'i16':
    case 'i32':
      return { kind: prng.pick(['i64', 'i256'] as const) };
    case 'u64':
      return { kind: prng.pick(['u128', 'i128'] as const) };
    case 'f32':
      return { kind: 'f64' };
    case 'option':
    case 'array': {
      const of = widened(prng, type.of);
      return of && { ...type, of };
    }
    case 'object': {
      const fields = type.fields.map((field) => ({ ...field, type: widened(prng, field.type) ?? field.type }));
      return { ...type, fields: prng.int(0, 1) === 0 ? fields : fields.toReversed() };
    }
    default:
      return null;
  }
}

/** Rows that would share a key, or a unique value, as far as texts tell. */
export function hasTwins({ tables }: Edited): boolean {
  return tables.some(({ plan, rows }) => {
    const all = [...plan.columns.keys()];
    const unique = plan.indexes.filter(({ isUnique }) => isUnique).map(({ columns }) => columns);
    const sets = [plan.primaryKey ?? all, ...plan.uniques, ...unique];
    return sets.some((columns) => rows.hasTwins(columns.map((column) => plan.columns[column]!.name)));
  });
}

/** The plan that an edited module has before ids are given. */
export function planOfEdited(edited: Edited, before: Plan): Plan {
  return { ...before, tables: edited.tables.map(({ plan }) => plan), removed: edited.removed };
}
