import { type InterestPlan, shownTable } from '@tickbase/schema/plan';
import { isJoinable, type Predicate, type QueryJoin } from '@tickbase/schema/query';
import type { Identity } from '@tickbase/schema/values';
import type { TableView } from '../store/index.ts';
import { type SetAddress, textOfKey } from './held-keys.ts';
import { JoinTest } from './join-test.ts';
import { keySource } from './key-book.ts';
import { isKeyColumn, keyOfValues } from './partition-key.ts';
import { findIndex } from './partition-rule.ts';
import { combine, findProblem, resolve, TRUE } from './resolve-predicate.ts';
import { compileSlotPredicate } from './slot-predicate.ts';
import { splitConjuncts } from './split-conjuncts.ts';
import type { SubscribeRefusal } from './viewers-port.ts';
import { visibilityOf } from './visibility-of.ts';

/**
 * How a join is kept up. `sets`: each viewer watches the keys that rows of its own give (members of its guild); any of the sets will do, and
 * whoever asks for the same key shares its partition. `test`: one condition for all viewers, which changed rows of either table are asked.
 * Null: no row of the other table can meet the conditions.
 */
export type CompiledJoin =
  | { readonly column: number; readonly sets: readonly SetAddress[]; readonly test: null }
  | { readonly column: number; readonly sets: null; readonly test: JoinTest };

/**
 * Makes sure that a viewer may join these tables, and decides how. Joins whose conditions on the other table name the viewer, or whose
 * rows there are visible to their owners alone, go by the viewer's own rows.
 */
export function compileJoin(
  join: QueryJoin,
  view: TableView,
  tables: readonly TableView[],
  sender: Identity,
  interest: InterestPlan | null,
): CompiledJoin | SubscribeRefusal | null {
  const other = tables.find(({ plan }) => plan.name === join.table);
  if (other === undefined) return { code: 'UNKNOWN_TABLE', message: `there is no table ${join.table}` };
  const { plan } = other;
  if (!plan.isPublic) return { code: 'TABLE_NOT_PUBLIC', message: `the table ${plan.name} is not public` };
  const sight = visibilityOf(plan, sender, tables);
  const reason = reasonAgainst(other, view, sight !== null && (sight.length > 1 || 'set' in sight[0]!), interest);
  if (reason !== null) return { code: 'JOIN_REFUSED', message: `the table ${plan.name} cannot be joined: ${reason}` };
  const column = shownTable(view.plan).columns.findIndex(({ name }) => name === join.column);
  const joined = shownTable(plan).columns.findIndex(({ name }) => name === join.joined);
  if (column < 0 || joined < 0) {
    const [table, name] = column < 0 ? [view.plan.name, join.column] : [plan.name, join.joined];
    return { code: 'UNKNOWN_COLUMN', message: `the table ${table} has no column ${name}` };
  }
  const [own, foreign] = [view.plan.columns[column]!, plan.columns[joined]!];
  if (!isJoinable(own.type, foreign.type) || !isKeyColumn(own) || !isKeyColumn(foreign)) {
    const message = `a join cannot compare ${view.plan.name}.${own.name} with ${plan.name}.${foreign.name}`;
    return { code: 'JOIN_REFUSED', message };
  }
  if (!view.plan.isEvent && lookupIndexOf(view, column) < 0) return noIndex(view.plan.name, own.name);
  const problem = join.where === null ? null : findProblem(join.where, plan);
  if (problem !== null) return problem;

  const where = join.where === null ? TRUE : resolve(join.where, sender);
  if (where.op === 'const' && !where.value) return null;
  const conjuncts = where.op === 'and' ? where.items : [where];
  const isOwn = sight !== null || asksSender(join.where);
  const given = (sight ?? []).flatMap((way) => ('values' in way ? [way] : []));
  const split = splitConjuncts(conjuncts, other, given, false);
  if (split === null) return null;
  if (!isOwn && split.keys.length > 1) {
    const residual = compileSlotPredicate(where, other);
    return { column, sets: null, test: new JoinTest(view, column, keySource(other, joined, [], residual), null, '') };
  }
  if (isOwn && findIndex(plan.indexes, split.columns) < 0) {
    return noIndex(plan.name, plan.columns[split.columns[0]!]!.name);
  }
  const residual = split.residual.length === 0 ? null : compileSlotPredicate(combine('and', split.residual), other);
  const source = keySource(other, joined, split.columns, residual);
  const types = split.columns.map((c) => plan.columns[c]!.type);
  const sets = split.keys.flatMap((values): SetAddress[] => {
    const key = values.length === 0 ? null : keyOfValues(types, values);
    if (key === null && values.length > 0) return [];
    const keyText = key === null ? '' : textOfKey(key);
    return [{ source, key, text: `${source.text} | ${keyText}` }];
  });
  if (sets.length === 0) return null;
  if (isOwn) return { column, sets, test: null };
  const [only] = sets;
  return { column, sets: null, test: new JoinTest(view, column, source, only!.key, only!.text) };
}

/** An index by which the rows are found that have a value in this column; -1: there is none. */
export function lookupIndexOf({ plan }: TableView, column: number): number {
  return plan.indexes.findIndex(
    ({ columns, algorithm }) => columns[0] === column && (columns.length === 1 || algorithm === 'btree'),
  );
}

/** Why no viewer may join with a table; null: it may. */
function reasonAgainst(
  { plan }: TableView,
  view: TableView,
  isByMore: boolean,
  interest: InterestPlan | null,
): string | null {
  if (plan.name === view.plan.name) return 'it is the table itself';
  if (plan.isEvent) return 'its rows are events, which do not last';
  if (plan.spatial !== null && interest !== null) return 'a client sees of it only what is near';
  return isByMore ? 'which of its rows a client sees depends on more than one column of them' : null;
}

function noIndex(table: string, column: string): SubscribeRefusal {
  return { code: 'NO_INDEX_FOR_JOIN', message: `a join looks up rows of ${table} by ${column}, which has no index` };
}

/** A condition that every row must meet says that a column is the identity of whoever asks. */
function asksSender(where: Predicate | null): boolean {
  if (where === null) return false;
  if (where.op === 'and') return where.items.some(asksSender);
  return where.op === 'eq' && where.value.kind === 'sender';
}
