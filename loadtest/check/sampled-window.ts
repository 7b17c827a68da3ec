import type { Plan } from '@tickbase/schema/plan';
import type { SampledWorld } from './sampled-world.ts';

/** Every so many ticks what clients see is compared with the world. */
export const SAMPLE_TICKS = 20;

/** Ticks beyond the slowest rate by which what a client has of a cell may be older than its frame and still be compared. */
const SPARE_TICKS = 3;

/** How many ticks in a row are sampled, up to one in which clients are compared: as old as parts of what a client has may be. */
export function windowTicksOf({ interest }: Plan): number {
  if (interest === null) return 1;
  const slowest = Math.max(1, ...interest.tiers.map(({ everyTicks }) => everyTicks));
  return Math.min(SAMPLE_TICKS, slowest + SPARE_TICKS);
}

/** A tick in which clients are compared, and those just before it, of which tables in cells are known. */
export interface SampledWindow {
  readonly now: SampledWorld;
  /** The first tick of the window. */
  readonly oldest: SampledWorld;
  /** Null: a tick that was not sampled. */
  at(tick: number): SampledWorld | null;
}

/** `worlds`: by tick. */
export function sampledWindow(now: SampledWorld, worlds: ReadonlyMap<number, SampledWorld>): SampledWindow {
  let oldest = now;
  for (let earlier = worlds.get(now.tick - 1); earlier !== undefined; earlier = worlds.get(oldest.tick - 1)) {
    oldest = earlier;
  }
  return { now, oldest, at: (tick) => (tick === now.tick ? now : (worlds.get(tick) ?? null)) };
}
