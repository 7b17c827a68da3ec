import type { Source } from './compile-query.ts';
import type { Partition } from './partition.ts';
import type { Partitioning } from './partitioning.ts';
import type { Viewer } from './viewer.ts';

/*
 * What the subscriptions of a viewer cost, in rows: those in the partitions that it watches, and one for each partition. Cells are not counted: how much of
 * them a client has the module's area of interest says, and its budgets.
 */

export function watchedRowCount(viewer: Viewer): number {
  let count = 0;
  for (const { partition, wantedCount } of viewer.watchings.values()) {
    if (partition.place < 0 && wantedCount > 0) count += costOf(partition);
  }
  return count;
}

/**
 * What a source would add, as far as that is known without looking at rows: of whole tables, and of partitions that are watched already. `known`: the
 * partitioning of its rule, if there is one.
 */
export function foreseenRowCount({ tracker, rule, key, keys, radiusM }: Source, known: Partitioning | null): number {
  if (radiusM !== null || keys !== null || tracker.plan.isEvent) return 0;
  const partition = known?.find(-1, key) ?? null;
  if (partition !== null) return costOf(partition);
  const isWhole = key === null && rule.range === null && rule.residual === null;
  return isWhole ? 1 + tracker.view.liveCount : 0;
}

function costOf({ pages }: Partition): number {
  let count = 1;
  for (const { rowCount } of pages) count += rowCount;
  return count;
}
