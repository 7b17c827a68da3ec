/** One word of a query's text. `at` is its first character's place, counted from 0. */
export interface SqlToken {
  readonly kind: SqlTokenKind;
  /** Keywords in upper case, names without quotes, texts without quotes and escapes; else as written. */
  readonly text: string;
  readonly at: number;
}

export type SqlTokenKind = 'keyword' | 'name' | 'text' | 'number' | 'hex' | 'symbol' | 'parameter' | 'end';

export const SQL_KEYWORDS: ReadonlySet<string> = new Set('SELECT FROM WHERE WITHIN AND OR NOT TRUE FALSE'.split(' '));
