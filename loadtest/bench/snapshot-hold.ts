import type { Table } from '../../runtime/store/index.ts';

/**
 * Times what a snapshot that has begun does within ticks: the copies of what they are about to overwrite. The first word of a tick about each chunk
 * of slots is timed, as only that copies; to time them all would take longer than the copies.
 */
export class SnapshotHold {
  /** Milliseconds since it was last set to 0. */
  ms = 0;

  constructor(tables: readonly Table[]) {
    for (const table of tables) {
      for (const target of [table, ...table.columns]) this.#time(target, table.slotCount);
    }
  }

  #time(target: { kept: Table['kept'] }, slotCount: number): void {
    const { kept } = target;
    if (kept === null) return;
    const keep = kept.keep.bind(kept);
    const keepAll = kept.keepAll.bind(kept);
    const isSeen = new Uint8Array((slotCount >>> CHUNK_BITS) + 1);
    kept.keep = (slot): void => {
      if (isSeen[slot >>> CHUNK_BITS] === 1) return;
      isSeen[slot >>> CHUNK_BITS] = 1;
      this.#run(() => keep(slot));
    };
    kept.keepAll = (): void => this.#run(keepAll);
  }

  #run(work: () => void): void {
    const startMs = performance.now();
    work();
    this.ms += performance.now() - startMs;
  }
}

/** As the snapshot's own. */
const CHUNK_BITS = 12;
