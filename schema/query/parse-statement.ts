import type { Plan } from '../plan/plan.ts';
import { literalFromToken } from './literal-from-token.ts';
import { LENGTH_MAX, parseSql } from './parse-sql.ts';
import type { Query } from './query.ts';
import type { QueryColumn, QueryTable } from './query-table.ts';
import { sqlError } from './sql-error.ts';
import { SqlReader } from './sql-reader.ts';
import { SQL_KEYWORDS, type SqlToken } from './sql-token.ts';
import type { Statement } from './statement.ts';

/**
 * Reads a statement of a tool and types it against the plan. Beside queries, as `parseSql` reads them, these are:
 *   select   SELECT (* | table.* | columns | COUNT(*) [AS name]) FROM … [WHERE any] [LIMIT n]; with a join, columns of one of its tables
 *   insert   INSERT INTO table [(columns)] VALUES (literals) [, (literals)]…
 *   update   UPDATE table SET column = literal [, …] [WHERE any]
 *   delete   DELETE FROM table [WHERE any]
 * A literal is one of a query's, or NULL for an empty option. Throws a TickbaseError with a code SQL_….
 */
export function parseStatement(text: string, plan: Pick<Plan, 'tables'>): Statement {
  if (text.length > LENGTH_MAX) {
    throw sqlError('SQL_TOO_LONG', text, 0, `the statement has ${text.length} characters, more than ${LENGTH_MAX}`);
  }
  return new StatementParser(text, plan).statement();
}

class StatementParser {
  readonly #reader: SqlReader;
  readonly #plan: Pick<Plan, 'tables'>;

  constructor(text: string, plan: Pick<Plan, 'tables'>) {
    this.#reader = new SqlReader(text);
    this.#plan = plan;
  }

