import type { Plan } from '../plan/plan.ts';
import { isComparable } from './comparison.ts';
import { literalFromToken } from './literal-from-token.ts';
import type { CompareOp, Predicate, Query } from './query.ts';
import type { QueryColumn, QueryTable } from './query-table.ts';
import { sqlError } from './sql-error.ts';
import type { SqlToken } from './sql-token.ts';
import { tokenizeSql } from './tokenize-sql.ts';

export const LENGTH_MAX = 50_000;
export const DEPTH_MAX = 16;

const OPS: Readonly<Record<string, CompareOp>> = {
  '=': 'eq',
  '<>': 'ne',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};
/** The same comparison with its sides exchanged. */
const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'gt',
  lte: 'gte',
  gt: 'lt',
  gte: 'lte',
};

/**
 * Reads a query's text and types it against the plan. The grammar:
 *   query       SELECT (* | table.*) FROM table [WITHIN metres] [WHERE any] [;]
 *   any         all (OR all)*
 *   all         one (AND one)*
 *   one         NOT one | (any) | TRUE | FALSE | column op literal | literal op column | column (of type bool)
 *   column      [table.]name, in snake case, "quoted" where it is a keyword
 *   op          = <> != < <= > >=
 *   literal     12, -3.5, 1e3, 'it''s', TRUE, 0xff (identity, connection id, bytes), :sender (identity);
 *               timestamps as '2031-05-06T07:08:09Z' or microseconds, durations in microseconds, enums as 'Variant'
 * Keywords in any case; names as they are. WITHIN wants a spatial table. Whether the sender may see the table is not checked here.
 * Throws a TickbaseError with a code SQL_….
 */
export function parseSql(text: string, plan: Pick<Plan, 'tables'>): Query {
  if (text.length > LENGTH_MAX) {
    throw sqlError('SQL_TOO_LONG', text, 0, `the query has ${text.length} characters, more than ${LENGTH_MAX}`);
  }
  return new SqlParser(text, plan.tables).query();
}

class SqlParser {
  readonly #text: string;
  readonly #tables: readonly QueryTable[];
  readonly #tokens: readonly SqlToken[];
  #next = 0;
  #table!: QueryTable;

  constructor(text: string, tables: readonly QueryTable[]) {
    this.#text = text;
    this.#tables = tables;
    this.#tokens = tokenizeSql(text);
  }

  query(): Query {
    this.#expectKeyword('SELECT');
    const selected = this.#selection();
    this.#expectKeyword('FROM');
    const from = this.#expect('name', 'the name of a table');
    const table = this.#tables.find(({ name }) => name === from.text);
    if (table === undefined) throw this.#error('SQL_TABLE_UNKNOWN', from, `there is no table ${from.text}`);
    if (selected !== null && selected.text !== table.name) {
      throw this.#error('SQL_SYNTAX', selected, `${selected.text} is not the table that is selected from`);
    }
    this.#table = table;
    const withinM = this.#takeKeyword('WITHIN') ? this.#distance() : null;
    const where = this.#takeKeyword('WHERE') ? this.#any(1) : null;
    this.#takeSymbol(';');
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#error('SQL_SYNTAX', rest, 'the query should end here');
    return { table: table.name, where, withinM };
  }

