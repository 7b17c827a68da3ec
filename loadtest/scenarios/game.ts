import { fileURLToPath } from 'node:url';
import { Identity } from '@tickbase/schema/values';
import type { SampledWorld } from '../check/sampled-world.ts';
import type { Player, Scenario } from './scenario.ts';

/** How often a player looks where to go. One who walks by keyboard changes direction about once a second. */
const THINK_MS = 1000;
const GATHER_MS = 5000;
const CRAFT_MS = 15_000;
const NEAR_LINE_MS = 20_000;
const WORLD_LINE_MS = 120_000;
/** How often a player who has no goal turns somewhere else, and how much he strays from his way, in radians. */
const TURN_SHARE = 1 / 15;
const STRAY = 0.6;
/** A goal that has not been reached by then lies behind water or rock. */
const THOUGHTS_A_GOAL = 12;
const GATHER_M = 2;
/** Resources of a new world have the ids from 1 on; a bot that keeps no rows takes its chance with one of them. */
const SOME_RESOURCES = 150;
const RECIPES = 5;

type Row = Readonly<Record<string, unknown>>;

/** The sample game: players walk over the island, gather, craft and talk. */
export const game: Scenario = {
  name: 'game',
  modulePath: fileURLToPath(new URL('../../sample-game', import.meta.url)),
  database: 'sample-game',
  joinsPerSecond: 50, // all begin at the camp, where everybody sees everybody
  settleMs: 12_000,
  tables: 'all', // as the page does
  join: (player) => player.call('join', { name: `walker ${player.number}`, is_bot: true }),
  play: (player) => {
    const walker = new Walker(player);
    player.every(THINK_MS, () => walker.walk());
    player.every(GATHER_MS, () => walker.gather());
    player.every(CRAFT_MS, () => {
      void player.call('craft', { recipe: Math.floor(player.random() * RECIPES) }, 'any');
    });
    player.every(NEAR_LINE_MS, () => void player.call('say', { text: 'a fine day for a walk', to_all: false }));
    player.every(WORLD_LINE_MS, () => void player.call('say', { text: 'who is at the camp?', to_all: true }));
  },
  centresOf: (world, identity) => {
    const mine = world.table('body').find('id', bodyOf(world, identity));
    if (mine === null) return [];
    return [{ space: mine['floor'] as number, x: mine['x'] as number, y: mine['y'] as number }];
  },
  writtenBy: (world, identity) => new Map([['body', new Set([String(bodyOf(world, identity))])]]),
};

/** Undefined before it has joined. */
function bodyOf(world: SampledWorld, identity: bigint): unknown {
  return world.table('player').find('identity', new Identity(identity))?.['body_id'];
}

/** One who sees goes to what can be gathered; one who keeps no rows walks by chance and tries at random. */
class Walker {
  readonly #player: Player;
  #target: bigint | null = null;
  #thoughtsLeft = 0;
  #angle: number;

  constructor(player: Player) {
    this.#player = player;
    this.#angle = player.random() * 2 * Math.PI;
  }

  walk(): void {
    this.#angle = this.#angleToTarget() ?? this.#angleByChance();
    void this.#player.call('steer', { x: Math.cos(this.#angle), y: Math.sin(this.#angle) });
  }

  gather(): void {
    const resource = this.#target ?? BigInt(1 + Math.floor(this.#player.random() * SOME_RESOURCES));
    void this.#player.call('gather', { resource_id: resource }, 'any');
  }

  /** Across the island rather than to and fro. */
  #angleByChance(): number {
    const player = this.#player;
    if (player.random() < TURN_SHARE) return player.random() * 2 * Math.PI;
    return this.#angle + (player.random() - 0.5) * STRAY;
  }

  #angleToTarget(): number | null {
    const mine = this.#ownBody();
    if (mine === null) return null;
    const target = this.#thoughtsLeft-- > 0 ? this.#resource(this.#target) : this.#chooseTarget(mine);
    if (target === null) return null;
    const dx = (target['x'] as number) - (mine['x'] as number);
    const dy = (target['y'] as number) - (mine['y'] as number);
    if (Math.hypot(dx, dy) < GATHER_M) {
      this.gather();
      this.#thoughtsLeft = 0;
    }
    return Math.atan2(dy, dx);
  }

  #ownBody(): Row | null {
    const { identity } = this.#player;
    const me = find(this.#player.rowsOf('player'), (row) => (row['identity'] as Identity).__identity__ === identity);
    return me === null ? null : find(this.#player.rowsOf('body'), (row) => row['id'] === me['body_id']);
  }

  #resource(id: bigint | null): Row | null {
    return find(this.#player.rowsOf('resource'), (row) => row['id'] === id);
  }

  #chooseTarget(mine: Row): Row | null {
    const grown = [...(this.#player.rowsOf('resource') ?? [])].filter(
      (row) => row['floor'] === mine['floor'] && (row['left'] as number) > 0,
    );
    const chosen = grown[Math.floor(this.#player.random() * grown.length)] ?? null;
    this.#target = chosen === null ? null : (chosen['id'] as bigint);
    this.#thoughtsLeft = THOUGHTS_A_GOAL;
    return chosen;
  }
}

function find(rows: Iterable<Row> | null, holds: (row: Row) => boolean): Row | null {
  for (const row of rows ?? []) if (holds(row)) return row;
  return null;
}
