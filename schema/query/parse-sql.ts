import type { Plan } from '../plan/plan.ts';
import { isComparable, isJoinable } from './comparison.ts';
import { literalFromToken } from './literal-from-token.ts';
import type { CompareOp, Predicate, Query } from './query.ts';
import type { QueryColumn, QueryTable } from './query-table.ts';
import { sqlError } from './sql-error.ts';
import { SqlReader } from './sql-reader.ts';
import type { SqlToken } from './sql-token.ts';

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
  readonly #reader: SqlReader;
  readonly #tables: readonly QueryTable[];
  #table!: QueryTable;
  #joined: QueryTable | null = null;
  /** Of each comparison. */
  readonly #tableOf = new Map<Predicate, QueryTable>();

  constructor(text: string, tables: readonly QueryTable[]) {
    this.#reader = new SqlReader(text);
    this.#tables = tables;
  }

  query(): Query {
    this.#reader.expectKeyword('SELECT');
    const selected = this.#selection();
    this.#reader.expectKeyword('FROM');
    this.#table = this.#reader.expectTable(this.#tables);
    let withinM = this.#reader.takeKeyword('WITHIN') ? this.#distance(this.#table) : null;
    const isJoin = this.#reader.takeWord('INNER') || this.#reader.isWord('JOIN');
    if (isJoin) {
      this.#reader.expectWord('JOIN');
      const at = this.#reader.peek();
      this.#joined = this.#reader.expectTable(this.#tables);
      if (this.#joined === this.#table)
        throw this.#reader.error('SQL_JOIN', at, 'a table cannot be joined with itself');
    }
    if (selected !== null && selected.text !== this.#table.name && selected.text !== this.#joined?.name) {
      throw this.#reader.error('SQL_SYNTAX', selected, `${selected.text} is not the table that is selected from`);
    }
    if (!isJoin) return this.#end({ table: this.#table.name, where: this.#where(), withinM });

    if (selected === null) {
      throw this.#reader.error(
        'SQL_JOIN',
        this.#reader.tokens[1]!,
        `say whose rows: SELECT ${this.#table.name}.* FROM …`,
      );
    }
    const own = selected.text === this.#table.name ? this.#table : this.#joined!;
    if (withinM !== null && own !== this.#table) throw this.#foreignDistance(own);
    if (this.#reader.isKeyword('WITHIN')) {
      if (own === this.#table) throw this.#foreignDistance(own);
      this.#reader.takeKeyword('WITHIN');
      withinM = this.#distance(own);
    }
    return this.#end(this.#joinOf(own, own === this.#table ? this.#joined! : this.#table, withinM));
  }

  #joinOf(own: QueryTable, other: QueryTable, withinM: number | null): Query {
    this.#reader.expectWord('ON');
    const at = this.#reader.peek();
    const left = this.#column(this.#reader.expect('name', 'a column'));
    this.#reader.expectSymbol('=');
    const right = this.#column(this.#reader.expect('name', 'a column'));
    if (left.table === right.table)
      throw this.#reader.error('SQL_JOIN', at, 'a join compares a column of each of its tables');
    const [column, joined] = left.table === own ? [left.column, right.column] : [right.column, left.column];
    if (!isJoinable(column.type, joined.type)) {
      const types = `${column.name} of type ${column.type.kind} with ${joined.name} of type ${joined.type.kind}`;
      throw this.#reader.error('SQL_JOIN', at, `a join cannot compare ${types}`);
    }
    const start = this.#reader.peek();
    const conjuncts = conjunctsOf(this.#where());
    const ownOnes = conjuncts.filter((item) => this.#isOn(item, own));
    const others = conjuncts.filter((item) => !this.#isOn(item, own));
    if (others.some((item) => !this.#isOn(item, other))) {
      throw this.#reader.error(
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
    this.#reader.expectEnd('query');
    return query;
  }

  #where(): Predicate | null {
    return this.#reader.takeKeyword('WHERE') ? this.#any(1) : null;
  }

  /** The table's name in `table.*`, or null for `*`. */
  #selection(): SqlToken | null {
    const name = this.#reader.peek().kind === 'name' ? this.#reader.take() : null;
    if (name !== null && !this.#reader.takeSymbol('.')) {
      throw this.#reader.error('SQL_SYNTAX', name, `a query gives whole rows, not the column ${name.text} alone`);
    }
    this.#reader.expectSymbol('*');
    return name;
  }

  #distance(table: QueryTable): number {
    const token = this.#reader.expect('number', 'a distance');
    const distance = Number(token.text);
    if ((table.spatial ?? null) === null) {
      throw this.#reader.error('SQL_WITHIN', token, `the table ${table.name} is not spatial`);
    }
    if (!(Number.isFinite(distance) && distance > 0))
      throw this.#reader.error('SQL_WITHIN', token, 'the distance is not above 0');
    return distance;
  }

  #foreignDistance(own: QueryTable): Error {
    return this.#reader.error(
      'SQL_WITHIN',
      this.#reader.peek(),
      `WITHIN stands behind ${own.name}, whose rows are asked for`,
    );
  }

  #any(depth: number): Predicate {
    const items = [this.#all(depth)];
    while (this.#reader.takeKeyword('OR')) items.push(this.#all(depth));
    return items.length === 1 ? items[0]! : { op: 'or', items };
  }

  #all(depth: number): Predicate {
    const items = [this.#one(depth)];
    while (this.#reader.takeKeyword('AND')) items.push(this.#one(depth));
    return items.length === 1 ? items[0]! : { op: 'and', items };
  }

  #one(depth: number): Predicate {
    const token = this.#reader.peek();
    if (depth > DEPTH_MAX)
      throw this.#reader.error('SQL_TOO_DEEP', token, `the query is nested more than ${DEPTH_MAX} deep`);
    if (this.#reader.takeKeyword('NOT')) return { op: 'not', item: this.#one(depth + 1) };
    if (this.#reader.takeSymbol('(')) {
      const inner = this.#any(depth + 1);
      this.#reader.expectSymbol(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Predicate {
    const left = this.#reader.take();
    const named = left.kind === 'name' ? this.#column(left) : null;
    const sign = this.#reader.peek();
    const op = sign.kind === 'symbol' ? OPS[sign.text] : undefined;
    if (op === undefined) {
      if (named?.column.type.kind === 'bool') return this.#on(named, equalsTrue(named.column));
      if (named === null && left.kind === 'keyword' && (left.text === 'TRUE' || left.text === 'FALSE')) {
        return { op: 'const', value: left.text === 'TRUE' };
      }
      const culprit = named === null ? left : sign;
      throw this.#reader.error(
        'SQL_SYNTAX',
        culprit,
        named === null ? 'a column was expected' : 'one of = <> < <= > >= was expected',
      );
    }
    this.#reader.take();
    if (named !== null) return this.#on(named, this.#compare(named.column, left, op, this.#reader.take()));
    const right = this.#reader.expect('name', 'a column');
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
      throw this.#reader.error(
        'SQL_NOT_COMPARABLE',
        at,
        `${op} cannot compare the column ${column.name} of type ${kind}`,
      );
    }
    const value = literalFromToken(literal, column.type);
    if (value === null || (value.kind === 'sender' && op !== 'eq' && op !== 'ne')) {
      throw this.#reader.error(
        'SQL_TYPE',
        literal,
        `the column ${column.name} of type ${kind} cannot be compared with this`,
      );
    }
    return { op, column: column.name, value };
  }

  /** The column that a name, or `table.name` from there on, stands for. */
  #column(first: SqlToken): NamedColumn {
    let tables = this.#joined === null ? [this.#table] : [this.#table, this.#joined];
    const names = tables.map(({ name }) => name).join(' and ');
    let name = first;
    if (this.#reader.takeSymbol('.')) {
      tables = tables.filter((table) => table.name === first.text);
      if (tables.length === 0) throw this.#reader.error('SQL_TABLE_UNKNOWN', first, `the query is on ${names}`);
      name = this.#reader.expect('name', 'the name of a column');
    }
    const found = tables.flatMap((table) => {
      const column = table.columns.find((candidate) => candidate.name === name.text);
      return column === undefined ? [] : [{ table, column }];
    });
    if (found.length === 2) {
      throw this.#reader.error(
        'SQL_JOIN',
        name,
        `${names} both have a column ${name.text}: write ${tables[0]!.name}.${name.text}`,
      );
    }
    if (found.length === 1) return found[0]!;
    const owner = tables.length === 1 ? tables[0]!.name : names;
    const columns = tables.flatMap((table) => table.columns);
    throw this.#reader.columnUnknown(name, owner, columns);
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
