import { TickbaseError } from '@tickbase/base';
import { wallDate } from './walled-date.ts';

/**
 * Runs first in a module's context, before any other code, and takes away what would make two runs of the same calls differ:
 * the wall clock, unseeded randomness, the machine's locale and time zone, threads and garbage collection. Timers, network, files and
 * `process` were never there. What a module is likely to reach for by habit throws and says what to use in its place.
 */
const ABSENT = 'WebAssembly SharedArrayBuffer Atomics WeakRef FinalizationRegistry Intl Temporal ShadowRealm'.split(
  ' ',
);
for (const name of ABSENT) Reflect.deleteProperty(globalThis, name);

refuseByName(Math, 'random', 'Math.random()', 'use ctx.random, which a replay repeats');
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch']) {
  refuseByName(
    globalThis,
    name,
    `${name}()`,
    'use a schedule table for what is to run later; a module reaches nothing outside',
  );
}

wallDate(refusal('the wall clock', 'use ctx.timestamp, the time of the transaction'));

// What depends on the machine's language gives what no language does.
define(String.prototype, 'localeCompare', compareUnits);
define(String.prototype, 'toLocaleUpperCase', String.prototype.toUpperCase);
define(String.prototype, 'toLocaleLowerCase', String.prototype.toLowerCase);
for (const { prototype } of [Number, BigInt, Array, Object.getPrototypeOf(Uint8Array) as Uint8ArrayConstructor]) {
  define(prototype, 'toLocaleString', prototype.toString);
}

/** By UTF-16 units, as `<` compares. */
function compareUnits(this: unknown, other: unknown): number {
  const [own, that] = [String(this), String(other)];
  return own < that ? -1 : own > that ? 1 : 0;
}

function refuseByName(owner: object, name: string, what: string, mend: string): void {
  define(owner, name, refusal(what, mend));
}

function refusal(what: string, mend: string): () => never {
  return () => {
    throw new TickbaseError({
      code: 'MODULE_NOT_ALLOWED',
      what: `${what} is not there for a module`,
      where: 'the module',
      mend,
    });
  };
}

function define(owner: object, key: string, value: unknown): void {
  Object.defineProperty(owner, key, { value, writable: true, configurable: true, enumerable: false });
}
