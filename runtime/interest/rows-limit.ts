import type { Watching } from './watching.ts';

/**
 * Decides which cells of streamed tables a viewer is shown: the nearest, as long as they hold `rowsMax` rows together, and its own cells whatever they
 * hold. A cell that was left out comes back when there is room for it and a tenth of the limit besides.
 */
export function leaveOutFarRows(watchings: readonly Watching[], rowsMax: number): void {
  const cells = watchings.filter(
    ({ partition, wantedCount }) =>
      wantedCount > 0 && partition.place >= 0 && partition.events === null && partition.partitioning.tracker.isStreamed,
  );
  cells.sort((a, b) => a.distance - b.distance);
  let rowCount = 0;
  for (const watching of cells) {
    for (const page of watching.partition.pages) rowCount += page.rowCount;
    const room = watching.isLeftOut ? rowsMax * (1 - HYSTERESIS) : rowsMax;
    watching.isLeftOut = !watching.isOwn && rowCount > room;
  }
}

const HYSTERESIS = 0.1;
