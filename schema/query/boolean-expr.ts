import type { Predicate } from './query.ts';

/** A condition on rows of type Row, built from columns. Immutable. */
export class BooleanExpr<Row> {
  readonly predicate: Predicate;
  /** For the compiler alone: conditions on different tables do not mix. */
  declare readonly row: (row: Row) => void;

  constructor(predicate: Predicate) {
    this.predicate = predicate;
    Object.freeze(this);
  }

  and(other: BooleanExpr<Row>): BooleanExpr<Row> {
    return joinExprs('and', [this, other]);
  }

  or(other: BooleanExpr<Row>): BooleanExpr<Row> {
    return joinExprs('or', [this, other]);
  }

  not(): BooleanExpr<Row> {
    return new BooleanExpr({ op: 'not', item: this.predicate });
  }
}

/** Lists of the same kind are merged, so that long chains do not nest deep. */
export function joinExprs<Row>(op: 'and' | 'or', exprs: readonly BooleanExpr<Row>[]): BooleanExpr<Row> {
  const items = exprs.flatMap(({ predicate }) => (predicate.op === op ? predicate.items : [predicate]));
  return new BooleanExpr({ op, items });
}
