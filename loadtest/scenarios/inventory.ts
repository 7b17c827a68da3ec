import { fileURLToPath } from 'node:url';
import type { Player, Scenario } from './scenario.ts';

const MOVE_MS = 1000;
const TRADE_MS = 3000;
/** As in the module. */
const KINDS = 40;
const PLACES = 24;
const PRICE_MAX = 50;

/** Bags that only their owners see, and a market that all see: a player moves something each second, and sells and buys every three. */
export const inventory: Scenario = {
  name: 'inventory',
  modulePath: fileURLToPath(new URL('../modules/inventory', import.meta.url)),
  database: 'inventory',
  joinsPerSecond: 100,
  settleMs: 2000,
  tables: ['purse', 'item', 'offer'],
  join: (player) => player.call('join', {}),
  play: (player) => {
    player.every(MOVE_MS, () => {
      void player.call('move_item', { from: upTo(player, PLACES / 2), to: upTo(player, PLACES) }, 'any');
    });
    player.every(TRADE_MS, () => {
      void player.call('sell', { place: upTo(player, PLACES / 2), price: 1 + upTo(player, PRICE_MAX) }, 'any');
    });
    player.every(TRADE_MS, () => void player.call('buy', { kind: upTo(player, KINDS) }, 'any'));
  },
  centresOf: () => [],
  writtenBy: () => new Map(),
};

/** A whole number from 0 to below. */
function upTo(player: Player, below: number): number {
  return Math.floor(player.random() * below);
}
