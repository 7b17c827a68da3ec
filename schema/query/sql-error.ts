import { TickbaseError } from '@tickbase/base';
import { SQL_CODES } from '../errors/sql-codes.ts';

/** A mistake in a query's text, with its place as a person counts (from 1) and the text from there on. */
export function sqlError(
  code: (typeof SQL_CODES)[number]['code'],
  text: string,
  at: number,
  what: string,
): TickbaseError {
  // Whole characters, of which one may take two places.
  const rest = Array.from(text.slice(at, at + 2 * SHOWN_MAX))
    .slice(0, SHOWN_MAX)
    .join('');
  const isCut = text.length > at + rest.length;
  const place = rest === '' ? 'the end' : `character ${at + 1}: ${rest}${isCut ? '…' : ''}`;
  const { mend } = SQL_CODES.find((entry) => entry.code === code)!;
  return new TickbaseError({ code, what, where: `query, ${place}`, mend });
}

const SHOWN_MAX = 30;
