import { TickbaseError } from '@tickbase/base';

/**
 * Runs first in a module's context, before any other code, and takes away what would make two runs of the same calls differ:
 * the wall clock, unseeded randomness, the machine's locale, threads and garbage collection. Timers, network, files and
 * `process` were never there. What a module is likely to reach for by habit throws and says what to use in its place.
 */
const ABSENT = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'Intl'];
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

const RealDate = Date;
const refuseNow = refusal('the wall clock', 'use ctx.timestamp, the time of the transaction');

/** Dates of given times work as ever; the present time is the transaction's. */
function WalledDate(this: unknown, ...args: unknown[]): object {
  if (new.target === undefined || args.length === 0) refuseNow();
  return Reflect.construct(RealDate, args, new.target) as object;
}
for (const key of ['UTC', 'parse'] as const) define(WalledDate, key, RealDate[key]);
define(WalledDate, 'now', refuseNow);
define(WalledDate, 'name', 'Date');
define(WalledDate, 'length', RealDate.length);
WalledDate.prototype = RealDate.prototype as unknown;
define(RealDate.prototype, 'constructor', WalledDate);
define(globalThis, 'Date', WalledDate);

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
