import { type Context, createContext, Script } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { CALL_STOPPED, OUTCOME_NONE, type World } from './world.ts';

const ENTRY = `
  import { createWorld, installConsole, worldCode } from './index.ts';
  import { makePlan } from './testing/make-plan.ts';
  const log = installConsole(globalThis);
  const plan = makePlan(
    [{ name: 'note', columns: { id: { kind: 'u32' }, text: { kind: 'string' }, blob: { kind: 'bytes' } }, key: ['id'] }],
    { reducers: [{ name: 'write', params: { blob: { kind: 'bytes' } } }, { name: 'hang' }] },
  );
  const write = (ctx, args) => {
    console.log('writing', args.blob);
    ctx.db.note.insert({ id: 7, text: 'Łódź', blob: args.blob });
    globalThis.roots = [args, args.blob, ctx, ctx.db, ctx.sender, ctx.random, console].map(
      (value) => value.constructor.constructor('return this')() === globalThis,
    );
    if (typeof process !== 'undefined' || typeof TextEncoder !== 'undefined') throw new Error('not bare');
  };
  const hang = (ctx) => {
    for (let id = 8; ; id = 8 + ((id * 7) % 50)) {
      ctx.db.note.id.upsert({ id, text: 'n' + id, blob: new Uint8Array(2) });
      if (id % 3 === 0) ctx.db.note.id.delete(id);
    }
  };
  globalThis.world = createWorld({ plan, log, code: (0, eval)(worldCode(plan)), functions: { reducers: [write, hang], systems: [], interest: null }, databaseIdentity: 3n });
`;

async function loadWorld(): Promise<{ context: Context; world: World }> {
  const bundle = await build({
    stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    target: 'es2023',
    conditions: ['tickbase-source'],
  });
  const context = createContext({});
  new Script(bundle.outputFiles[0]!.text).runInContext(context);
  return { context, world: context['world'] as World };
}

test('a world runs in a context that holds nothing but the language, and hands out nothing from outside', async () => {
  const { context, world } = await loadWorld();
  const caller = world.addCaller(5n, 6n);
  world.beginTick(1, 9_000_000, 4);
  expect(world.runCall(0, new Uint8Array([2, 8, 9]), caller)).toBe(0);
  expect(world.seal().logged().length).toBeGreaterThan(20);
  expect(context['roots']).toEqual([true, true, true, true, true, true, true]);
  expect(world.takeLogLines().map((line) => line.text)).toEqual(['writing [8, 9]']);
});

test('a call that is stopped from outside leaves no trace', async () => {
  const { context, world } = await loadWorld();
  const caller = world.addCaller(5n, 6n);
  const hang = new Script('world.runCall(1, new Uint8Array(0), 0)');
  world.beginTick(1, 9_000_000, 4);
  world.runCall(0, new Uint8Array([2, 8, 9]), caller);
  world.seal();
  const [note] = world.tables;
  for (let tick = 2; tick < 14; tick++) {
    world.beginTick(tick, tick * 61_000_000, 4);
    world.lastOutcome = OUTCOME_NONE;
    expect(() => hang.runInContext(context, { timeout: 3 + tick })).toThrow('timed out');
    // On a busy machine the time may be over before the call has begun.
    expect([CALL_STOPPED, OUTCOME_NONE]).toContain(world.recover(5));
    const record = world.seal();
    expect([record.tables.length, record.isLogEmpty, note!.liveCount, note!.slotCount]).toEqual([0, true, 1, 1]);
    expect([note!.slotsByIndex(0, [7]), note!.slotsByIndex(0, [8])]).toEqual([[0], []]);
  }
});
