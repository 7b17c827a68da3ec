import { type Plan, shownPlan } from '@tickbase/schema/plan';
import type { WireSchema } from '../server/section.ts';

/** What clients may know of a plan: the shown columns of its public tables, and the reducers that they may call. */
export function wireSchemaOf(plan: Plan): WireSchema {
  return {
    tables: shownPlan(plan).tables.map((table) => ({
      id: table.id,
      name: table.name,
      isEvent: table.isEvent,
      columns: table.columns.map(({ id, name, type, quantize }) => ({ id, name, type, quantize })),
      primaryKey: table.primaryKey === null ? null : [...table.primaryKey],
      spatial: table.spatial,
    })),
    reducers: plan.reducers
      .filter((reducer) => reducer.role === 'call')
      .map(({ id, name, params }) => ({
        id,
        name,
        params: params.map((param) => ({ name: param.name, type: param.type })),
      })),
  };
}
