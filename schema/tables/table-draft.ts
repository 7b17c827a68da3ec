import type { Persist } from '../plan/plan.ts';
import type { ColumnDraft, IndexAlgorithm } from '../types/column-draft.ts';

/** A table as its author wrote it, before any check. */
export interface TableDraft {
  readonly options: TableOptionsDraft;
  readonly columns: readonly (readonly [accessor: string, column: ColumnDraft])[];
  /** Names that it has had. */
  readonly renamedFrom: readonly string[];
}

export interface TableOptionsDraft {
  readonly name?: string;
  readonly public?: boolean;
  readonly event?: boolean;
  readonly scheduled?: () => unknown;
  readonly spatial?: SpatialDraft;
  readonly persist?: Persist;
  readonly visibleTo?: VisibilityDraft | readonly VisibilityDraft[];
  readonly indexes?: readonly IndexDraft[];
  readonly constraints?: readonly ConstraintDraft[];
}

export type VisibilityDraft = string | ThroughDraft;

export interface ThroughDraft {
  readonly column: string;
  readonly through?: () => unknown;
  readonly sender: string;
  readonly value?: string;
}

export interface SpatialDraft {
  readonly x?: string;
  readonly y?: string;
  readonly space?: string;
  readonly cell?: number;
  readonly follows?: string;
}

export interface IndexDraft {
  readonly accessor: string;
  readonly name?: string;
  readonly algorithm: IndexAlgorithm;
  readonly columns?: readonly string[];
  readonly column?: string;
}

export interface ConstraintDraft {
  readonly constraint: 'unique' | 'primaryKey';
  readonly columns: readonly string[];
  readonly accessor?: string;
  readonly name?: string;
}
