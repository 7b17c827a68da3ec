import type { Place } from './answer-lines.ts';

export interface CrowdRules {
  /** Whoever is nearer than this must be in view. */
  readonly radiusM: number;
  /** Whoever is farther away than this must not. */
  readonly leaveRadiusM: number;
  /** How far anybody may have gone between what the server told and what its client was shown. */
  readonly slackM: number;
}

/**
 * Compares what one player's client shows with where all players are, one by one and without any grid. Returns what is wrong, in words: who is missing, who
 * should not be there, who stands elsewhere.
 */
export function checkCrowd(
  player: number,
  truth: readonly Place[],
  shown: readonly Place[],
  { radiusM, leaveRadiusM, slackM }: CrowdRules,
): string[] {
  const wrong: string[] = [];
  const shownOf = new Map(shown.map((place) => [place[0], place]));
  const own = truth.find(([id]) => id === player);
  if (own === undefined) return [`the server has no player ${player}`];
  if (shownOf.size !== shown.length) wrong.push('somebody is shown twice');
  for (const [id, x, y] of truth) {
    const distanceM = Math.hypot(x - own[1], y - own[2]);
    const place = shownOf.get(id);
    shownOf.delete(id);
    if (place === undefined) {
      if (distanceM < radiusM - slackM) wrong.push(`player ${id} is ${distanceM.toFixed(1)} m away and not in view`);
    } else if (distanceM > leaveRadiusM + slackM) {
      wrong.push(`player ${id} is ${distanceM.toFixed(1)} m away and still in view`);
    } else if (Math.hypot(place[1] - x, place[2] - y) > slackM) {
      wrong.push(`player ${id} is shown ${Math.hypot(place[1] - x, place[2] - y).toFixed(1)} m from where it is`);
    }
  }
  for (const id of shownOf.keys()) wrong.push(`player ${id} is in view and not on the server`);
  return wrong;
}
