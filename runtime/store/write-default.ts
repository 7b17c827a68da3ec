import { defaultValueOf, type TypePlan } from '@tickbase/schema/plan';
import { ConnectionId, Identity, ScheduleAt, TimeDuration, Timestamp, Uuid } from '@tickbase/schema/values';
import type { Column } from './column.ts';
import { writeValue } from './write-value.ts';

/** Writes the column's default to a slot, or its type's zero where the plan has none. */
export function writeDefault(column: Column, slot: number): void {
  const { type, default: given } = column.plan;
  writeValue(column, slot, given === null ? zeroOf(type) : defaultValueOf(type, given.json));
}

/** Zero, the empty text or list, none, the first variant: what a column holds whose value was not kept. */
function zeroOf(type: TypePlan): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i64':
    case 'i128':
    case 'i256':
      return 0n;
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array(0);
    case 'identity':
      return new Identity(0n);
    case 'connectionId':
      return new ConnectionId(0n);
    case 'timestamp':
      return new Timestamp(0n);
    case 'timeDuration':
      return new TimeDuration(0n);
    case 'uuid':
      return new Uuid(0n);
    case 'scheduleAt':
      return ScheduleAt.time(0n);
    case 'unit':
      return {};
    case 'option':
      return undefined;
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(type.fields.map((field) => [field.name, zeroOf(field.type)]));
    case 'enum': {
      const first = type.variants[0]!;
      return first.type.kind === 'unit' ? { tag: first.name } : { tag: first.name, value: zeroOf(first.type) };
    }
    case 'result':
      return { tag: 'ok', value: zeroOf(type.ok) };
    default:
      return 0;
  }
}
