import type { SpatialPlan } from '../plan/plan.ts';
import type { TypePlan } from '../plan/type-plan.ts';

/** What queries need to know of a table; a TablePlan is one. */
export interface QueryTable {
  readonly name: string;
  readonly columns: readonly QueryColumn[];
  readonly spatial?: SpatialPlan | null;
}

export interface QueryColumn {
  readonly name: string;
  /** The key in row objects; left out, the name. */
  readonly accessor?: string;
  readonly type: TypePlan;
}
