import { ConnectionId, Identity, Uuid } from '@tickbase/schema/values';
import type { Column } from './column.ts';
import { describeValue } from './describe-value.ts';
import { readValue } from './read-value.ts';

/** A slot's value in an error's text; identities, connection ids and UUIDs show as they are written elsewhere, instants and spans as their number. */
export function describeCell(column: Column, slot: number): string {
  const value = readValue(column, slot);
  if (typeof value !== 'object' || value === null) return describeValue(value);
  if (value instanceof Identity || value instanceof ConnectionId) return value.toHexString();
  if (value instanceof Uuid) return value.toString();
  const [first] = Object.values(value) as unknown[];
  return describeValue(typeof first === 'bigint' || typeof first === 'string' ? first : value);
}
