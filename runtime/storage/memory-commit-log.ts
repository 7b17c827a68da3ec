import { assert } from '@tickbase/base';
import type { CommitRecord } from '../store/commit-record.ts';
import type { CommitLog } from '../tick/tick-ports.ts';

/** A commit log that keeps nothing: what it is given counts as durable at once, and ends with the process. */
export class MemoryCommitLog implements CommitLog {
  durableTick = 0;
  readonly acceptsWrites = true;
  onChange: () => void = () => {};
  recordCount = 0;
  /** Bytes of the logged sections, as a disk would have taken them. */
  loggedBytes = 0;

  append(record: CommitRecord): void {
    assert(record.tick > this.durableTick, 'a commit record comes out of order');
    this.durableTick = record.tick;
    if (record.isLogEmpty) return;
    this.recordCount++;
    this.loggedBytes += record.logged().byteLength;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
