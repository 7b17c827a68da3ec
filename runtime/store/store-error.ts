import { TickbaseError } from '@tickbase/base';
import type { ERROR_TABLE } from '@tickbase/schema/errors';

/** An error of the store that names its table and, where there is one, its column. */
export function storeError(code: StoreCode, what: string, place: StorePlace, mend: string): TickbaseError {
  const where = place.column === undefined ? `table ${place.table}` : `table ${place.table}, column ${place.column}`;
  return new TickbaseError({ code, what, where, mend });
}

/** The codes of wrong values are the codec's, too: they stand with the wire's. */
export type StoreCode = (typeof ERROR_TABLE)['store' | 'wire'][number]['code'];

export interface StorePlace {
  readonly table: string;
  readonly column?: string;
}
