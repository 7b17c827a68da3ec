import { TickbaseError } from '@tickbase/base';
import { QUERY_MENDS } from './query-mends.ts';

export type QueryCode = keyof typeof QUERY_MENDS;

/** The error of a code of QUERY_CODES at a place. `mend`: for this very case; left out, the table's own words. */
export function queryError(code: QueryCode, where: string, what: string, mend?: string): TickbaseError {
  return new TickbaseError({ code, what, where, mend: mend ?? QUERY_MENDS[code] });
}
