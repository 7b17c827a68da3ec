import type { Persist, QuantizePlan } from '../plan/plan.ts';
import type { TypePlan } from '../plan/type-plan.ts';

/** A column as its author wrote it, before any check. */
export interface ColumnDraft {
  readonly type: TypePlan;
  readonly name?: string;
  readonly renamedFrom?: readonly string[];
  readonly isPrimaryKey?: boolean;
  readonly isUnique?: boolean;
  readonly isAutoInc?: boolean;
  readonly index?: IndexAlgorithm;
  readonly default?: { readonly value: unknown };
  readonly quantize?: QuantizePlan;
  readonly persist?: Persist;
  /** Gives the referenced table; asked when the plan is derived, so that tables may be declared in any order. */
  readonly references?: () => unknown;
  readonly isHidden?: boolean;
  /** Accessor of the column that says who gets this hidden one all the same; undefined: nobody. */
  readonly visibleTo?: string | undefined;
}

export type IndexAlgorithm = 'btree' | 'hash' | 'direct';
