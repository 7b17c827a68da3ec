import type { ErrorCode } from './error-code.ts';

/** Of values and queries, apart from the module's codes because clients carry them, too: each stands in every client's bundle. */
export const QUERY_CODES = [
  // Values.
  {
    code: 'VALUE_CLASS_INVALID',
    what: 'an identity, connection id, uuid, timestamp or duration was made from something that it cannot hold',
    mend: 'give a bigint in range, or the text that toHexString or toString gives',
  },
  {
    code: 'CLOCK_MISSING',
    what: 'the time was asked for where there is no clock',
    mend: 'use ctx.timestamp: it is the same in a replay, a clock is not',
  },
  // Queries.
  {
    code: 'QUERY_INVALID',
    what: 'a query was built from something that is no predicate or literal',
    mend: 'compare columns with values: r => r.online.eq(true)',
  },
  { code: 'SQL_TOO_LONG', what: 'a query text has more than 50000 characters', mend: 'subscribe to several queries' },
  { code: 'SQL_TOO_DEEP', what: 'a query is nested more than 16 deep', mend: 'use fewer parentheses' },
  {
    code: 'SQL_SYNTAX',
    what: 'a query text cannot be read',
    mend: 'write SELECT * FROM table [WITHIN metres] [WHERE column = value AND …]',
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
    code: 'SQL_WITHIN',
    what: 'WITHIN is used on a table that is not spatial, or without a distance above 0',
    mend: 'give the table `spatial`, and a distance above 0: SELECT * FROM body WITHIN 64',
  },
] as const satisfies readonly ErrorCode[];
