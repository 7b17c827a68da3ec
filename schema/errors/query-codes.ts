import type { ErrorCode } from './error-code.ts';
import { QUERY_MENDS } from './query-mends.ts';

/** Of values and queries, which clients raise, too. */
export const QUERY_CODES = [
  // Values.
  {
    code: 'VALUE_CLASS_INVALID',
    what: 'an id or a time was made from something that it cannot hold',
    mend: QUERY_MENDS.VALUE_CLASS_INVALID,
  },
  {
    code: 'CLOCK_MISSING',
    what: 'the time was asked for where there is no clock',
    mend: QUERY_MENDS.CLOCK_MISSING,
  },
  // Queries.
  {
    code: 'QUERY_INVALID',
    what: 'a query was built from something that is no predicate or literal',
    mend: QUERY_MENDS.QUERY_INVALID,
  },
] as const satisfies readonly ErrorCode[];
