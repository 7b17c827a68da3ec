import { type BooleanExpr, joinExprs } from './boolean-expr.ts';

/** All of them. */
export function and<Row>(
  first: BooleanExpr<Row>,
  second: BooleanExpr<Row>,
  ...rest: BooleanExpr<Row>[]
): BooleanExpr<Row> {
  return joinExprs('and', [first, second, ...rest]);
}

/** At least one of them. */
export function or<Row>(
  first: BooleanExpr<Row>,
  second: BooleanExpr<Row>,
  ...rest: BooleanExpr<Row>[]
): BooleanExpr<Row> {
  return joinExprs('or', [first, second, ...rest]);
}

export function not<Row>(expr: BooleanExpr<Row>): BooleanExpr<Row> {
  return expr.not();
}
