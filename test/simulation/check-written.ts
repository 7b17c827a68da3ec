import { assert } from '@tickbase/base';
import { shownTable, type TablePlan } from '@tickbase/schema/plan';
import { equalValues } from '@tickbase/schema/values';
import type { LagRules } from './lag-rules.ts';
import type { SeenRow } from './plain-row.ts';
import type { TableMirror } from './table-mirror.ts';
import type { Truth } from './truth.ts';
import type { WalkCall } from './walk-calls.ts';
import type { WalkCoverage } from './walk-coverage.ts';

/**
 * When the promise of a call settles as committed, its caller may rely on the cache: what the call wrote and the caller sees is there as the call
 * left it, or newer. Throws unless it is. `appliedTick`: of the caller's last section.
 */
export function checkWritten(
  { number, tick, written }: WalkCall,
  caller: {
    readonly truth: Truth;
    readonly coverage: WalkCoverage;
    readonly connectionId: bigint;
    readonly appliedTick: number;
    readonly mirrors: readonly TableMirror[];
    readonly lagRules: LagRules | null;
  },
): void {
  const { truth, coverage, connectionId, appliedTick, mirrors, lagRules } = caller;
  const thenView = truth.at(tick).sessions.get(connectionId);
  const nowView = truth.at(appliedTick).sessions.get(connectionId);
  if (thenView === undefined || nowView === undefined || lagRules?.isCut === true) return;
  // A set that was asked for in the same tick is told of when it is there.
  const asked = { ...thenView, sets: thenView.sets.filter(({ sinceTick }) => sinceTick < tick) };
  for (const { table, key } of written) {
    const { plan, position } = table;
    if (plan.isEvent || !plan.isPublic || plan.primaryKey === null) continue;
    const then = truth.seenAt(tick, asked, position, key);
    const now = truth.seenAt(appliedTick, nowView, position, key);
    const what = `call ${number} of tick ${tick} settles`;
    if (appliedTick < tick) {
      assert(
        then === null || looksLike(plan, then[0].seen, now?.[0].seen),
        `${what} before what it did to ${plan.name} ${key}`,
      );
    } else if (then !== null && now !== null) {
      const isThere = mirrors.find((mirror) => mirror.table === table)!.holds(now[0], tick);
      if (isThere) coverage.writtenRowsThere++;
      // It may have gone on since, to a page that is to come, or out of view and back. And cells of exact tables that have come into view wait for
      // their bytes.
      const mayComeLater =
        lagRules !== null &&
        (then[1] !== now[1] || plan.columns.every(({ quantize }) => !quantize) || wasAway(caller, tick, position, key));
      assert(isThere || mayComeLater, `${what} and ${plan.name} ${key} is not as it left it`);
    }
  }
}

/** Versions of a row that differ in what is hidden alone look alike. */
function looksLike(plan: TablePlan, a: SeenRow, b: SeenRow | undefined): boolean {
  if (a === b || b === undefined) return a === b;
  return shownTable(plan).columns.every(({ type }, c) => equalValues(type, a.values[c], b.values[c]));
}

/** True when the caller did not see the row at some time after `from`: several sections may be applied before a promise's caller goes on. */
function wasAway(
  {
    truth,
    connectionId,
    appliedTick,
  }: { readonly truth: Truth; readonly connectionId: bigint; readonly appliedTick: number },
  from: number,
  position: number,
  key: string,
): boolean {
  for (const { tick, sessions } of truth.between(from, appliedTick)) {
    const view = sessions.get(connectionId);
    if (view === undefined || truth.seenAt(tick, view, position, key) === null) return true;
  }
  return false;
}
