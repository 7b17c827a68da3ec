import type { ErrorCode } from './error-code.ts';

/** Of values and queries, apart from the module's codes because clients carry them, too: each stands in every client's bundle. */
export const QUERY_CODES = [
  // Values.
  {
    code: 'VALUE_CLASS_INVALID',
    what: 'an id or a time was made from something that it cannot hold',
    mend: 'give a bigint in range, or the text that toHexString or toString gives',
  },
  {
    code: 'CLOCK_MISSING',
    what: 'the time was asked for where there is no clock',
    mend: 'use ctx.timestamp, the same in a replay',
  },
  // Queries.
  {
    code: 'QUERY_INVALID',
    what: 'a query was built from something that is no predicate or literal',
    mend: 'compare columns with values: r => r.online.eq(true)',
  },
] as const satisfies readonly ErrorCode[];
