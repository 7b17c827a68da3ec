import type { Plan } from '../plan/plan.ts';
import { isComparable, isJoinable } from './comparison.ts';
import { didYouMean } from './did-you-mean.ts';
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
 *   query       SELECT (* | table.*) FROM table [WITHIN metres] [join] [WHERE any] [;]
 *   join        [INNER] JOIN table [WITHIN metres] ON table.column = table.column
 *   any         all (OR all)*
 *   all         one (AND one)*
 *   one         NOT one | (any) | TRUE | FALSE | column op literal | literal op column | column (of type bool)
 *   column      [table.]name, in snake case, "quoted" where it is a keyword
 *   op          = <> != < <= > >=
 *   literal     12, -3.5, 1e3, 'it''s', TRUE, 0xff (identity, connection id, bytes), :sender (identity);
 *               timestamps as '2031-05-06T07:08:09Z' or microseconds, durations in microseconds, enums as 'Variant'
 * Keywords in any case; names as they are. WITHIN wants a spatial table, and the one whose rows are asked for. With a join a query gives the
 * rows of one of the two tables, once each, and each condition that AND joins to the others is on one of them; a name that both tables have
 * is written table.name. Whether the sender may see the tables is not checked here.
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
  #joined: QueryTable | null = null;
  /** Of each comparison. */
  readonly #tableOf = new Map<Predicate, QueryTable>();

  constructor(text: string, tables: readonly QueryTable[]) {
    this.#text = text;
    this.#tables = tables;
    this.#tokens = tokenizeSql(text);
  }

  query(): Query {
    this.#expectKeyword('SELECT');
    const selected = this.#selection();
    this.#expectKeyword('FROM');
    this.#table = this.#expectTable();
    let withinM = this.#takeKeyword('WITHIN') ? this.#distance(this.#table) : null;
    const isJoin = this.#takeWord('INNER') || this.#isWord('JOIN');
    if (isJoin) {
      if (!this.#takeWord('JOIN')) throw this.#error('SQL_SYNTAX', this.#peek(), 'JOIN was expected');
      const at = this.#peek();
      this.#joined = this.#expectTable();
      if (this.#joined === this.#table) throw this.#error('SQL_JOIN', at, 'a table cannot be joined with itself');
    }
    if (selected !== null && selected.text !== this.#table.name && selected.text !== this.#joined?.name) {
      throw this.#error('SQL_SYNTAX', selected, `${selected.text} is not the table that is selected from`);
    }
    if (!isJoin) return this.#end({ table: this.#table.name, where: this.#where(), withinM });

    if (selected === null) {
      throw this.#error('SQL_JOIN', this.#tokens[1]!, `say whose rows: SELECT ${this.#table.name}.* FROM …`);
    }
    const own = selected.text === this.#table.name ? this.#table : this.#joined!;
    if (withinM !== null && own !== this.#table) throw this.#foreignDistance(own);
    if (this.#isKeyword('WITHIN')) {
      if (own === this.#table) throw this.#foreignDistance(own);
      this.#takeKeyword('WITHIN');
      withinM = this.#distance(own);
    }
    return this.#end(this.#joinOf(own, own === this.#table ? this.#joined! : this.#table, withinM));
  }

  #joinOf(own: QueryTable, other: QueryTable, withinM: number | null): Query {
    if (!this.#takeWord('ON')) throw this.#error('SQL_SYNTAX', this.#peek(), 'ON was expected');
    const at = this.#peek();
    const left = this.#column(this.#expect('name', 'a column'));
    this.#expectSymbol('=');
    const right = this.#column(this.#expect('name', 'a column'));
    if (left.table === right.table) throw this.#error('SQL_JOIN', at, 'a join compares a column of each of its tables');
    const [column, joined] = left.table === own ? [left.column, right.column] : [right.column, left.column];
    if (!isJoinable(column.type, joined.type)) {
      const types = `${column.name} of type ${column.type.kind} with ${joined.name} of type ${joined.type.kind}`;
      throw this.#error('SQL_JOIN', at, `a join cannot compare ${types}`);
    }
    const start = this.#peek();
    const conjuncts = conjunctsOf(this.#where());
    const ownOnes = conjuncts.filter((item) => this.#isOn(item, own));
    const others = conjuncts.filter((item) => !this.#isOn(item, own));
    if (others.some((item) => !this.#isOn(item, other))) {
      throw this.#error(
        'SQL_JOIN',
        start,
        'a condition is on both tables: only AND may stand between conditions on them',
      );
    }
    return {
      table: own.name,
      where: all(ownOnes),
      withinM,
      join: { table: other.name, column: column.name, joined: joined.name, where: all(others) },
    };
  }

  /** True for conditions on one table alone; constants are on all. */
  #isOn(predicate: Predicate, table: QueryTable): boolean {
    if (predicate.op === 'const') return true;
    if (predicate.op === 'not') return this.#isOn(predicate.item, table);
    if (predicate.op === 'and' || predicate.op === 'or')
      return predicate.items.every((item) => this.#isOn(item, table));
    return this.#tableOf.get(predicate) === table;
  }

  #end(query: Query): Query {
    this.#takeSymbol(';');
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#error('SQL_SYNTAX', rest, 'the query should end here');
    return query;
  }

  #where(): Predicate | null {
    return this.#takeKeyword('WHERE') ? this.#any(1) : null;
  }

  #expectTable(): QueryTable {
    const from = this.#expect('name', 'the name of a table');
    const table = this.#tables.find(({ name }) => name === from.text);
    if (table !== undefined) return table;
    const what = `there is no table ${from.text}${didYouMean(from.text, this.#tables)}`;
    throw this.#error('SQL_TABLE_UNKNOWN', from, what);
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

  #distance(table: QueryTable): number {
    const token = this.#expect('number', 'a distance');
    const distance = Number(token.text);
    if ((table.spatial ?? null) === null) {
      throw this.#error('SQL_WITHIN', token, `the table ${table.name} is not spatial`);
    }
    if (!(Number.isFinite(distance) && distance > 0))
      throw this.#error('SQL_WITHIN', token, 'the distance is not above 0');
    return distance;
  }

  #foreignDistance(own: QueryTable): Error {
    return this.#error('SQL_WITHIN', this.#peek(), `WITHIN stands behind ${own.name}, whose rows are asked for`);
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
    const named = left.kind === 'name' ? this.#column(left) : null;
    const sign = this.#peek();
    const op = sign.kind === 'symbol' ? OPS[sign.text] : undefined;
    if (op === undefined) {
      if (named?.column.type.kind === 'bool') return this.#on(named, equalsTrue(named.column));
      if (named === null && left.kind === 'keyword' && (left.text === 'TRUE' || left.text === 'FALSE')) {
        return { op: 'const', value: left.text === 'TRUE' };
      }
      const culprit = named === null ? left : sign;
      throw this.#error(
        'SQL_SYNTAX',
        culprit,
        named === null ? 'a column was expected' : 'one of = <> < <= > >= was expected',
      );
    }
    this.#take();
    if (named !== null) return this.#on(named, this.#compare(named.column, left, op, this.#take()));
    const right = this.#expect('name', 'a column');
    const flipped = this.#column(right);
    return this.#on(flipped, this.#compare(flipped.column, right, FLIPPED[op], left));
  }

  #on({ table }: NamedColumn, predicate: Predicate): Predicate {
    this.#tableOf.set(predicate, table);
    return predicate;
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
  #column(first: SqlToken): NamedColumn {
    let tables = this.#joined === null ? [this.#table] : [this.#table, this.#joined];
    const names = tables.map(({ name }) => name).join(' and ');
    let name = first;
    if (this.#takeSymbol('.')) {
      tables = tables.filter((table) => table.name === first.text);
      if (tables.length === 0) throw this.#error('SQL_TABLE_UNKNOWN', first, `the query is on ${names}`);
      name = this.#expect('name', 'the name of a column');
    }
    const found = tables.flatMap((table) => {
      const column = table.columns.find((candidate) => candidate.name === name.text);
      return column === undefined ? [] : [{ table, column }];
    });
    if (found.length === 2) {
      throw this.#error(
        'SQL_JOIN',
        name,
        `${names} both have a column ${name.text}: write ${tables[0]!.name}.${name.text}`,
      );
    }
    if (found.length === 1) return found[0]!;
    const owner = tables.length === 1 ? tables[0]!.name : names;
    const columns = tables.flatMap((table) => table.columns);
    const what = `the table ${owner} has no column ${name.text}${didYouMean(name.text, columns)}`;
    throw this.#error('SQL_COLUMN_UNKNOWN', name, what);
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

  #isKeyword(keyword: string): boolean {
    const { kind, text } = this.#peek();
    return kind === 'keyword' && text === keyword;
  }

  /** A word that is a keyword in this place alone, so that tables and columns may be called so. */
  #isWord(word: string): boolean {
    const { kind, text } = this.#peek();
    return kind === 'name' && text.toUpperCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
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

interface NamedColumn {
  readonly table: QueryTable;
  readonly column: QueryColumn;
}

function conjunctsOf(where: Predicate | null): readonly Predicate[] {
  if (where === null) return [];
  return where.op === 'and' ? where.items : [where];
}

function all(items: readonly Predicate[]): Predicate | null {
  if (items.length === 0) return null;
  return items.length === 1 ? items[0]! : { op: 'and', items };
}

function equalsTrue(column: QueryColumn): Predicate {
  return { op: 'eq', column: column.name, value: { kind: 'value', value: true } };
}
