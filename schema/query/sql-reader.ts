import { didYouMean } from './did-you-mean.ts';
import type { QueryColumn, QueryTable } from './query-table.ts';
import { sqlError } from './sql-error.ts';
import type { SqlToken } from './sql-token.ts';
import { tokenizeSql } from './tokenize-sql.ts';

/**
 * The tokens of a text, one after another, and the errors that name a place in it. `take…` goes on when it finds what it is asked for and says
 * whether; `expect…` throws SQL_SYNTAX where something else stands.
 */
export class SqlReader {
  readonly text: string;
  readonly tokens: readonly SqlToken[];
  #next = 0;

  /** Throws SQL_SYNTAX for a text that no tokens can be made of. */
  constructor(text: string) {
    this.text = text;
    this.tokens = tokenizeSql(text);
  }

  peek(ahead = 0): SqlToken {
    return this.tokens[Math.min(this.#next + ahead, this.tokens.length - 1)]!;
  }

  /** The next token; the last one, 'end', is given again and again. */
  take(): SqlToken {
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  isKeyword(keyword: string): boolean {
    return this.#is('keyword', keyword);
  }

  isSymbol(symbol: string): boolean {
    return this.#is('symbol', symbol);
  }

  /** A word that is a keyword in this place alone, so that tables and columns may be called so. */
  isWord(word: string): boolean {
    const { kind, text } = this.peek();
    return kind === 'name' && text.toUpperCase() === word;
  }

  takeKeyword(keyword: string): boolean {
    return this.#takeIf(this.isKeyword(keyword));
  }

  takeSymbol(symbol: string): boolean {
    return this.#takeIf(this.isSymbol(symbol));
  }

  takeWord(word: string): boolean {
    return this.#takeIf(this.isWord(word));
  }

  /** `what`: in words, with its article. */
  expect(kind: SqlToken['kind'], what: string): SqlToken {
    const token = this.take();
    if (token.kind !== kind) throw this.error('SQL_SYNTAX', token, `${what} was expected`);
    return token;
  }

  expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword)) throw this.error('SQL_SYNTAX', this.peek(), `${keyword} was expected`);
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.error('SQL_SYNTAX', this.peek(), `“${symbol}” was expected`);
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.error('SQL_SYNTAX', this.peek(), `${word} was expected`);
  }

  /** The one of `tables` whose name comes next. */
  expectTable(tables: readonly QueryTable[]): QueryTable {
    const token = this.expect('name', 'the name of a table');
    const table = tables.find(({ name }) => name === token.text);
    if (table !== undefined) return table;
    throw this.error('SQL_TABLE_UNKNOWN', token, `there is no table ${token.text}${didYouMean(token.text, tables)}`);
  }

  /** `among`: the columns that the name could have meant; `owner`: whose they are. */
  columnUnknown(token: SqlToken, owner: string, among: readonly QueryColumn[]): Error {
    const what = `the table ${owner} has no column ${token.text}${didYouMean(token.text, among)}`;
    return this.error('SQL_COLUMN_UNKNOWN', token, what);
  }

  /** That the text should end here, but for a semicolon. `what`: what it is. */
  expectEnd(what: string): void {
    this.takeSymbol(';');
    const rest = this.peek();
    if (rest.kind !== 'end') throw this.error('SQL_SYNTAX', rest, `the ${what} should end here`);
  }

  error(code: Parameters<typeof sqlError>[0], token: SqlToken, what: string): Error {
    return sqlError(code, this.text, token.at, what);
  }

  #is(kind: SqlToken['kind'], text: string): boolean {
    const token = this.peek();
    return token.kind === kind && token.text === text;
  }

  #takeIf(isThere: boolean): boolean {
    if (isThere) this.#next++;
    return isThere;
  }
}
