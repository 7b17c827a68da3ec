import type { Benchmark } from './bench-row.ts';
import { storeGames } from './store-games.ts';
import { storeMemory } from './store-memory.ts';
import { storeMotion } from './store-motion.ts';
import { storeQueries } from './store-queries.ts';
import { storeRows } from './store-rows.ts';
import { storeTransfer } from './store-transfer.ts';

/**
 * The store in process, beside what is made for each task. Times are processor time of this process, contenders take turns: a machine that
 * has other work shows the same ratios.
 */
export const store: Benchmark = async (options) => [
  // First, while the process knows one module's world only, as a server does: its calls into it are then direct.
  ...(await storeTransfer(options)),
  ...(await storeMemory(options)),
  ...(await storeRows(options)),
  ...(await storeMotion(options)),
  ...(await storeQueries(options)),
  ...(await storeGames(options)),
];
