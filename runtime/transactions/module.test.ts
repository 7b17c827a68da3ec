import { ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import { schema, SenderError, table, t } from '@tickbase/schema';
import { derivePlan } from '@tickbase/schema/plan';
import { Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { INTEREST_CENTRES } from '../store/index.ts';
import { compileWorldCode } from './testing/compile-world-code.ts';
import { runDueSystems } from './testing/run-due-systems.ts';
import { createWorld } from './create-world.ts';
import { CALL_COMMITTED, CALL_REFUSED } from './world.ts';

const player = table(
  { name: 'player', public: true },
  { identity: t.identity().primaryKey(), name: t.string(), bodyId: t.u64().unique() },
);
const body = table(
  { name: 'body', public: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: 32 }, persist: 'snapshot' },
  {
    id: t.u64().primaryKey().autoInc(),
    kind: t.u8().index('btree'),
    floor: t.u16(),
    x: t.f32().quantize({ step: 0.01 }),
    y: t.f32().quantize({ step: 0.01 }),
    heading: t.f32().angle({ bits: 8 }),
  },
);
const game = schema({ player, body }, { tickRate: 20 });
const namespace = {
  default: game,
  interest: game.interest({
    radiusMax: 96,
    centre: (ctx) => {
      const me = ctx.db.player.identity.find(ctx.sender);
      return me && ctx.db.body.id.find(me.bodyId);
    },
  }),
  join: game.reducer({ name: t.string() }, (ctx, { name }) => {
    const mine = ctx.db.body.insert({ id: 0n, kind: 0, floor: 3, x: 4, y: 5, heading: 0 });
    ctx.db.player.insert({ identity: ctx.sender, name, bodyId: mine.id });
  }),
  move: game.reducer({ dx: t.f32(), dy: t.f32() }, (ctx, { dx, dy }) => {
    const me = ctx.db.player.identity.find(ctx.sender);
    if (!me) throw new SenderError('join first');
    const mine = ctx.db.body.id.edit(me.bodyId);
    mine.x += dx;
    mine.y += dy;
  }),
  wander: game.system({ everyTicks: 2 }, (ctx, dt) => {
    for (const beast of ctx.db.body.kind.edit(0)) beast.x += dt;
  }),
};

test('a module written with the schema runs: reducers, systems, views and interest', () => {
  const { plan, functions } = derivePlan(namespace);
  const world = createWorld({ plan, code: compileWorldCode(plan), functions, databaseIdentity: 5n });
  const ann = world.addCaller(71n, 72n);
  const call = (name: string, args: Record<string, unknown>): number => {
    const position = plan.reducers.findIndex((reducer) => reducer.accessor === name);
    const writer = new ByteWriter();
    for (const param of plan.reducers[position]!.params) encodeValue(writer, param.type, args[param.accessor]);
    return world.runCall(position, writer.copy(), ann);
  };
  world.beginTick(8, 1_000_000, 3);
  expect(call('move', { dx: 1, dy: 1 })).toBe(CALL_REFUSED);
  expect(call('join', { name: 'ann' })).toBe(CALL_COMMITTED);
  expect(call('move', { dx: 1.5, dy: -2 })).toBe(CALL_COMMITTED);
  runDueSystems(world, 8);
  const record = world.seal();
  const position = plan.tables.findIndex((candidate) => candidate.name === 'body');
  const bodies = world.tables[position]!;
  expect(world.takeLogLines()).toEqual([]);
  expect(record.tables.map((change) => change.position)).toEqual([0, 1]);
  expect([bodies.valueAt(3, 0), bodies.valueAt(4, 0)]).toEqual([Math.fround(5.6), 3]);
  expect(world.interestOf(ann)).toBe(INTEREST_CENTRES);
  expect(world.centreCount).toBe(1);
  expect(world.readCount).toBe(2);
});

test("a row is found alike by the caller's own identity and by an equal one, and by no other", () => {
  const { plan, functions } = derivePlan({
    default: folk,
    look: folk.reducer((ctx) => {
      const { identity } = ctx.db.player;
      ctx.db.player.insert({ identity: ctx.sender, name: 'ann', bodyId: 6n });
      ctx.db.player.insert({ identity: new Identity(72n), name: 'bob', bodyId: 7n });
      const own = identity.find(ctx.sender);
      expect(own).toEqual({ identity: new Identity(WIDE), name: 'ann', bodyId: 6n });
      expect(identity.find(new Identity(WIDE))).toEqual(own);
      expect(identity.find(new Identity(72n))).toEqual({ identity: new Identity(72n), name: 'bob', bodyId: 7n });
      expect(identity.find(new Identity(WIDE ^ (1n << 255n)))).toBeNull();
      expect(identity.find(ctx.sender)).not.toBe(own); // a fresh object
      identity.delete(ctx.sender);
      expect(identity.find(ctx.sender)).toBeNull();
      expect(() => identity.find(WIDE as never)).toThrow('VALUE_TYPE');
    }),
  });
  const running = createWorld({ plan, code: compileWorldCode(plan), functions, databaseIdentity: 5n });
  const ann = running.addCaller(WIDE, 3n);
  running.beginTick(8, 1_000_000, 3);
  running.runCall(0, new Uint8Array(0), running.addCaller(72n, 4n)); // somebody else's call went before, and failed
  expect(running.runCall(0, new Uint8Array(0), ann)).toBe(CALL_COMMITTED);
});

const folk = schema({ player });

/** An identity with other bits in each of its words. */
const WIDE = 0x8000_0001_0203_0405_0607_0809_0a0b_0c0d_0e0f_1011_1213_1415_1617_1819_1a1b_1c1dn;
