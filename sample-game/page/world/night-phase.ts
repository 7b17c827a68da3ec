import { isNight } from '../../src/daylight.ts';
import { Space } from '../../src/terrain/places.ts';

/** By dusk the wolves' hour is near; by night they hunt. */
export type NightPhase = 'day' | 'dusk' | 'night';

/** Time enough to gather the wood for a fire. */
const DUSK_S = 45;

/** How near the wolves' hour is. In the cave it is day always: no wolf comes there. */
export function nightPhase(secondsSinceDawn: number, space: number): NightPhase {
  if (space === Space.Cave) return 'day';
  if (isNight(secondsSinceDawn)) return 'night';
  return isNight(secondsSinceDawn + DUSK_S) ? 'dusk' : 'day';
}