  /** The table's name in `table.*`, or null for `*`. */
  #selection(): SqlToken | null {
    const name = this.#peek().kind === 'name' ? this.#take() : null;
    if (name !== null && !this.#takeSymbol('.')) {
      throw this.#error('SQL_SYNTAX', name, `a query gives whole rows, not the column ${name.text} alone`);
    }
    this.#expectSymbol('*');
    return name;
  }

  #distance(): number {
    const token = this.#expect('number', 'a distance');
    const distance = Number(token.text);
    if ((this.#table.spatial ?? null) === null) {
      throw this.#error('SQL_WITHIN', token, `the table ${this.#table.name} is not spatial`);
    }
    if (!(Number.isFinite(distance) && distance > 0))
      throw this.#error('SQL_WITHIN', token, 'the distance is not above 0');
    return distance;
  }

  #any(depth: number): Predicate {
    const items = [this.#all(depth)];
    while (this.#takeKeyword('OR')) items.push(this.#all(depth));
    return items.length === 1 ? items[0]! : { op: 'or', items };
  }

  #all(depth: number): Predicate {
    const items = [this.#one(depth)];
    while (this.#takeKeyword('AND')) items.push(this.#one(depth));
    return items.length === 1 ? items[0]! : { op: 'and', items };
  }

  #one(depth: number): Predicate {
    const token = this.#peek();
    if (depth > DEPTH_MAX) throw this.#error('SQL_TOO_DEEP', token, `the query is nested more than ${DEPTH_MAX} deep`);
    if (this.#takeKeyword('NOT')) return { op: 'not', item: this.#one(depth + 1) };
    if (this.#takeSymbol('(')) {
      const inner = this.#any(depth + 1);
      this.#expectSymbol(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Predicate {
    const left = this.#take();
    const column = left.kind === 'name' ? this.#column(left) : null;
    const sign = this.#peek();
    const op = sign.kind === 'symbol' ? OPS[sign.text] : undefined;
    if (op === undefined) {
      if (column?.type.kind === 'bool') return equalsTrue(column);
      if (column === null && left.kind === 'keyword' && (left.text === 'TRUE' || left.text === 'FALSE')) {
        return { op: 'const', value: left.text === 'TRUE' };
      }
      const culprit = column === null ? left : sign;
      throw this.#error(
        'SQL_SYNTAX',
        culprit,
        column === null ? 'a column was expected' : 'one of = <> < <= > >= was expected',
      );
    }
    this.#take();
    if (column !== null) return this.#compare(column, left, op, this.#take());
    const right = this.#expect('name', 'a column');
    return this.#compare(this.#column(right), right, FLIPPED[op], left);
  }

  #compare(column: QueryColumn, at: SqlToken, op: CompareOp, literal: SqlToken): Predicate {
    const { kind } = column.type;
    if (!isComparable(column.type, op)) {
      throw this.#error('SQL_NOT_COMPARABLE', at, `${op} cannot compare the column ${column.name} of type ${kind}`);
    }
    const value = literalFromToken(literal, column.type);
    if (value === null || (value.kind === 'sender' && op !== 'eq' && op !== 'ne')) {
      throw this.#error('SQL_TYPE', literal, `the column ${column.name} of type ${kind} cannot be compared with this`);
    }
    return { op, column: column.name, value };
  }

  /** The column that a name, or `table.name` from there on, stands for. */
  #column(first: SqlToken): QueryColumn {
    let name = first;
    if (this.#takeSymbol('.')) {
      if (first.text !== this.#table.name)
        throw this.#error('SQL_TABLE_UNKNOWN', first, `the query is on ${this.#table.name}`);
      name = this.#expect('name', 'the name of a column');
    }
    const column = this.#table.columns.find((candidate) => candidate.name === name.text);
    if (column !== undefined) return column;
    throw this.#error('SQL_COLUMN_UNKNOWN', name, `the table ${this.#table.name} has no column ${name.text}`);
  }

  #peek(): SqlToken {
    return this.#tokens[this.#next]!;
  }

  /** The next token; the last one, 'end', is given again and again. */
  #take(): SqlToken {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  #takeIf(kind: SqlToken['kind'], text: string): boolean {
    const token = this.#peek();
    if (token.kind !== kind || token.text !== text) return false;
    this.#next++;
    return true;
  }

  #takeKeyword(keyword: string): boolean {
    return this.#takeIf('keyword', keyword);
  }

  #takeSymbol(symbol: string): boolean {
    return this.#takeIf('symbol', symbol);
  }

  #expect(kind: SqlToken['kind'], what: string): SqlToken {
    const token = this.#take();
    if (token.kind !== kind) throw this.#error('SQL_SYNTAX', token, `${what} was expected`);
    return token;
  }

  #expectKeyword(keyword: string): void {
    if (!this.#takeKeyword(keyword)) throw this.#error('SQL_SYNTAX', this.#peek(), `${keyword} was expected`);
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#error('SQL_SYNTAX', this.#peek(), `“${symbol}” was expected`);
  }

  #error(code: Parameters<typeof sqlError>[0], token: SqlToken, what: string): Error {
    return sqlError(code, this.#text, token.at, what);
  }
}

function equalsTrue(column: QueryColumn): Predicate {
  return { op: 'eq', column: column.name, value: { kind: 'value', value: true } };
}
