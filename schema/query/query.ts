/**
 * A subscription's or one-off query's meaning: rows of one table for which `where` holds. Names are canonical
 * (snake case). Values are JavaScript values of the column's type (see TypePlan).
 * SQL text and typed queries both become this.
 */
export interface Query {
  readonly table: string;
  readonly where: Predicate | null;
  /** Spatial tables: only within this many metres of the sender's area of interest; null: the module's radiusMax. */
  readonly withinM: number | null;
}

export type Predicate =
  | { readonly op: CompareOp; readonly column: string; readonly value: Literal }
  | { readonly op: 'and' | 'or'; readonly items: readonly Predicate[] }
  | { readonly op: 'not'; readonly item: Predicate }
  | { readonly op: 'const'; readonly value: boolean };

export type CompareOp = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

export type Literal = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'sender' };
