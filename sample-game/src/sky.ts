import { Timestamp } from '@tickbase/schema';
import type { Ctx } from './tables.ts';

/** The id of the one row of `sky`. */
const SKY = 1;

/** A new world begins so long after dawn, in full light. */
const FIRST_HOUR_S = 60;

/** Sets the time of day in a new world. */
export function raiseSun(ctx: Ctx): void {
  const dawnUs = ctx.timestamp.microsSinceUnixEpoch - BigInt(FIRST_HOUR_S) * 1_000_000n;
  ctx.db.sky.insert({ id: SKY, dawnAt: new Timestamp(dawnUs) });
}

/** Seconds since the first dawn: see daylight.ts. */
export function secondsSinceDawn(ctx: Ctx): number {
  const { dawnAt } = ctx.db.sky.id.find(SKY)!;
  return ctx.timestamp.since(dawnAt).millis / 1000;
}
