import type { TickbaseError } from '@tickbase/base';
import { type QueryCode, queryError } from '../errors/query-error.ts';

/** A mistake in a query's text, with its place as a person counts (from 1) and the text from there on. */
export function sqlError(code: QueryCode & `SQL_${string}`, text: string, at: number, what: string): TickbaseError {
  const rest = text.slice(at, at + 30);
  const place = rest === '' ? 'the end' : `character ${at + 1}: ${rest}${text.length > at + 30 ? '…' : ''}`;
  return queryError(code, `query, ${place}`, what);
}
