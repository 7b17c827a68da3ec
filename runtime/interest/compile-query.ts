import type { InterestPlan } from '@tickbase/schema/plan';
import type { Query } from '@tickbase/schema/query';
import type { Identity } from '@tickbase/schema/values';
import type { TableView } from '../store/index.ts';
import { compileJoin, type CompiledJoin } from './compile-join.ts';
import { type SetAddress, textOfKey, type WantedKeys, type WantedPart } from './held-keys.ts';
import { joinedPredicate } from './join-test.ts';
import { keyOfValues, type PartitionKey } from './partition-key.ts';
import { PartitionRule } from './partition-rule.ts';
import { combine, findProblem, resolve, TRUE } from './resolve-predicate.ts';
import { compileSlotPredicate } from './slot-predicate.ts';
import { splitConjuncts, type Split } from './split-conjuncts.ts';
import type { TableTracker } from './table-tracker.ts';
import type { SubscribeRefusal } from './viewers-port.ts';
import { type Sight, visibilityOf } from './visibility-of.ts';

/** One or, with cells or keys that follow other rows, many partitions of one partitioning that a query needs. */
export interface Source {
  readonly tracker: TableTracker;
  readonly rule: PartitionRule;
  readonly key: PartitionKey | null;
  /** The keys that rows of other tables give, in place of `key`; null: none do. */
  readonly keys: WantedKeys | null;
  /** Metres round the viewer's centres within which cells are watched; null: no cells. */
  readonly radiusM: number | null;
  /** Equal for sources that need the same partitions. */
  readonly text: string;
}

/**
 * Finds the partitions whose union is the query's answer for a viewer. Equalities that every row must meet become the
 * key, so that all who ask for other values of the same columns share a partitioning; bounds of one column become an interval; the rest
 * becomes a residual predicate. The viewer's identity, or keys that it has through other tables, are always part of the key where
 * visibleTo says so. `tables`: by position, for joins and for what visibleTo looks up.
 */
export function compileQuery(
  query: Query,
  tracker: TableTracker,
  sender: Identity,
  interest: InterestPlan | null,
  tables: readonly TableView[],
): readonly Source[] | SubscribeRefusal {
  const { plan, view } = tracker;
  const isCells = interest !== null && tracker.places !== null;
  if (query.withinM !== null && !isCells) {
    return { code: 'NOT_SPATIAL', message: `the table ${plan.name} has no area of interest to stay within` };
  }
  if (query.withinM !== null && !(query.withinM > 0)) {
    return { code: 'BAD_RADIUS', message: `a query stays within a number of metres above 0, not ${query.withinM}` };
  }
  const radiusM = isCells ? Math.min(query.withinM ?? interest.radiusMax, interest.radiusMax) : null;

  const refusal = query.where === null ? null : findProblem(query.where, plan);
  if (refusal !== null) return refusal;
  const join = query.join === undefined ? undefined : compileJoin(query.join, view, tables, sender, interest);
  if (join === null) return [];
  if (join !== undefined && 'code' in join) return join;
  const where = query.where === null ? TRUE : resolve(query.where, sender);
  if (where.op === 'const' && !where.value) return [];

  const conjuncts = where.op === 'and' ? where.items : [where];
  const sources = new Map<string, Source>();
  for (const sight of visibilityOf(plan, sender, tables) ?? [null]) {
    const split = splitConjuncts(conjuncts, view, sight !== null && 'values' in sight ? [sight] : []);
    if (split === null) continue;
    for (const parts of followedColumns(sight, join)) {
      for (const source of sourcesOf(tracker, split, parts, join ?? null, isCells, radiusM)) {
        sources.set(source.text, source);
      }
    }
  }
  return [...sources.values()];
}

/** A key column that follows the rows of other tables. */
interface FollowedColumn {
  readonly column: number;
  readonly set: SetAddress;
}

/** Which columns follow other rows: any of these lists says which rows are wanted. */
function followedColumns(sight: Sight | null, join: CompiledJoin | undefined): readonly (readonly FollowedColumn[])[] {
  const seen = sight !== null && 'set' in sight ? [{ column: sight.column, set: sight.set }] : [];
  if (join === undefined || join.sets === null) return [seen];
  return join.sets.map((set) => [...seen, { column: join.column, set }]);
}

function sourcesOf(
  tracker: TableTracker,
  split: Split,
  followed: readonly FollowedColumn[],
  join: CompiledJoin | null,
  isCells: boolean,
  radiusM: number | null,
): Source[] {
  const { plan, view } = tracker;
  const columns = [...new Set([...split.columns, ...followed.map(({ column }) => column)])].sort((a, b) => a - b);
  const residual = split.residual.length === 0 ? null : compileSlotPredicate(combine('and', split.residual), view);
  const predicate = join?.test ? joinedPredicate(residual, join.test) : residual;
  const rule = new PartitionRule(isCells, columns, predicate, split.range);
  const types = columns.map((c) => plan.columns[c]!.type);
  const sources: Source[] = [];
  for (const values of split.keys) {
    const valueOf = (c: number): unknown => values[split.columns.indexOf(c)];
    let key: PartitionKey | null = null;
    let keys: WantedKeys | null = null;
    if (followed.length > 0) keys = { values: columns.map(valueOf), parts: partsOf(columns, followed, split, valueOf) };
    else if (columns.length > 0) {
      key = keyOfValues(types, values);
      if (key === null) continue;
    }
    const keyText = keys === null ? (key === null ? '' : textOfKey(key)) : textOfWanted(keys);
    const text = `${view.position} ${rule.text} | ${keyText} | ${radiusM}`;
    sources.push({ tracker, rule, key, keys, radiusM, text });
  }
  return sources;
}

function partsOf(
  columns: readonly number[],
  followed: readonly FollowedColumn[],
  split: Split,
  valueOf: (column: number) => unknown,
): WantedPart[] {
  return [...new Set(followed.map(({ column }) => column))].map((column) => ({
    at: columns.indexOf(column),
    sets: followed.filter((one) => one.column === column).map(({ set }) => set),
    allowed: split.columns.includes(column) ? [valueOf(column)] : null,
  }));
}

function textOfWanted({ values, parts }: WantedKeys): string {
  const fixed = values.map((value, at) => {
    const part = parts.find((one) => one.at === at);
    if (part === undefined) return plainText(value);
    const allowed = part.allowed === null ? '' : ` only ${part.allowed.map(plainText).join(' ')}`;
    return `${part.sets.map(({ text }) => `{${text}}`).join(' ')}${allowed}`;
  });
  return fixed.join(', ');
}

function plainText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? 'undefined';
}
