/** From one dawn to the next, in seconds. */
export const DAY_S = 480;

/** The sun takes so long to rise, from dawn on, and to set. */
const TWILIGHT_S = 45;
const SUNSET_S = 300;
/** Below this light it is night: wolves hunt. */
const NIGHT_LIGHT = 0.3;

/**
 * How light it is: 0 in the dark of the night, 1 by day, smooth between.
 *   secondsSinceDawn  since any dawn, so it may be many days; negative before it
 */
export function daylight(secondsSinceDawn: number): number {
  const hourS = secondsSinceDawn - DAY_S * Math.floor(secondsSinceDawn / DAY_S);
  const sun = Math.min(hourS, SUNSET_S + TWILIGHT_S - hourS) / TWILIGHT_S;
  const light = Math.max(0, Math.min(1, sun));
  return light * light * (3 - 2 * light);
}

/** Whether wolves hunt: about a third of each day. */
export function isNight(secondsSinceDawn: number): boolean {
  return daylight(secondsSinceDawn) < NIGHT_LIGHT;
}
