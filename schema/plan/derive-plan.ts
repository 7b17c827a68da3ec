import { schemaError } from '../errors/schema-error.ts';
import type { FunctionDraft, InterestDraft, ReducerDraft, SystemDraft } from '../module/function-draft.ts';
import { Schema, type SchemaOptions } from '../module/schema.ts';
import type { TableLike } from '../tables/table.ts';
import { checkFunctions } from './check-functions.ts';
import { checkOptions } from './check-options.ts';
import { checkPlan } from './check-plan.ts';
import { deriveInterest } from './derive-interest.ts';
import { deriveSchedule } from './derive-schedule.ts';
import { deriveTable } from './derive-table.ts';
import { guardedBody } from './guarded-body.ts';
import type { Plan, ReducerPlan, SystemPlan } from './plan.ts';
import { toSnakeCase } from './to-snake-case.ts';

export interface DerivedModule {
  readonly plan: Plan;
  readonly functions: ModuleFunctions;
}

/** A module's code, by position in the plan. */
export interface ModuleFunctions {
  readonly reducers: readonly ((ctx: unknown, args: unknown) => unknown)[];
  readonly systems: readonly ((ctx: unknown, dt: number) => unknown)[];
  readonly interest: { readonly centre: (ctx: unknown) => unknown } | null;
}

/**
 * Makes the plan of a module from its namespace: the default export is its schema, and every function made with it has the name of
 * its export. Ids are positions until assignIds gives lasting ones.
 * Throws a TickbaseError of SCHEMA_CODES for the first mistake.
 */
export function derivePlan(moduleExports: Readonly<Record<string, unknown>>): DerivedModule {
  const schema = moduleExports['default'];
  if (!(schema instanceof Schema)) throw schemaError('MODULE_WITHOUT_SCHEMA', 'the module’s entry file');
  checkOptions(schema);
  const canonical = canonicalBy(schema.options);
  const exportNames = checkFunctions(schema, moduleExports);
  const drafts = schema.functions;
  const reducerDrafts = drafts.filter((draft): draft is ReducerDraft => draft.kind === 'reducer');
  const systemDrafts = drafts.filter((draft): draft is SystemDraft => draft.kind === 'system');
  const interestDraft = drafts.find((draft): draft is InterestDraft => draft.kind === 'interest') ?? null;
  const nameOf = (draft: FunctionDraft, given: string | null): Names => {
    const accessor = exportNames.get(draft)!;
    return { accessor, name: given ?? canonical(accessor) };
  };

  const entries: [string, TableLike][] = Object.entries(schema.tables);
  const tableNames = new Map(
    entries.map(([accessor, table]) => [table, table.draft.options.name ?? canonical(accessor)]),
  );
  const reducers = reducerDrafts.map((draft, id): ReducerPlan => ({
    id,
    ...nameOf(draft, draft.name),
    params: draft.params.map(({ accessor, name, type }) => ({ name: name ?? canonical(accessor), accessor, type })),
    role: draft.role,
  }));
  const { sessions } = schema.options;
  const schedule = deriveSchedule(reducerDrafts, reducers, entries);
  const plan: Plan = {
    planVersion: 1,
    tickRate: schema.options.tickRate ?? 0,
    tables: entries.map(([accessor, table], id) =>
      deriveTable(table.draft, id, accessor, tableNames.get(table)!, {
        canonical,
        tableNames,
        schedule: schedule.tables.get(table) ?? null,
        ownId: entries.length + id,
      }),
    ),
    reducers: schedule.reducers,
    systems: systemDrafts.map((draft): SystemPlan => ({
      ...nameOf(draft, draft.name),
      everyTicks: draft.everyTicks as number,
    })),
    interest: interestDraft && deriveInterest(interestDraft),
    ...(sessions === undefined || sessions === 'many' ? {} : { sessions }),
    ...(schema.options.removed === undefined ? {} : { removed: schema.options.removed }),
  };
  checkPlan(plan);
  return {
    plan,
    functions: {
      reducers: reducerDrafts.map((draft) => guardedBody(draft, exportNames.get(draft)!)),
      systems: systemDrafts.map((draft) => draft.body as ModuleFunctions['systems'][number]),
      interest: interestDraft && { centre: interestDraft.body as (ctx: unknown) => unknown },
    },
  };
}

interface Names {
  readonly name: string;
  readonly accessor: string;
}

function canonicalBy(options: SchemaOptions): (accessor: string) => string {
  return options.CASE_CONVERSION_POLICY === 'None' ? (accessor) => accessor : toSnakeCase;
}
