/**
 * A value as text that says what it is and not how wide: 5 and 5n are one text, a value and the same one made optional, too, and so are objects
 * whose fields stand in another order.
 */
export function plainText(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : `${value}`;
  if (value instanceof Uint8Array) return `bytes ${value.join()}`;
  if (Array.isArray(value)) return `[${value.map(plainText).join()}]`;
  const { tag, value: payload } = value as { tag?: unknown; value?: unknown };
  if (typeof tag === 'string') return `<${tag}>${payload === undefined ? '' : `(${plainText(payload)})`}`;
  if (value.constructor !== Object) return `${value.constructor.name} ${Object.values(value).join()}`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .map(([name, field]) => `${name}: ${plainText(field)}`)
    .toSorted()
    .join()}}`;
}
