import { queryError } from '../errors/query-error.ts';
import type { TypePlan } from '../plan/type-plan.ts';
import { compareValues } from '../values/compare-values.ts';
import { equalValues } from '../values/equal-values.ts';
import type { Identity } from '../values/identity.ts';
import { isComparable } from './comparison.ts';
import type { CompareOp, Predicate } from './query.ts';
import type { QueryColumn } from './query-table.ts';

type Row = Readonly<Record<string, unknown>>;
type RowTest = (row: Row) => boolean;

/**
 * A predicate as a function of rows, keyed by accessor. Numbers compare as in JavaScript: NaN is unequal to all and neither below nor
 * above. Throws QUERY_INVALID for a predicate that is none on this table.
 */
export function compilePredicate(
  predicate: Predicate,
  table: { readonly columns: readonly QueryColumn[] },
  sender: Identity,
): RowTest {
  switch (predicate.op) {
    case 'const': {
      const { value } = predicate;
      return () => value;
    }
    case 'not': {
      const item = compilePredicate(predicate.item, table, sender);
      return (row) => !item(row);
    }
    case 'and':
    case 'or':
      return compileList(
        predicate.op,
        predicate.items.map((item) => compilePredicate(item, table, sender)),
      );
    default: {
      const column = table.columns.find(({ name }) => name === predicate.column);
      const where = `query, column ${predicate.column}`;
      if (column === undefined) throw queryError('QUERY_INVALID', where, 'the table has no such column');
      if (!isComparable(column.type, predicate.op)) {
        throw queryError('QUERY_INVALID', where, `${predicate.op} cannot compare values of type ${column.type.kind}`);
      }
      const literal = predicate.value.kind === 'sender' ? sender : predicate.value.value;
      return compileComparison(predicate.op, column, literal);
    }
  }
}

function compileList(op: 'and' | 'or', tests: readonly RowTest[]): RowTest {
  const [first, second] = tests;
  if (tests.length === 2) {
    return op === 'and' ? (row) => first!(row) && second!(row) : (row) => first!(row) || second!(row);
  }
  return op === 'and' ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row));
}

function compileComparison(op: CompareOp, column: QueryColumn, literal: unknown): RowTest {
  const key = column.accessor ?? column.name;
  const { type } = column;
  if (isNumeric(type)) return compileNumeric(op, key, literal as number);
  if (type.kind === 'bool' || (type.kind === 'string' && (op === 'eq' || op === 'ne'))) {
    return op === 'eq' ? (row) => row[key] === literal : (row) => row[key] !== literal;
  }
  switch (op) {
    case 'eq':
      return (row) => equalValues(type, row[key], literal);
    case 'ne':
      return (row) => !equalValues(type, row[key], literal);
    case 'lt':
      return (row) => compareValues(type, row[key], literal) < 0;
    case 'lte':
      return (row) => compareValues(type, row[key], literal) <= 0;
    case 'gt':
      return (row) => compareValues(type, row[key], literal) > 0;
    default:
      return (row) => compareValues(type, row[key], literal) >= 0;
  }
}

/** Numbers and bigints: the casts tell the compiler of one of them, the operators are the same. */
function compileNumeric(op: CompareOp, key: string, literal: number): RowTest {
  switch (op) {
    case 'eq':
      return (row) => row[key] === literal;
    case 'ne':
      return (row) => row[key] !== literal;
    case 'lt':
      return (row) => (row[key] as number) < literal;
    case 'lte':
      return (row) => (row[key] as number) <= literal;
    case 'gt':
      return (row) => (row[key] as number) > literal;
    default:
      return (row) => (row[key] as number) >= literal;
  }
}

function isNumeric(type: TypePlan): boolean {
  return /^[uif]\d+$/.test(type.kind);
}
