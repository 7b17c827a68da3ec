import type { Prng } from '@tickbase/base';
import type { RemoteModule } from '@tickbase/client';
import { type Plan, shownPlan } from '@tickbase/schema/plan';

/** What generated code would say of a module, its columns in another order than the server's. */
export function remoteModuleOf(plan: Plan, prng: Prng): RemoteModule {
  return {
    tables: shownPlan(plan).tables.map((table) => {
      const accessorsOf = (columns: readonly number[]): string[] => columns.map((c) => table.columns[c]!.accessor);
      const columns = table.columns.map(({ name, accessor, type }) => ({ name, accessor, type }));
      return {
        name: table.name,
        accessor: table.accessor,
        isEvent: table.isEvent,
        columns: prng.int(0, 1) === 0 ? columns : columns.toReversed(),
        primaryKey: table.primaryKey === null ? null : accessorsOf(table.primaryKey),
        indexes: table.indexes.map((index) => ({ ...index, columns: accessorsOf(index.columns) })),
      };
    }),
    reducers: plan.reducers.filter(({ role }) => role === 'call'),
  };
}
