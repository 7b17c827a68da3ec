import { SenderError } from '@tickbase/schema';
import { ConnectionId, Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';
import { CALL_COMMITTED, CALL_FAILED, CALL_REFUSED } from './world.ts';

const plan = makePlan([{ name: 'purse', columns: { id: { kind: 'u32' } }, key: ['id'] }], {
  tickRate: 20,
  reducers: [{ name: 'run' }, { name: 'kick' }, { name: 'regret' }, { name: 'slip' }],
  hasInterest: true,
});

// oxlint-disable-next-line typescript/no-explicit-any
type Ctx = any;

function kickingWorld(centre: ((ctx: Ctx) => unknown) | null = null): ReturnType<typeof openWorld> {
  const functions = {
    kick: (ctx: Ctx) => {
      ctx.disconnect(ctx.sender, 'out');
      ctx.disconnect(new ConnectionId(5n));
    },
    regret: (ctx: Ctx) => {
      ctx.disconnect(new Identity(6n));
      throw new SenderError('not now');
    },
    slip: (ctx: Ctx) => ctx.disconnect('ann'),
  };
  return openWorld(plan, functions, centre);
}

test('orders of transactions that committed are given once, in their order', () => {
  const { world, caller, ...opened } = kickingWorld();
  const call = (name: string): number =>
    world.runCall(
      plan.reducers.findIndex((one) => one.name === name),
      new Uint8Array(0),
      caller,
    );
  const outcomes: number[] = [];
  opened.tick(() => outcomes.push(...['regret', 'kick', 'regret', 'slip', 'kick'].map(call)));
  expect(outcomes).toEqual([CALL_REFUSED, CALL_COMMITTED, CALL_REFUSED, CALL_FAILED, CALL_COMMITTED]);
  expect(world.disconnectCount).toBe(4);
  const orders = world.takeDisconnects();
  expect(orders.slice(0, 2)).toEqual([
    { identity: 17n, connectionId: null, reason: 'out' },
    { identity: null, connectionId: 5n, reason: '' },
  ]);
  expect(orders.slice(2)).toEqual(orders.slice(0, 2));
  expect([world.disconnectCount, world.takeDisconnects()]).toEqual([0, []]);
});

test('orders that nobody takes, as in a replay, are forgotten with their tick', () => {
  const world = kickingWorld();
  world.call('kick');
  world.call('regret');
  expect(world.world.takeDisconnects()).toEqual([]);
});

test('who may only read ends nothing, and neither does a context whose transaction is over', () => {
  let message = '';
  const { world, caller, ...opened } = kickingWorld((ctx: Ctx) => {
    try {
      ctx.disconnect(ctx.sender);
    } catch (error) {
      message = (error as Error).message;
    }
    return null;
  });
  let kept: Ctx = null;
  opened.run((ctx) => (kept = ctx));
  world.interestOf(caller);
  expect(message).toContain('STORE_READ_ONLY');
  expect(() => kept.disconnect(kept.sender)).toThrow('STORE_NO_TRANSACTION');
  expect(world.disconnectCount).toBe(0);
});

test('a reason is cut to what a socket can tell', () => {
  const world = kickingWorld();
  world.run((ctx) => ctx.disconnect(ctx.sender, 'x'.repeat(5_000)));
  expect(world.world.takeDisconnects().map(({ reason }) => reason.length)).toEqual([123]);
});
