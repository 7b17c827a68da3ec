/**
 * How many ticks it is remembered which rows left a view. A resume within its grace finds all of them at a fixed rate. A slot is given out
 * again only after one tick more, when the ring has forgotten that it was left.
 */
export function leaveRingTicks(tickRate: number, resumeGraceMs: number): number {
  return tickRate === 0 ? LEAVE_RING_COMMITS : Math.ceil((tickRate * resumeGraceMs) / 1000) + 1;
}

/** At `tickRate: 0`, where a second has any number of commits. Each costs what it deletes. */
const LEAVE_RING_COMMITS = 1000;
