import { alternate } from './alternate.ts';
import { ModuleWorld } from './module-world.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';

/** Two games that others use for a store: figures alone. */
export async function storeGames({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('games');
  const rounds = isLong ? 15 : 5;
  const circles = await ModuleWorld.open('store-circles');
  circles.call('initGameCircles', { count: 100 });
  const joins = alternate(
    {
      food: () => circles.call('crossJoinCircleFood').wholeMs,
      all: () => circles.call('crossJoinAll').wholeMs,
    },
    rounds,
  );
  if (circles.numberIn('answer', 'sum') !== 1_000_000) throw new Error('the join of everything missed rows');
  const game = await ModuleWorld.open('store-ia-loop');
  game.call('initGameIaLoop', { players: 500 });
  const loops = alternate(
    {
      positions: () => game.call('updatePositionAll').wholeMs,
      velocities: () => game.call('updatePositionWithVelocity').wholeMs,
      enemies: () => game.call('gameLoopEnemyIa', { players: 100 }).wholeMs,
    },
    rounds,
  );
  return [
    rowOf('circles: 100 circles × 100 food, an entity found for each pair', 'ms', joins.food),
    rowOf('circles: 100 circles × 100 entities × 100 food', 'ms', joins.all),
    rowOf('ia_loop: 50 000 positions rewritten', 'ms', loops.positions),
    rowOf('ia_loop: 25 000 velocities added to positions', 'ms', loops.velocities),
    rowOf('ia_loop: enemies, 100 agents × 400 quads', 'ms', loops.enemies),
  ];
}
