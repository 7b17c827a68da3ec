import { schemaError } from '../errors/schema-error.ts';
import type { ReducerDraft } from '../module/function-draft.ts';
import type { ModuleFunction } from '../module/reducer.ts';
import type { TableLike } from '../tables/table.ts';
import type { ReducerPlan } from './plan.ts';

export interface DerivedSchedule {
  /** The reducers, those that a timer calls with the role 'scheduled'. */
  readonly reducers: readonly ReducerPlan[];
  /** The name of the reducer that a table's rows call. */
  readonly tables: ReadonlyMap<TableLike, string>;
}

/** Joins schedule tables and their reducers, named by the reducer's `onSchedule` or by the table's `scheduled`. */
export function deriveSchedule(
  drafts: readonly ReducerDraft[],
  reducers: readonly ReducerPlan[],
  entries: readonly (readonly [string, TableLike])[],
): DerivedSchedule {
  const tables = new Map<TableLike, string>();
  const scheduled = new Set<string>();
  const join = (table: TableLike, place: number, where: string): void => {
    const { name, role } = reducers[place]!;
    const other = tables.get(table);
    if (other !== undefined && other !== name) {
      throw schemaError('SCHEDULE_REDUCER', where, `its rows would call two reducers, ${other} and ${name}`);
    }
    if (role !== 'call') throw schemaError('SCHEDULE_REDUCER', where, `${name} is no reducer but a hook`);
    tables.set(table, name);
    scheduled.add(name);
  };
  drafts.forEach(({ onSchedule }, place) => {
    if (onSchedule === undefined) return;
    const where = `reducer ${reducers[place]!.accessor}, onSchedule`;
    const entry = entries.find(([, table]) => table === onSchedule);
    if (entry === undefined)
      throw schemaError('SCHEDULE_REDUCER', where, 'it names something that is no table of this schema');
    join(entry[1], place, where);
  });
  for (const [accessor, table] of entries) {
    const { scheduled: thunk } = table.draft.options;
    if (thunk === undefined) continue;
    const where = `table ${accessor}, scheduled`;
    const target = thunk() as Partial<ModuleFunction> | undefined;
    const place = drafts.findIndex((draft) => draft === target?.draft);
    if (place === -1) throw schemaError('SCHEDULE_REDUCER', where);
    join(table, place, where);
  }
  return {
    reducers: reducers.map((reducer) => (scheduled.has(reducer.name) ? { ...reducer, role: 'scheduled' } : reducer)),
    tables,
  };
}
