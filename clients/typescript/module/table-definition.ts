import type { SpatialPlan, TypePlan } from '@tickbase/schema/plan';

/** What generated code says about a table. Plain data; names are canonical (snake case), accessors the module's spelling. */
export interface TableDefinition {
  readonly name: string;
  readonly accessor: string;
  readonly isEvent: boolean;
  /** True: a server that does not show it is no mismatch; its rows then never come. */
  readonly isPrivate?: boolean;
  readonly columns: readonly ColumnDefinition[];
  /** Column accessors; null: the table is a set of rows. */
  readonly primaryKey: readonly string[] | null;
  readonly indexes: readonly IndexDefinition[];
  /** Left out: its rows have no place. */
  readonly spatial?: SpatialPlan;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly accessor: string;
  readonly type: TypePlan;
}

export interface IndexDefinition {
  readonly accessor: string;
  readonly algorithm: 'btree' | 'hash' | 'direct';
  /** Column accessors, in key order. */
  readonly columns: readonly string[];
  readonly isUnique: boolean;
}
