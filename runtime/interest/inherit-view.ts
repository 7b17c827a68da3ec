import type { Viewer } from './viewer.ts';

/**
 * Gives the viewer of a new diff builder what its client knows from the old one, or was still to be told: the first frame ends all that was
 * watched there, after it has brought the same rows anew. `moved`: by old table position the new one, -1: the table is gone.
 */
export function inheritView(old: Viewer, viewer: Viewer, moved: readonly number[]): void {
  viewer.isResuming = true;
  for (const { pagesAnnounced, partition } of old.watchings.values()) {
    for (let i = 0; i < pagesAnnounced; i++) viewer.lostUnwatches.push(partition.pages[i]!.handle);
  }
  viewer.lostUnwatches.push(...old.lostUnwatches);
  viewer.applied.push(...old.applied);
  viewer.ended.push(...old.ended);
  // Frames without a receipt may be lost; what they told is passed over by who has it.
  for (const { applied, ended, unwatches } of old.unacknowledged) {
    viewer.applied.push(...applied);
    viewer.ended.push(...ended);
    viewer.lostUnwatches.push(...unwatches);
  }
  viewer.applied = [...new Set(viewer.applied)].filter((querySet) => viewer.querySets.has(querySet));
  viewer.ended = [...new Set(viewer.ended)].filter((querySet) => !viewer.querySets.has(querySet));
  const write = (position: number, slot: number, tick: number): void => {
    const to = moved[position]!;
    if (to >= 0) viewer.ownWrites.add(to, slot, tick);
  };
  old.sentWrites.forEach(write);
  const waiting = old.ownWrites.read();
  for (let i = 0; i < old.ownWrites.length; i += 3) write(waiting[i]!, waiting[i + 1]!, waiting[i + 2]!);
}
