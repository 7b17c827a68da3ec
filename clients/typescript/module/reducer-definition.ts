import type { TypePlan } from '@tickbase/schema/plan';

/** What generated code says about a reducer. `Args` is for the compiler alone: the object that a call takes. */
export interface ReducerDefinition<Args = unknown> {
  readonly name: string;
  readonly accessor: string;
  readonly params: readonly ParamDefinition[];
  /** Never set; carries the type. */
  readonly argsType?: Args;
}

export interface ParamDefinition {
  readonly name: string;
  readonly accessor: string;
  readonly type: TypePlan;
}
