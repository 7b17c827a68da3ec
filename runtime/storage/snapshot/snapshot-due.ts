/** When a snapshot is worth its bytes. */
export interface SnapshotSchedule {
  /** Bytes of log since the last snapshot from which one is due; when that one was larger, as many bytes as it had. */
  readonly logBytes: number;
  /** A world that has changed has a snapshot after so long, for the values that the log does not keep. */
  readonly intervalMs: number;
  /** After one that failed nothing is tried for so long. */
  readonly retryMs: number;
}

export const SNAPSHOT_SCHEDULE: SnapshotSchedule = { logBytes: 64 << 20, intervalMs: 300_000, retryMs: 30_000 };

export interface SnapshotSituation {
  readonly nowMs: number;
  /** When the last one was begun, or the server started. */
  readonly lastBegunMs: number;
  /** When one failed last; null: the last one did not. */
  readonly failedMs: number | null;
  /** Size of the last snapshot; 0: none. */
  readonly lastBytes: number;
  readonly logBytesSince: number;
  /** The world has changed since, be it in values that are not logged. */
  readonly hasChanged: boolean;
}

/**
 * Whether a snapshot is to be begun at the end of this tick. The log that a recovery has to read is thereby no longer than the snapshot
 * before it, and what is written for snapshots is no more than what is written for the log.
 */
export function snapshotDue(situation: SnapshotSituation, schedule: SnapshotSchedule): boolean {
  const { nowMs, lastBegunMs, failedMs, lastBytes, logBytesSince, hasChanged } = situation;
  if (failedMs !== null && nowMs - failedMs < schedule.retryMs) return false;
  if (logBytesSince >= Math.max(schedule.logBytes, lastBytes)) return true;
  return hasChanged && nowMs - lastBegunMs >= schedule.intervalMs;
}
