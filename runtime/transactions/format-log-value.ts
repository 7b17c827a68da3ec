/** A value as text for a log line: bounded in depth and length, and safe against whatever the value's accessors do. */
export function formatLogValue(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return format(value, 0);
  } catch {
    return '[a value that cannot be shown]';
  }
}

const DEPTH_MAX = 4;
const ITEMS_MAX = 50;

function format(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return value.stack ?? String(value);
  if (depth >= DEPTH_MAX) return Array.isArray(value) ? '[…]' : '{…}';
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const items = [...(value as Iterable<unknown>)];
    const shown = items.slice(0, ITEMS_MAX).map((item) => format(item, depth + 1));
    return `[${shown.join(', ')}${items.length > ITEMS_MAX ? `, … ${items.length} items` : ''}]`;
  }
  // Identities, timestamps and the like say who they are; plain objects show their fields.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && value.toString !== Object.prototype.toString) return String(value);
  const keys = Object.keys(value);
  const shown = keys
    .slice(0, ITEMS_MAX)
    .map((key) => `${key}: ${format((value as Record<string, unknown>)[key], depth + 1)}`);
  return `{ ${shown.join(', ')}${keys.length > ITEMS_MAX ? ', …' : ''} }`;
}
