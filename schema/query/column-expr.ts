import { queryError } from '../errors/query-error.ts';
import type { Mistake } from '../types/mistake.ts';
import type { ConnectionId } from '../values/connection-id.ts';
import type { Identity } from '../values/identity.ts';
import type { TimeDuration } from '../values/time-duration.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { Uuid } from '../values/uuid.ts';
import { valueProblem } from '../values/value-problem.ts';
import { BooleanExpr } from './boolean-expr.ts';
import { isComparable } from './comparison.ts';
import type { JoinExpr } from './join-expr.ts';
import type { CompareOp, Literal } from './query.ts';
import type { QueryColumn } from './query-table.ts';
import { sender } from './sender.ts';
import type { SenderLiteral } from './sender.ts';

/** A column in a condition. Every method throws QUERY_INVALID for a value that the column's type has not. */
export class ColumnExpr<Row, Value> {
  readonly column: QueryColumn;
  /** For the compiler alone. */
  declare readonly inferred: { readonly row: Row; readonly value: Value };

  constructor(column: QueryColumn) {
    this.column = column;
    Object.freeze(this);
  }

  /** With a value: a condition. With a column of another table: what a semijoin goes by. */
  eq<const Other extends Equatable<Value> | ColumnOf<Value>>(value: Other): Equality<Row, Other>;
  eq(value: unknown): unknown {
    return value instanceof ColumnExpr ? { left: this.column, right: value.column } : this.#compare('eq', value);
  }

  ne(value: Equatable<Value>): BooleanExpr<Row> {
    return this.#compare('ne', value);
  }

  lt(value: Ordered<Value>): BooleanExpr<Row> {
    return this.#compare('lt', value);
  }

  lte(value: Ordered<Value>): BooleanExpr<Row> {
    return this.#compare('lte', value);
  }

  gt(value: Ordered<Value>): BooleanExpr<Row> {
    return this.#compare('gt', value);
  }

  gte(value: Ordered<Value>): BooleanExpr<Row> {
    return this.#compare('gte', value);
  }

  #compare(op: CompareOp, value: unknown): BooleanExpr<Row> {
    const { name, type } = this.column;
    const where = `query, column ${name}`;
    if (!isComparable(type, op)) {
      throw queryError('QUERY_INVALID', where, `${op} cannot compare values of type ${type.kind}`);
    }
    return new BooleanExpr({ op, column: name, value: literalOf(this.column, value, where) });
  }
}

/** A column of any table that holds such values. */
interface ColumnOf<Value> {
  readonly inferred: { readonly value: Value };
}

type Equality<Row, Other> = [Other] extends [never]
  ? BooleanExpr<Row>
  : [Other] extends [{ readonly inferred: { readonly row: infer OtherRow } }]
    ? JoinExpr<Row, OtherRow>
    : BooleanExpr<Row>;

/** What a column of this value can be equal to. */
export type Equatable<Value> = [Value] extends [Identity]
  ? Value | SenderLiteral
  : [Value] extends [
        boolean | number | bigint | string | Uint8Array | ConnectionId | Timestamp | TimeDuration | Uuid | PlainTag,
      ]
    ? Value
    : Mistake<'options, arrays, objects and enums with payload cannot be compared in a query'>;

/** What a column of this value can be below or above. */
export type Ordered<Value> = [Value] extends [number | bigint | string | Timestamp | TimeDuration | Uuid]
  ? Value
  : Mistake<'only numbers, texts, times and uuids have an order in a query'>;

type PlainTag = { readonly tag: string; readonly value?: never };

function literalOf({ type }: QueryColumn, value: unknown, where: string): Literal {
  if (value === sender && type.kind === 'identity') return { kind: 'sender' };
  const isFinite = typeof value !== 'number' || Number.isFinite(value);
  const problem = isFinite ? valueProblem(type, value) : `${String(value)} cannot be compared with`;
  if (problem !== null) throw queryError('QUERY_INVALID', where, `the value does not fit the column: ${problem}`);
  return { kind: 'value', value };
}
