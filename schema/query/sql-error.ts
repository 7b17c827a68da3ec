import type { TickbaseError } from '@tickbase/base';
import { type QueryCode, queryError } from '../errors/query-error.ts';

/** A mistake in a query's text, with its place as a person counts (from 1) and the text from there on. */
export function sqlError(code: QueryCode & `SQL_${string}`, text: string, at: number, what: string): TickbaseError {
  // Whole characters, of which one may take two places.
  const rest = Array.from(text.slice(at, at + 2 * SHOWN_MAX))
    .slice(0, SHOWN_MAX)
    .join('');
  const isCut = text.length > at + rest.length;
  const place = rest === '' ? 'the end' : `character ${at + 1}: ${rest}${isCut ? '…' : ''}`;
  return queryError(code, `query, ${place}`, what);
}

const SHOWN_MAX = 30;
