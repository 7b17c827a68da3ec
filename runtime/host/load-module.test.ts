import { expect, test } from 'vitest';
import { loadModule } from './load-module.ts';
import { runDueSystems } from '../transactions/testing/run-due-systems.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { writeModule } from './testing/write-module.ts';

const HEAD = `import { schema, table, t } from '@tickbase/schema';
const purse = table({ name: 'purse', public: true }, { id: t.u32().primaryKey(), gold: t.i32() });
const game = schema({ purse });
export default game;
`;

test('a module’s plan has its tables, and its functions by the names of their exports', async () => {
  const folder = writeModule(`${HEAD}export const pay_out = game.reducer({ gold: t.i32() }, () => {});`);
  const { plan } = await loadModule(folder);
  expect(plan.tables.map(({ name }) => name)).toEqual(['purse']);
  expect(plan.reducers.map(({ name, accessor }) => [name, accessor])).toEqual([['pay_out', 'pay_out']]);
});

test('a module may be split into files and use packages that need nothing of Node', async () => {
  const folder = writeModule(
    `${HEAD}import { rate } from './rates.ts';
import { twice } from 'twice';
import { EventEmitter } from 'events';
export const pay = game.reducer(() => { console.log(twice(rate), EventEmitter); });`,
    {
      'src/rates.ts': 'export const rate: number = 21;',
      'node_modules/twice/package.json': '{"name":"twice","main":"index.js"}',
      'node_modules/twice/index.js': 'exports.twice = (x) => 2 * x;',
      'node_modules/events/package.json': '{"name":"events","main":"index.js"}',
      'node_modules/events/index.js': 'exports.EventEmitter = "not of Node";',
    },
  );
  const { plan, createWorld } = await loadModule(folder);
  const world = createWorld(plan, 99n, 7);
  world.beginTick(1, 5, 3);
  world.runCall(0, new Uint8Array(0), world.addCaller(41n, 7n));
  expect(world.takeLogLines().map(({ text }) => text)).toEqual(['42 not of Node']);
});

test('the runtime’s own copy of @tickbase/schema is used, whatever else is installed', async () => {
  const { plan } = await loadModule(
    writeModule(HEAD, {
      'node_modules/@tickbase/schema/package.json': '{"name":"@tickbase/schema","main":"index.js"}',
      'node_modules/@tickbase/schema/index.js': 'throw new Error("another copy");',
    }),
  );
  expect(plan.tables).toHaveLength(1);
});

test('what keeps a module from loading is an error with code and place', async () => {
  const rows: [source: string, code: string, said: string][] = [
    [`${HEAD}export const x = game.reducer(() => {`, 'MODULE_BUILD_FAILED', 'src/index.ts:5:'],
    [`${HEAD}import './nowhere.ts';`, 'MODULE_BUILD_FAILED', 'src/index.ts:5:'],
    [
      `${HEAD}import { readFileSync } from 'node:fs';\nreadFileSync('x');`,
      'MODULE_IMPORT_REFUSED',
      'src/index.ts imports "node:fs"',
    ],
    [`${HEAD}import { join } from 'path';\njoin('x');`, 'MODULE_IMPORT_REFUSED', 'imports "path"'],
    [`${HEAD}import 'fs/promises';`, 'MODULE_IMPORT_REFUSED', 'src/index.ts:5:'],
    [`${HEAD}export const x = require('child_process');`, 'MODULE_IMPORT_REFUSED', '"child_process"'],
    [`${HEAD}\nconst none: { x?: { y: number } } = {};\nnone.x!.y;`, 'MODULE_LOAD_FAILED', 'src/index.ts:7:'],
    [`${HEAD}throw 'a text';`, 'MODULE_LOAD_FAILED', 'a text'],
    [`${HEAD}throw { toString: null };`, 'MODULE_LOAD_FAILED', 'something that cannot be shown'],
    [
      `${HEAD}throw new Proxy({}, { get: () => { throw new Error('asked too much'); } });`,
      'MODULE_LOAD_FAILED',
      'something that cannot be shown',
    ],
    [`${HEAD}export const at = Date.now();`, 'MODULE_NOT_ALLOWED', 'src/index.ts:5:24'],
    [`${HEAD}export const at = setTimeout(() => {}, 5);`, 'MODULE_NOT_ALLOWED', 'src/index.ts:5:'],
    [`${HEAD}export const at = process.env;`, 'MODULE_LOAD_FAILED', 'process is not defined'],
    [
      `import { schema } from '@tickbase/schema'; export const game = schema({});`,
      'MODULE_WITHOUT_SCHEMA',
      'entry file',
    ],
  ];
  for (const [source, code, said] of rows) {
    await expect(loadModule(writeModule(source)), source).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(said) as string }) as Error,
    );
  }
});

