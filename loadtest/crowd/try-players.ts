import type { SearchStep } from '../find-max.ts';
import { CrowdLost } from './crowd-lost.ts';
import { type WhatWasSeen, whyNotKept } from './why-not-kept.ts';

/** One step of the search for how many players are held: a number whose clients cannot come in, or do not stay, is not held, and no error. */
export async function tryPlayers(bots: number, run: () => Promise<WhatWasSeen>): Promise<SearchStep> {
  try {
    const figures = await run();
    const why = whyNotKept(figures);
    return { bots, isHeld: why === '', why, tickP99Ms: figures.ticks.p99Ms };
  } catch (error) {
    if (!(error instanceof CrowdLost)) throw error;
    return { bots, isHeld: false, why: error.message, tickP99Ms: null };
  }
}
