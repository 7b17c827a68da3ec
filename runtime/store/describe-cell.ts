import type { Column } from './column.ts';
import { describeValue } from './describe-value.ts';
import { readValue } from './read-value.ts';

/** A slot's value in an error's text; identities and the like show as their number. */
export function describeCell(column: Column, slot: number): string {
  const value = readValue(column, slot);
  if (typeof value !== 'object' || value === null) return describeValue(value);
  const [first] = Object.values(value) as unknown[];
  return describeValue(typeof first === 'bigint' || typeof first === 'string' ? first : value);
}
