import { TickbaseError } from '@tickbase/base';
import { QUERY_CODES } from './query-codes.ts';

export type QueryCode = (typeof QUERY_CODES)[number]['code'];

/** The error of a code of QUERY_CODES at a place. `what` says it for this very case; left out, the table's own words. */
export function queryError(code: QueryCode, where: string, what?: string, mend?: string): TickbaseError {
  const row = QUERY_CODES.find((entry) => entry.code === code)!;
  return new TickbaseError({ code, what: what ?? row.what, where, mend: mend ?? row.mend });
}
