import { expect, test } from 'vitest';
import { loadModule } from './load-module.ts';
import { writeModule } from './testing/write-module.ts';

/** Runs expressions in a reducer, each in turn, and gives what they came to: a value's text, or `threw` with the error's. */
async function evaluateInside(expressions: readonly string[]): Promise<string[]> {
  const attempts = expressions.map((expression) => `(ctx: any, args: any, row: any): any => ${expression}`);
  const { plan, createWorld, context } = await loadModule(
    writeModule(`import { schema, table, t } from '@tickbase/schema';
const purse = table({ name: 'purse', public: true }, { id: t.u32().primaryKey(), gold: t.i32(), seal: t.byteArray() });
const game = schema({ purse });
export default game;
const attempts = [${attempts.join(',\n')}];
export const attempt = game.reducer({ index: t.u32(), list: t.array(t.u8()) }, (ctx, args) => {
  const row = ctx.db.purse.insert({ id: 3 + args.index, gold: 8, seal: new Uint8Array([1, 2]) });
  let text;
  try {
    text = String(attempts[args.index]!(ctx, args, row));
  } catch (error) {
    text = 'threw ' + error;
  }
  console.log(text.split('\\n')[0]);
});`),
  );
  const world = createWorld(plan, 99n, 7);
  const caller = world.addCaller(41n, 7n);
  return expressions.map((_, index) => {
    world.beginTick(1 + index, 500 * (1 + index), 3);
    context.enter(() => void world.runCall(0, new Uint8Array([index, 0, 0, 0, 2, 5, 6]), caller), 10_000);
    world.seal();
    return world
      .takeLogLines()
      .map(({ text }) => text)
      .join(' / ');
  });
}

const FUNCTION_OF = (value: string): string => `${value}.constructor.constructor('return typeof process')()`;

test('no way from any object that a module holds leads to the host', async () => {
  const holds = [
    'globalThis',
    '(globalThis as any).tickbaseVisit',
    '(() => {})',
    'ctx',
    'ctx.db',
    'ctx.db.purse',
    'ctx.db.purse.id',
    'ctx.sender',
    'ctx.timestamp',
    'args',
    'args.list',
    'row',
    'row.seal',
    'row.seal.buffer',
    'ctx.db.purse.iter()',
    'console.log',
    'Math.random',
    'Date',
    'new Date(5)',
    'Promise.resolve()',
    '(() => { try { Math.random() } catch (error) { return error as any } })()',
    '(() => { try { ctx.db.purse.insert({ id: -1 }) } catch (error) { return error as any } })()',
    '(() => { try { (function f(): any { return f() })() } catch (error) { return error as any } })()',
  ];
  const outcomes = await evaluateInside(holds.map(FUNCTION_OF));
  for (const [i, outcome] of outcomes.entries()) {
    expect(outcome, holds[i]).toMatch(/^threw EvalError: Code generation from strings disallowed/);
  }
});

test('code from strings is refused in every spelling', async () => {
  const outcomes = await evaluateInside([
    `(0, eval)('1')`,
    `new Function('return 1')`,
    `(async () => {}).constructor('return 1')`,
    `(function* () {}).constructor('yield 1')`,
  ]);
  for (const outcome of outcomes) expect(outcome).toMatch(/^threw EvalError/);
});

test('an import at run time is never answered by the host', async () => {
  const outcomes = await evaluateInside([
    `{ import(String('fs')).catch((error) => { (globalThis as any).caught = error; }); return 'asked'; }`,
    `${FUNCTION_OF('(globalThis as any).caught')}`,
    `Object.getPrototypeOf((globalThis as any).caught) instanceof Object`,
  ]);
  expect(outcomes[0]).toBe('asked');
  expect(outcomes[1]).toMatch(/^threw EvalError/);
  expect(outcomes[2]).toBe('true');
});

test('frames of a stack hand out no function and no object of the host', async () => {
  const [outcome] = await evaluateInside([
    `{
      (Error as any).prepareStackTrace = (_: unknown, frames: any[]) =>
        frames.filter((frame) => !String(frame.getFileName()).startsWith('tickbase-module'))
          .map((frame) => [typeof frame.getFunction(), typeof frame.getThis()].join()).join(' ');
      const stack = new Error('x').stack;
      (Error as any).prepareStackTrace = undefined;
      return 'frames ' + stack;
    }`,
  ]);
  expect(outcome).toMatch(/^frames (undefined,undefined ?)+$/);
});

