import type { ErrorCode } from './error-code.ts';

/** Of query texts, which the server alone reads. */
export const SQL_CODES = [
  { code: 'SQL_TOO_LONG', what: 'a query text has more than 50000 characters', mend: 'subscribe to several queries' },
  { code: 'SQL_TOO_DEEP', what: 'a query is nested more than 16 deep', mend: 'use fewer parentheses' },
  {
    code: 'SQL_SYNTAX',
    what: 'a query text cannot be read',
    mend: 'write SELECT * FROM table [WITHIN metres] [JOIN …] [WHERE column = value AND …]',
  },
  {
    code: 'SQL_TABLE_UNKNOWN',
    what: 'a query names a table that there is not, or that is not public',
    mend: 'check its spelling (snake case), and that it is public',
  },
  {
    code: 'SQL_COLUMN_UNKNOWN',
    what: 'a query names a column that its table has not',
    mend: 'check its spelling (snake case)',
  },
  {
    code: 'SQL_TYPE',
    what: 'a query compares a column with a value of another type or out of its range',
    mend: 'write a value of the column’s type',
  },
  {
    code: 'SQL_NOT_COMPARABLE',
    what: 'a query compares in a way that the column’s type does not have',
    mend: 'options, arrays and objects cannot be compared; bytes, bools and enums only for equality',
  },
  {
    code: 'SQL_JOIN',
    what: 'a join compares something else than a column of each of its two tables, or mixes conditions on both',
    mend: 'write SELECT t.* FROM t JOIN s ON t.a = s.b WHERE t.x = 1 AND s.y = 2',
  },
  {
    code: 'SQL_WITHIN',
    what: 'WITHIN is used on a table that is not spatial, or without a distance above 0',
    mend: 'give the table `spatial`, and a distance above 0: SELECT * FROM body WITHIN 64',
  },
] as const satisfies readonly ErrorCode[];
