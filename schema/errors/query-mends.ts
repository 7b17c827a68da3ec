/** What to do about the errors of values and queries: apart from the rest of their table, since it stands in every client's bundle. */
export const QUERY_MENDS = {
  VALUE_CLASS_INVALID: 'give a bigint in range, or the text that toHexString or toString gives',
  CLOCK_MISSING: 'use ctx.timestamp, the same in a replay',
  QUERY_INVALID: 'compare columns with values: r => r.online.eq(true)',
} as const;
