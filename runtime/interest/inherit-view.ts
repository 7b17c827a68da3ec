import type { SentWrites } from './sent-writes.ts';
import type { TableTracker } from './table-tracker.ts';
import { PAIR } from './viewer-lines.ts';
import type { Viewer } from './viewer.ts';

/**
 * Gives the viewer of a new diff builder what its client knows from the old one, or was still to be told: the first frame ends all that was
 * watched there, after it has brought the same rows anew. `moved`: by old table position the new one, -1: the table is gone. `trackers`: of the old
 * one, by position.
 */
export function inheritView(
  old: Viewer,
  viewer: Viewer,
  moved: readonly number[],
  trackers: readonly (TableTracker | null)[],
  oldSent: SentWrites,
  sent: SentWrites,
): void {
  viewer.isResuming = true;
  viewer.noteSets();
  viewer.isUnbounded = true; // what is shown under old handles goes in this very frame
  for (const { pagesPerhapsKnown, partition } of old.watchings.values()) {
    for (let i = 0; i < pagesPerhapsKnown; i++) viewer.lostUnwatches.push(partition.pages[i]!.handle);
  }
  viewer.lostUnwatches.push(...old.lostUnwatches);
  viewer.applied = old.applied.filter((querySet) => viewer.querySets.has(querySet));
  viewer.ended = [...old.ended];
  viewer.unacknowledged = [...old.unacknowledged];
  viewer.hasUnacknowledged = viewer.unacknowledged.length > 0;
  // Not where another row has the slot by now.
  const goesOver = (position: number, slot: number, tick: number): boolean =>
    moved[position]! >= 0 && trackers[position]?.isSameSince(slot, tick) === true;
  oldSent.forEach(old.id, (position, slot, tick) => {
    if (goesOver(position, slot, tick)) sent.push(viewer.id, tick, moved[position]! * PAIR + slot);
  });
  old.gatherWrites();
  const waiting = old.ownWrites.read();
  for (let i = 0; i < old.ownWrites.length; i += 3) {
    const [position, slot, tick] = [waiting[i]!, waiting[i + 1]!, waiting[i + 2]!];
    if (goesOver(position, slot, tick)) viewer.ownWrites.add(moved[position]!, slot, tick);
  }
}
