import type { PlainWorld } from './plain-world.ts';
import type { Moment } from './truth.ts';
import type { WalkCoverage } from './walk-coverage.ts';

/** Counts what crossed from one cell into another between two ticks, and who saw both. */
export function countCrossings(world: PlainWorld, before: Moment, now: Moment, coverage: WalkCoverage): void {
  for (const { plan, position } of world.tables) {
    const old = before.tables[position];
    const state = now.tables[position]!;
    if (old === undefined || old === state || plan.spatial === null || plan.isEvent) continue;
    const cellOfLife = new Map(old.rows.map(({ life }, i) => [life, old.cells[i]!]));
    const isFollowing = plan.spatial.kind === 'follows';
    state.rows.forEach(({ life }, i) => {
      const from = cellOfLife.get(life);
      const to = state.cells[i]!;
      if (from === undefined || from === to) return;
      const isOtherSpace = from !== null && to !== null && from.split(',')[0] !== to.split(',')[0];
      if (!isFollowing) coverage.rowSpaceChanges += Number(isOtherSpace);
      else if (to === null) coverage.followersBereft++;
      else if (isOtherSpace) coverage.followersToOtherSpace++;
      else coverage.followersMovedAlong++;
      if (from !== null && to !== null) countViewers(plan.name, from, to, before, now, coverage);
    });
  }
}

function countViewers(
  table: string,
  from: string,
  to: string,
  before: Moment,
  now: Moment,
  coverage: WalkCoverage,
): void {
  for (const [id, { areas }] of now.sessions) {
    for (const [key, area] of areas) {
      if (!key.startsWith(`${table} `) || !area.held.has(to)) continue;
      if (area.held.has(from)) coverage.transits++;
      if (area !== before.sessions.get(id)?.areas.get(key)) coverage.crossingsTogether++;
    }
  }
}