test('clock, chance, timers, network and threads are absent or say what to use', async () => {
  const throwing: [expression: string, says: string][] = [
    ['Math.random()', 'MODULE_NOT_ALLOWED: Math.random()'],
    ['Date.now()', 'MODULE_NOT_ALLOWED: the wall clock'],
    ['new Date()', 'MODULE_NOT_ALLOWED: the wall clock'],
    ['Date()', 'MODULE_NOT_ALLOWED: the wall clock'],
    ['new (new Date(5) as any).constructor()', 'MODULE_NOT_ALLOWED: the wall clock'],
    ['new (class Day extends Date {})()', 'MODULE_NOT_ALLOWED: the wall clock'],
    ['setTimeout(() => {}, 1)', 'MODULE_NOT_ALLOWED: setTimeout()'],
    ['setInterval(() => {}, 1)', 'MODULE_NOT_ALLOWED: setInterval()'],
    ['setImmediate(() => {})', 'MODULE_NOT_ALLOWED: setImmediate()'],
    ['queueMicrotask(() => {})', 'MODULE_NOT_ALLOWED: queueMicrotask()'],
    [`fetch('http://127.0.0.1')`, 'MODULE_NOT_ALLOWED: fetch()'],
  ];
  const outcomes = await evaluateInside(throwing.map(([expression]) => expression));
  for (const [i, outcome] of outcomes.entries()) expect(outcome).toContain(`threw ${throwing[i]![1]}`);

  const absent = ['process', 'require', 'Buffer', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'Intl'];
  absent.push(
    'FinalizationRegistry',
    'Temporal',
    'ShadowRealm',
    'crypto',
    'navigator',
    'MessageChannel',
    'gc',
    'performance',
    'structuredClone',
    'XMLHttpRequest',
    'WebSocket',
    'Worker',
    'global',
  );
  const types = await evaluateInside(absent.map((name) => `typeof (globalThis as any).${name}`));
  expect(types).toEqual(absent.map(() => 'undefined'));
});

test('dates of a given time work as ever', async () => {
  const outcomes = await evaluateInside([
    'new Date(86_400_007).toISOString()',
    'new Date(2026, 3).getFullYear()',
    'new Date(5) instanceof Date',
    'Date.UTC(2026, 3, 5)',
    `Date.parse('2026-04-05T00:00:00Z')`,
    'Date.name + Date.length',
    'new (class Day extends Date { next() { return this.getTime() + 1; } })(41).next()',
  ]);
  const utc = String(Date.UTC(2026, 3, 5));
  expect(outcomes).toEqual(['1970-01-02T00:00:00.007Z', '2026', 'true', utc, utc, 'Date7', '42']);
});

test('dates know no time zone but UTC, wherever the server runs', async () => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'Asia/Kathmandu';
  try {
    const outcomes = await evaluateInside([
      'new Date(2026, 3, 5, 7, 8, 9).toISOString()',
      'new Date("2026-04-05T07:08:09").getTime() - Date.UTC(2026, 3, 5, 7, 8, 9)',
      'new Date("Apr 5 2026 07:08:09").getTime() - Date.UTC(2026, 3, 5, 7, 8, 9)',
      'new Date("2026-04-05T07:08:09+02:00").toISOString()',
      'new Date(0).getHours() + new Date(0).getTimezoneOffset()',
      '{ const date = new Date(0); date.setHours(7); return date.getTime(); }',
      'String(new Date(0))',
      'new Date(0).toDateString() + "|" + new Date(0).toTimeString()',
    ]);
    expect(outcomes).toEqual([
      '2026-04-05T07:08:09.000Z',
      '0',
      '0',
      '2026-04-05T05:08:09.000Z',
      '0',
      String(7 * 3_600_000),
      'Thu, 01 Jan 1970 00:00:00 GMT',
      'Thu, 01 Jan 1970|00:00:00',
    ]);
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});

test('what depends on a language depends on none', async () => {
  const outcomes = await evaluateInside([
    '["z", "ä", "a", "B"].sort((a, b) => a.localeCompare(b)).join()',
    '(1234567.5).toLocaleString()',
    '(12345n).toLocaleString()',
    '[1234.5, 2].toLocaleString()',
    'new Float32Array([1234.5]).toLocaleString()',
    '"iI".toLocaleUpperCase() + "iI".toLocaleLowerCase()',
    'new Date(0).toLocaleString() + new Date(0).toLocaleDateString() + new Date(0).toLocaleTimeString()',
  ]);
  expect(outcomes).toEqual([
    'B,a,z,ä',
    '1234567.5',
    '12345',
    '1234.5,2',
    '1234.5',
    'IIii',
    'Thu, 01 Jan 1970 00:00:00 GMTThu, 01 Jan 197000:00:00',
  ]);
});

test('random numbers of ctx are the same in each run of the same calls', async () => {
  const draws = ['ctx.random() + "," + ctx.random.uint32()', 'ctx.newUuidV4().toString()'];
  const first = await evaluateInside(draws);
  expect(await evaluateInside(draws)).toEqual(first);
  expect(first[0]).not.toBe(first[1]);
});

test('a microtask does not run before its call has ended', async () => {
  const outcomes = await evaluateInside([
    `{ (globalThis as any).late = 0; void Promise.resolve().then(() => (globalThis as any).late++); return (globalThis as any).late; }`,
    '(globalThis as any).late',
  ]);
  expect(outcomes).toEqual(['0', '1']);
});
