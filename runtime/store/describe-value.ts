/** A value in an error's text: short, and without running any code of the value's own. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > SHOWN_MAX ? `${JSON.stringify(value.slice(0, SHOWN_MAX))}…` : JSON.stringify(value);
    case 'bigint': {
      const digits = `${value}n`;
      return digits.length > SHOWN_MAX ? `${digits.slice(0, SHOWN_MAX)}…` : digits;
    }
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      return String(value);
  }
}

/** Characters of a value that an error shows. */
const SHOWN_MAX = 60;
