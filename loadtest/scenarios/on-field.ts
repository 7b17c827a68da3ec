import { fileURLToPath } from 'node:url';
import { Identity } from '@tickbase/schema/values';
import type { SampledWorld } from '../check/sampled-world.ts';
import type { Scenario } from './scenario.ts';

/** A scene of the module `field`: a square of land with players and wild movers. */
export function onField(scene: FieldScene): Scenario {
  const { name, pace, landM, wildCount = 0, sparksPerTick = 0, sparksMax = 0, steerMs } = scene;
  return {
    name,
    modulePath: fileURLToPath(new URL('../modules/field', import.meta.url)),
    database: 'field',
    joinsPerSecond: 100,
    settleMs: 3000,
    tables: sparksPerTick > 0 ? ['mover', 'spark'] : ['mover'],
    prepare: async (player) => {
      await player.call('set_stage', {
        pace: PACES[pace],
        land_m: landM,
        wild_count: wildCount,
        sparks_per_tick: sparksPerTick,
        sparks_max: sparksMax,
      });
    },
    join: (player) => player.call('join', {}),
    play: (player) => {
      if (steerMs === null) {
        // What nobody is told of is not compared: who checks asks for an answer, to a call that changes nothing.
        if (player.rowsOf('mover') !== null) player.every(MOUSE_MS, () => void player.call('join', {}));
        return;
      }
      let inputTick = 0n;
      player.every(steerMs, () => {
        void player.call('steer', { heading: player.random() * 6, input_tick: inputTick++ });
      });
    },
    centresOf: (world, identity) => {
      const mine = world.table('mover').find('id', moverOf(world, identity));
      return mine === null ? [] : [{ space: 0, x: mine['x'] as number, y: mine['y'] as number }];
    },
    writtenBy: (world, identity) => new Map([['mover', new Set([String(moverOf(world, identity))])]]),
  };
}

export interface FieldScene {
  readonly name: string;
  /** 'swing': to and fro over the borders of cells, all in the same ticks. */
  readonly pace: keyof typeof PACES;
  /** Edge of the land. */
  readonly landM: number;
  readonly wildCount?: number;
  /** Rows that come in each tick, and how many there are at most: as many go then. */
  readonly sparksPerTick?: number;
  readonly sparksMax?: number;
  /** How often a player steers; null: never. */
  readonly steerMs: number | null;
}

/** A call a tick. */
const MOUSE_MS = 50;

/** As the module numbers them. */
const PACES = { still: 0, walk: 1, swing: 2 } as const;

/** Undefined before it has joined. */
function moverOf(world: SampledWorld, identity: bigint): unknown {
  return world.table('player').find('identity', new Identity(identity))?.['mover_id'];
}
