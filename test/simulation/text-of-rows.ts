import { valueText } from './value-text.ts';

/** Rows as text, in whatever order they are. */
export function textOfRows(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return rows.map(valueText).sort().join(' ');
}
