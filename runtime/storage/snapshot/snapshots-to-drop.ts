/** Which old snapshots are kept, with the log that leads from them to now. */
export interface SnapshotRetention {
  /** So many of the newest stay whatever their size and age; 1 or more. Two: a damaged one has another behind it. */
  readonly countMin: number;
  readonly countMax: number;
  /** Of all snapshots together. */
  readonly bytesMax: number;
  readonly ageMsMax: number;
}

export const SNAPSHOT_RETENTION: SnapshotRetention = {
  countMin: 2,
  countMax: 4,
  bytesMax: 8 * 2 ** 30,
  ageMsMax: 24 * 3_600_000,
};

export interface KeptSnapshot {
  readonly tick: number;
  readonly bytes: number;
  /** Milliseconds since the Unix epoch of the moment that it holds. */
  readonly takenMs: number;
}

/** The snapshots that are to go. `snapshots`: all that are whole, the newest first. What goes is older than all that stays. */
export function snapshotsToDrop<T extends KeptSnapshot>(
  snapshots: readonly T[],
  nowMs: number,
  retention: SnapshotRetention,
): readonly T[] {
  let bytes = 0;
  const end = snapshots.findIndex((snapshot, place) => {
    bytes += snapshot.bytes;
    if (place < Math.max(1, retention.countMin)) return false;
    const isOld = nowMs - snapshot.takenMs > retention.ageMsMax;
    return place >= retention.countMax || bytes > retention.bytesMax || isOld;
  });
  return end === -1 ? [] : snapshots.slice(end);
}
