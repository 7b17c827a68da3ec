import { assert } from '@tickbase/base';
import { type CommitRecord, SHORT_RECORD_BYTES_MAX } from '../store/commit-record.ts';
import type { CommitLog } from '../tick/tick-ports.ts';

/** A commit log that keeps nothing: what it is given counts as durable at once, and ends with the process. */
export class MemoryCommitLog implements CommitLog {
  durableTick = 0;
  readonly acceptsWrites = true;
  onChange: () => void = () => {};
  recordCount = 0;
  /** Bytes of the logged sections, as a disk would have taken them. */
  loggedBytes = 0;
  /** A short record is put here, as the disk's log puts it into its own memory. */
  readonly #bytes = new Uint8Array(SHORT_RECORD_BYTES_MAX);

  append(record: CommitRecord): void {
    assert(record.tick > this.durableTick, 'a commit record comes out of order');
    this.durableTick = record.tick;
    if (record.isLogEmpty) return;
    this.recordCount++;
    const end = record.putLogged(this.#bytes, 0);
    this.loggedBytes += end === -1 ? record.logged().byteLength : end;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
