import type { TypePlan } from '@tickbase/schema/plan';

/** A value that a Map compares as the column's type does. Keys of different types are never put into one Map. */
export type Key = string | number | bigint | boolean;

/** The function that turns a value of `type` into its key: equal values, and only these, have equal keys. */
export function valueKey(type: TypePlan): (value: unknown) => Key {
  switch (type.kind) {
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'i128':
    case 'i256':
    case 'f32':
    case 'f64':
    case 'string':
      return plainKey;
    case 'identity':
      return (value) => (value as { __identity__: bigint }).__identity__;
    case 'connectionId':
      return (value) => (value as { __connection_id__: bigint }).__connection_id__;
    case 'timestamp':
      return (value) => (value as Micros).__timestamp_micros_since_unix_epoch__;
    case 'timeDuration':
      return (value) => (value as Duration).__time_duration_micros__;
    case 'uuid':
      return (value) => (value as { __uuid__: bigint }).__uuid__;
    default:
      return (value) => valueText(type, value);
  }
}

/** Of numbers and texts, which a Map compares as they are. */
export const plainKey = (value: unknown): Key => value as Key;

interface Micros {
  __timestamp_micros_since_unix_epoch__: bigint;
}

interface Duration {
  __time_duration_micros__: bigint;
}

/** A text that ends itself: texts of several values can be put one after another and stay distinct. */
export function valueText(type: TypePlan, value: unknown): string {
  switch (type.kind) {
    case 'string':
      return `${(value as string).length}"${value as string}`;
    case 'bytes':
      return `${(value as Uint8Array).length}x${(value as Uint8Array).join(',')};`;
    case 'unit':
      return 'u';
    case 'option':
      return value === undefined || value === null ? 'n' : `s${valueText(type.of, value)}`;
    case 'array': {
      const items = value as readonly unknown[];
      return `${items.length}[${items.map((item) => valueText(type.of, item)).join('')}`;
    }
    case 'object': {
      const fields = value as Readonly<Record<string, unknown>>;
      return type.fields.map((field) => valueText(field.type, fields[field.name])).join('');
    }
    case 'enum': {
      const { tag, value: payload } = value as { tag: string; value?: unknown };
      const variant = type.variants.find((candidate) => candidate.name === tag);
      return `${tag}:${variant === undefined ? '' : valueText(variant.type, payload)}`;
    }
    case 'result': {
      const { tag, value: payload } = value as { tag: 'ok' | 'err'; value: unknown };
      return `${tag}:${valueText(tag === 'ok' ? type.ok : type.err, payload)}`;
    }
    case 'scheduleAt': {
      const { tag, value: when } = value as { tag: string; value: Micros & Duration };
      return `${tag}:${tag === 'Time' ? when.__timestamp_micros_since_unix_epoch__ : when.__time_duration_micros__};`;
    }
    default: {
      // -0 and 0 are one number to a Map and in every comparison, so they are one text.
      const key = valueKey(type)(value);
      return `${key === 0 ? '0' : String(key)};`;
    }
  }
}
