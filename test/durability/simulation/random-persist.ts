import type { Prng } from '@tickbase/base';
import type { DerivedModule, Persist, Plan, TablePlan } from '@tickbase/schema/plan';

/** The same module, some of whose tables and columns are kept by snapshots alone, or not at all. */
export function withRandomPersist(module: DerivedModule, prng: Prng): DerivedModule {
  const plan: Plan = { ...module.plan, tables: module.plan.tables.map((table) => persisted(table, prng)) };
  return { ...module, plan };
}

function persisted(table: TablePlan, prng: Prng): TablePlan {
  if (table.isEvent) return table;
  const draw = prng.int(0, 9);
  const persist: Persist = draw <= 6 ? 'commit' : draw <= 8 ? 'snapshot' : 'never';
  if (persist === 'never') return { ...table, persist };
  const keyed = new Set([...(table.primaryKey ?? table.columns.keys()), ...table.uniques.flat()]);
  const columns = table.columns.map((column, place) => {
    const isFree = !keyed.has(place) && !column.autoInc && table.schedule?.column !== place;
    if (!isFree || prng.int(0, 3) > 0) return column;
    return { ...column, persist: prng.pick<Persist>(['commit', 'snapshot', 'never']) };
  });
  return { ...table, persist, columns };
}