test('a module that overwrites what is of the language is not loaded; one that adds to it is', async () => {
  const rows: [overwrites: string, named: string][] = [
    ['Array.prototype.push = () => 0;', 'Array.prototype.push'],
    ['Object.defineProperty(Map.prototype, "size", { get: () => 0 });', 'Map.prototype.size'],
    ['(globalThis as any).Math = {};', 'Math'],
    ['delete (Float64Array.prototype as any).__proto__.set;', 'TypedArray.prototype.set'],
    ['(Object.prototype as any).gold = 5;', 'Object.prototype'],
    ['Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true });', 'ArrayIterator.prototype.next'],
  ];
  for (const [overwrites, named] of rows) {
    await expect(loadModule(writeModule(`${HEAD}${overwrites}`)), overwrites).rejects.toThrow(
      new RegExp(`MODULE_BUILTIN_CHANGED: the module overwrote ${named},`),
    );
  }
  const adds = `${HEAD}(Array.prototype as any).second = function () { return this[1]; }; Error.stackTraceLimit = 30;
class Names extends Array { override push(): number { return 0; } }
class Broken extends Error { override name = 'Broken'; }
export const pay = game.reducer(() => { console.log(new Names().push() + new Broken('x').name); });`;
  expect((await loadModule(writeModule(adds))).changedBuiltin()).toBe(null);
});

test('a module whose top level does not end is given up', async () => {
  await expect(loadModule(writeModule(`${HEAD}for (;;);`), 500)).rejects.toThrow(
    /MODULE_LOAD_ENDLESS: the top level of the module did not end within 500 ms/,
  );
});

test('a folder that is no module is an error that tells what is missing', async () => {
  await expect(loadModule('/srv/empty/nowhere')).rejects.toThrow(/MODULE_NOT_FOUND: there is no such folder/);
  const broken = writeModule('const broken = ;');
  await expect(loadModule(broken)).rejects.toThrow(
    /`npx tsc --noEmit -p .*` shows type errors once the module has a tsconfig/,
  );
  const file = import.meta.filename;
  await expect(loadModule(file)).rejects.toThrow(/MODULE_NOT_FOUND: this is a file\n.*\n.*give its folder/);
  const empty = temporaryFolder();
  await expect(loadModule(empty)).rejects.toThrow(/MODULE_NOT_FOUND: the folder has no src\/index\.ts/);
});

test('stacks of the module’s errors show its own files and lines, and no others', async () => {
  const folder = writeModule(
    `${HEAD}import { fail } from './deep/fail.ts';\nexport const pay = game.reducer((ctx) => {\n  fail(ctx.db.purse);\n});`,
    {
      'src/deep/fail.ts':
        'export function fail(purse: unknown): never {\n  throw new RangeError(`no ${typeof purse}`);\n}',
    },
  );
  const { plan, createWorld, sourceMap } = await loadModule(folder);
  const world = createWorld(plan, 99n, 7);
  world.beginTick(1, 5, 3);
  world.runCall(0, new Uint8Array(0), world.addCaller(41n, 7n));
  const [line] = world.takeLogLines();
  const stack = sourceMap.mapStack(line!.text).split('\n');
  expect(stack[0]).toContain('no object');
  expect(stack.slice(1).map((frame) => /\((.*)\)|at (\S+)$/.exec(frame)!.slice(1).find(Boolean))).toEqual([
    'src/deep/fail.ts:2:9',
    expect.stringMatching(/^src\/index\.ts:7:/),
  ]);
});

test('a system that throws is undone and reported with its author’s line, and those behind it run', async () => {
  const folder = writeModule(`import { schema, table, t } from '@tickbase/schema';
const purse = table({ name: 'purse', public: true }, { id: t.u32().primaryKey(), gold: t.i32() });
const game = schema({ purse }, { tickRate: 20 });
export default game;
export const spend = game.system({ everyTicks: 1 }, (ctx) => {
  ctx.db.purse.insert({ id: 3, gold: 8 });
  ctx.db.purse.id.find(4)!.gold--;
});
export const earn = game.system({ everyTicks: 1 }, (ctx) => {
  ctx.db.purse.insert({ id: 5, gold: 9 });
});`);
  const { plan, createWorld, sourceMap } = await loadModule(folder);
  const world = createWorld(plan, 99n, 7);
  world.beginTick(1, 5, 3);
  runDueSystems(world, 1);
  world.seal();
  const [line] = world.takeLogLines();
  expect(line).toMatchObject({ level: 'error', origin: 'spend' });
  expect(sourceMap.firstPlace(line!.text)).toMatch(/^src\/index\.ts:7:/);
  const [purses] = world.tables;
  expect([purses!.liveCount, purses!.valueAt(0, purses!.live.indexOf(1))]).toEqual([1, 5]);
});
