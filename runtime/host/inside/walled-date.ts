/**
 * A `Date` without a present and without a place: dates of given times work as ever, the time zone is UTC wherever the server runs, and
 * texts are those of no language. `refuseNow` is called, and throws, where the present time is asked for.
 */
export function wallDate(refuseNow: () => never): void {
  const RealDate = Date;
  const { UTC, parse: realParse } = RealDate;
  const { construct } = Reflect;

  function WalledDate(this: unknown, ...args: unknown[]): object {
    if (new.target === undefined || args.length === 0) refuseNow();
    if (args.length > 1) return construct(RealDate, [UTC(...(args as [number, number]))], new.target) as object;
    const [value] = args;
    return construct(RealDate, [typeof value === 'string' ? parse(value) : value], new.target) as object;
  }

  /** A text that names no zone is of UTC. */
  function parse(text: string): number {
    if (DATE_ALONE.test(text) || ZONE.test(text)) return realParse(text);
    return realParse(text.includes('T') ? `${text}Z` : `${text} UTC`);
  }

  set(WalledDate, 'UTC', UTC);
  set(WalledDate, 'parse', (text: unknown) => parse(String(text)));
  set(WalledDate, 'now', refuseNow);
  set(WalledDate, 'name', 'Date');
  set(WalledDate, 'length', RealDate.length);
  WalledDate.prototype = RealDate.prototype as unknown;
  const methods = RealDate.prototype as unknown as Record<string, unknown>;
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    set(methods, `get${part}`, methods[`getUTC${part}`]);
    if (part !== 'Day') set(methods, `set${part}`, methods[`setUTC${part}`]);
  }
  set(methods, 'getTimezoneOffset', () => 0);
  const { toUTCString, toISOString } = RealDate.prototype;
  for (const name of ['toString', 'toLocaleString']) set(methods, name, toUTCString);
  // "Sun, 05 Apr 2026 07:08:09 GMT"
  const datePart = function (this: Date): string {
    return toUTCString.call(this).slice(0, 16);
  };
  const timePart = function (this: Date): string {
    return toISOString.call(this).slice(11, 19);
  };
  for (const name of ['toDateString', 'toLocaleDateString']) set(methods, name, datePart);
  for (const name of ['toTimeString', 'toLocaleTimeString']) set(methods, name, timePart);
  set(methods, 'constructor', WalledDate);
  set(globalThis, 'Date', WalledDate);
}

const DATE_ALONE = /^[+-]?\d{4,6}(-\d\d){0,2}$/;
const ZONE = /(Z|GMT|UTC|[+-]\d\d:?\d\d)(\s*\(.*\))?$/i;

function set(owner: object, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, writable: true, configurable: true, enumerable: false });
}
