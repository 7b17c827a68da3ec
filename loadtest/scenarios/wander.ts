import { fileURLToPath } from 'node:url';
import { Identity } from '@tickbase/schema/values';
import type { SampledWorld } from '../check/sampled-world.ts';
import type { Scenario } from './scenario.ts';

/** With 500 players and these, about 100 movers are in a client's area of interest. */
const WANDERERS = 1100;
/** What a player's input costs who moves by mouse: one call a tick. */
const STEER_MS = 50;

/** Players and movers on an open land, evenly spread; each player steers once a tick. The scene of `npm run bench -- first`. */
export const wander: Scenario = {
  name: 'wander',
  modulePath: fileURLToPath(new URL('../modules/wander', import.meta.url)),
  database: 'wander',
  joinsPerSecond: 100,
  settleMs: 3000,
  tables: ['mover'],
  prepare: async (player) => {
    await player.call('populate', { count: WANDERERS });
  },
  join: (player) => player.call('join', {}),
  play: (player) => {
    let inputTick = 0n;
    player.every(STEER_MS, () => {
      void player.call('steer', { heading: player.random() * 6, input_tick: inputTick++ });
    });
  },
  centresOf: (world, identity) => {
    const mine = world.table('mover').find('id', moverOf(world, identity));
    return mine === null ? [] : [{ space: 0, x: mine['x'] as number, y: mine['y'] as number }];
  },
  writtenBy: (world, identity) => new Map([['mover', new Set([String(moverOf(world, identity))])]]),
};

/** Undefined before it has joined. */
function moverOf(world: SampledWorld, identity: bigint): unknown {
  return world.table('player').find('identity', new Identity(identity))?.['mover_id'];
}
