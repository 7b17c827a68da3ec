import { HP_MAX } from '../../src/rules.ts';
import type { Placed } from './own-reach.ts';

/** What has just happened to the player: bitten, nourished or warmed, or woken at the camp after the last bite. */
export type Fate = 'bitten' | 'healed' | 'woken';

/** Waking moves a player farther than a tick's walk. */
const CARRIED_M = 3;

type Life = Placed & { readonly hp: number };

/** Reads from two versions of the own body what happened between them; null: nothing of note. */
export function ownFate(before: Life, after: Life): Fate | null {
  if (after.hp < before.hp) return 'bitten';
  if (after.hp === before.hp) return null;
  const isCarried = after.floor !== before.floor || Math.hypot(after.x - before.x, after.y - before.y) > CARRIED_M;
  return isCarried && after.hp === HP_MAX ? 'woken' : 'healed';
}
