import { TickbaseError } from '@tickbase/base';
import { SCHEMA_CODES } from './schema-codes.ts';

export type SchemaCode = (typeof SCHEMA_CODES)[number]['code'];

/** The error of a code of SCHEMA_CODES at a place. `what` says it for this very case; left out, the table's own words. */
export function schemaError(code: SchemaCode, where: string, what?: string, mend?: string): TickbaseError {
  const row = SCHEMA_CODES.find((entry) => entry.code === code)!;
  return new TickbaseError({ code, what: what ?? row.what, where, mend: mend ?? row.mend });
}