  statement(): Statement {
    const first = this.#reader.take();
    switch (first.text.toUpperCase()) {
      case 'SELECT':
        return this.#select();
      case 'INSERT':
        return this.#insert();
      case 'UPDATE':
        return this.#update();
      case 'DELETE': {
        this.#reader.expectKeyword('FROM');
        const table = this.#reader.expectTable(this.#plan.tables);
        return { kind: 'delete', query: this.#conditions(table) };
      }
      default:
        throw this.#reader.error('SQL_SYNTAX', first, 'SELECT, INSERT, UPDATE or DELETE was expected');
    }
  }

  #select(): Statement {
    const from = this.#reader.tokens.findIndex(({ kind, text }) => kind === 'keyword' && text === 'FROM');
    if (from === -1) throw this.#reader.error('SQL_SYNTAX', this.#reader.tokens.at(-1)!, 'FROM was expected');
    const start = this.#reader.peek();
    const end = this.#reader.tokens[from]!;
    const { limit, cutAt } = this.#limit();
    let countName = 'count';
    let names: ColumnName[] | null = null;
    if (this.#reader.isWord('COUNT') && this.#reader.peek(1).text === '(') {
      this.#reader.take();
      this.#reader.expectSymbol('(');
      this.#reader.expectSymbol('*');
      this.#reader.expectSymbol(')');
      if (this.#reader.takeWord('AS')) countName = this.#reader.expect('name', 'a name for the count').text;
    } else names = this.#columnNames();
    if (this.#reader.peek() !== end) throw this.#reader.error('SQL_SYNTAX', this.#reader.peek(), 'FROM was expected');

    // What is left of it is a query: the same text, with the columns and the limit taken out, so that places in errors stay.
    const owner = this.#owner(names, from);
    const shown = owner === null ? '*' : `${quoted(owner)}.*`;
    const width = end.at - start.at;
    if (shown.length + 1 > width && owner !== null)
      return this.#selectWide(owner, end, cutAt, { names, countName, limit });
    const text = this.#reader.text.slice(0, start.at) + shown.padEnd(width) + this.#reader.text.slice(end.at, cutAt);
    return this.#selected(parseSql(text, this.#plan), { names, countName, limit });
  }

  /** The name of the table is longer than what was selected from it. */
  #selectWide(owner: string, end: SqlToken, cutAt: number, selection: Selection): Statement {
    return this.#selected(
      parseSql(`SELECT ${quoted(owner)}.* ${this.#reader.text.slice(end.at, cutAt)}`, this.#plan),
      selection,
    );
  }

  #selected(query: Query, { names, countName, limit }: Selection): Statement {
    const table = this.#plan.tables.find(({ name }) => name === query.table)!;
    if (names === null) return { kind: 'select', query, columns: null, countName, limit };
    const columns = names.flatMap(({ token }) => {
      if (token.text === '*' && token.kind === 'symbol') return table.columns.map(({ name }) => name);
      return [this.#columnOf(table, token).name];
    });
    return { kind: 'select', query, columns, countName, limit };
  }

  /** Which table's rows are asked for, where it must be said: with a join. */
  #owner(names: readonly ColumnName[] | null, from: number): string | null {
    const owners = new Set((names ?? []).flatMap(({ table }) => (table === null ? [] : [table.text])));
    if (owners.size > 1) {
      const second = names!.find(({ table }) => table !== null && table.text !== names![0]!.table?.text)!;
      throw this.#reader.error('SQL_JOIN', second.token, 'columns of one table alone can be asked for');
    }
    const [owner] = owners;
    if (owner !== undefined) return owner;
    const isJoin = this.#reader.tokens.some(
      ({ kind, text }, place) => place > from && kind === 'name' && text.toUpperCase() === 'JOIN',
    );
    return isJoin && names === null ? this.#reader.tokens[from + 1]!.text : null;
  }

  #columnNames(): ColumnName[] {
    const names: ColumnName[] = [];
    do {
      if (this.#reader.isSymbol('*')) {
        names.push({ table: null, token: this.#reader.take() });
        continue;
      }
      const first = this.#reader.expect('name', 'a column');
      if (!this.#reader.takeSymbol('.')) names.push({ table: null, token: first });
      else
        names.push({
          table: first,
          token: this.#reader.isSymbol('*') ? this.#reader.take() : this.#reader.expect('name', 'a column'),
        });
    } while (this.#reader.takeSymbol(','));
    return names;
  }

  /** LIMIT at the end; `cutAt`: where it begins in the text. */
  #limit(): { limit: number; cutAt: number } {
    const tokens = this.#reader.tokens;
    let last = tokens.length - 2; // before the end
    if (last > 0 && tokens[last]!.text === ';' && tokens[last]!.kind === 'symbol') last--;
    const word = tokens[last - 1];
    if (last < 2 || word!.kind !== 'name' || word!.text.toUpperCase() !== 'LIMIT') {
      return { limit: Infinity, cutAt: this.#reader.text.length };
    }
    const count = tokens[last]!;
    if (count.kind !== 'number' || !/^\d{1,15}$/.test(count.text)) {
      throw this.#reader.error('SQL_SYNTAX', count, 'a whole number of rows was expected');
    }
    return { limit: Number(count.text), cutAt: word!.at };
  }

  #insert(): Statement {
    this.#reader.expectWord('INTO');
    const table = this.#reader.expectTable(this.#plan.tables);
    let columns: readonly QueryColumn[] = table.columns;
    if (this.#reader.takeSymbol('(')) {
      const named: QueryColumn[] = [];
      do named.push(this.#columnOf(table, this.#reader.expect('name', 'a column')));
      while (this.#reader.takeSymbol(','));
      this.#reader.expectSymbol(')');
      columns = named;
    }
    this.#reader.expectWord('VALUES');
    const rows: Map<string, unknown>[] = [];
    do {
      this.#reader.expectSymbol('(');
      const row = new Map<string, unknown>();
      columns.forEach((column, place) => {
        if (place > 0) this.#reader.expectSymbol(',');
        if (row.has(column.name))
          throw this.#reader.error('SQL_SYNTAX', this.#reader.peek(), `${column.name} is given twice`);
        row.set(column.name, this.#literal(column));
      });
      this.#reader.expectSymbol(')');
      rows.push(row);
    } while (this.#reader.takeSymbol(','));
    this.#reader.expectEnd('statement');
    return { kind: 'insert', table: table.name, rows };
  }

  #update(): Statement {
    const table = this.#reader.expectTable(this.#plan.tables);
    this.#reader.expectWord('SET');
    const set = new Map<string, unknown>();
    do {
      const token = this.#reader.expect('name', 'a column');
      const column = this.#columnOf(table, token);
      if (set.has(column.name)) throw this.#reader.error('SQL_SYNTAX', token, `${column.name} is set twice`);
      this.#reader.expectSymbol('=');
      set.set(column.name, this.#literal(column));
    } while (this.#reader.takeSymbol(','));
    return { kind: 'update', query: this.#conditions(table), set };
  }

  /** From here on the statement goes on as a query of the table does. */
  #conditions(table: QueryTable): Query {
    const rest = this.#reader.peek();
    if (!this.#reader.isKeyword('WHERE')) {
      this.#reader.expectEnd('statement');
      return { table: table.name, where: null, withinM: null };
    }
    // As wide as what stood there, so that places in errors stay.
    const head = `SELECT*FROM ${quoted(table.name)} `.padEnd(rest.at);
    return parseSql(head + this.#reader.text.slice(rest.at), this.#plan);
  }

  #literal(column: QueryColumn): unknown {
    const token = this.#reader.take();
    const { type } = column;
    if (token.kind === 'name' && token.text.toUpperCase() === 'NULL' && type.kind === 'option') return undefined;
    const literal =
      token.kind === 'parameter' ? null : literalFromToken(token, type.kind === 'option' ? type.of : type);
    if (literal?.kind === 'value') return literal.value;
    throw this.#reader.error('SQL_TYPE', token, `this is no value of the column ${column.name} of type ${type.kind}`);
  }

  #columnOf(table: QueryTable, token: SqlToken): QueryColumn {
    const column = table.columns.find(({ name }) => name === token.text);
    if (column !== undefined) return column;
    throw this.#reader.columnUnknown(token, table.name, table.columns);
  }
}

interface Selection {
  readonly names: readonly ColumnName[] | null;
  readonly countName: string;
  readonly limit: number;
}

interface ColumnName {
  /** As `table.column` says it. */
  readonly table: SqlToken | null;
  readonly token: SqlToken;
}

function quoted(name: string): string {
  return SQL_KEYWORDS.has(name.toUpperCase()) ? `"${name}"` : name;
}
