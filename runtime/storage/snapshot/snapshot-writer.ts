import { join } from 'node:path';
import { assert, ByteWriter, TickbaseError } from '@tickbase/base';
import type { WorldSnapshot } from '../../store/index.ts';
import type { Disk, DiskFile } from '../disk/disk.ts';
import { readSnapshot, type SnapshotFile } from './read-snapshot.ts';
import {
  BLOCK_BYTES,
  BLOCK_BYTES_MAX,
  BLOCK_END,
  BLOCK_HEAD,
  BLOCK_PREFIX_BYTES,
  BLOCK_SECTIONS,
  BLOCK_SESSIONS,
  filePrefix,
  firstChain,
  sealBlock,
} from './snapshot-block.ts';
import { encodeSnapshotHead, type SnapshotHead } from './snapshot-head.ts';
import { snapshotName, UNFINISHED_SUFFIX } from './snapshot-name.ts';

/**
 * Writes one snapshot while ticks go on: `step` encodes between ticks for as long as it may, the disk takes the blocks at its own speed, and
 * encoding waits for it when BUFFER_COUNT blocks are on their way. The file has its name only when it is whole: written, synced, read
 * back and proved, with all of the log that it holds durable before it.
 */
export class SnapshotWriter {
  readonly head: SnapshotHead;
  /** Fulfilled once, never rejected. */
  readonly outcome: Promise<SnapshotOutcome>;
  readonly #parts: SnapshotParts;
  readonly #free: ByteWriter[] = [];
  /** Blocks for the disk, in order. */
  readonly #waiting: ByteWriter[] = [];
  #current: ByteWriter | null = null;
  #chain: number;
  #blockCount = 0;
  #isEncoding = true;
  #isGivenUp = false;
  #bytesWritten = 0;
  /** Wakes the part that writes. */
  #wake: () => void = () => {};

  /** To be made at the end of a tick, with the world's snapshot begun at that same end. */
  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    this.head = parts.head;
    const prefix = filePrefix();
    this.#chain = firstChain(prefix);
    for (let i = 0; i < BUFFER_COUNT; i++) this.#free.push(new ByteWriter(BLOCK_PREFIX_BYTES));
    const first = new ByteWriter(BLOCK_BYTES);
    first.raw(prefix);
    this.#append(first, BLOCK_HEAD, encodeSnapshotHead(parts.head));
    this.#append(first, BLOCK_SESSIONS, parts.sessions);
    this.#waiting.push(first);
    this.outcome = this.#write();
  }

  /** There is something left to be encoded. */
  get isEncoding(): boolean {
    return this.#isEncoding;
  }

  /** The next step would do something: a block is free. */
  get isReady(): boolean {
    return this.#isEncoding && (this.#current !== null || this.#free.length > 0);
  }

  /** Encodes for about `budgetMs`, or as long as there are free blocks. Between ticks only. */
  step(budgetMs: number): void {
    const { nowMs, source } = this.#parts;
    const endMs = nowMs() + budgetMs;
    while (this.isReady && nowMs() < endMs) {
      const writer = (this.#current ??= this.#takeFree());
      const isMore = source.encodeNext(writer);
      if (isMore && writer.length < BLOCK_BYTES) continue;
      this.#current = null;
      if (writer.length > BLOCK_PREFIX_BYTES) this.#seal(writer);
      if (isMore) continue;
      this.#finishEncoding();
    }
  }

  /** Nothing of it is to stay. The outcome follows when the disk has let go of it. */
  giveUp(): void {
    if (this.#isGivenUp) return;
    this.#isGivenUp = true;
    this.#isEncoding = false;
    this.#parts.source.end();
    this.#wake();
  }

  #takeFree(): ByteWriter {
    const free = this.#free.pop()!;
    const writer = free.bytes.length > 2 * BLOCK_BYTES ? new ByteWriter(BLOCK_BYTES) : free;
    writer.reset();
    writer.zeros(BLOCK_PREFIX_BYTES);
    return writer;
  }

  #seal(writer: ByteWriter): void {
    assert(writer.length <= BLOCK_BYTES_MAX, 'a block of a snapshot is longer than a reader takes');
    this.#chain = sealBlock(writer.view(), BLOCK_SECTIONS, this.#chain);
    this.#blockCount++;
    this.#waiting.push(writer);
    this.#wake();
  }

  #finishEncoding(): void {
    this.#isEncoding = false;
    const end = new ByteWriter(64);
    const count = new Uint8Array(8);
    new DataView(count.buffer).setBigUint64(0, BigInt(this.#blockCount), true);
    this.#append(end, BLOCK_END, count);
    this.#waiting.push(end);
    this.#wake();
  }

  #append(writer: ByteWriter, kind: number, payload: Uint8Array): void {
    const start = writer.length;
    writer.zeros(BLOCK_PREFIX_BYTES);
    writer.raw(payload);
    this.#chain = sealBlock(writer.bytes.subarray(start, writer.length), kind, this.#chain);
    this.#blockCount++;
  }

  async #write(): Promise<SnapshotOutcome> {
    const { disk, folder, head } = this.#parts;
    const path = join(folder, snapshotName(head.tick));
    const unfinished = path + UNFINISHED_SUFFIX;
    try {
      await this.#writeFile(unfinished);
      await readSnapshot(disk, unfinished);
      await this.#parts.whenDurable?.(head);
      if (this.#isGivenUp) throw new GivenUp();
      await disk.rename(unfinished, path);
      await disk.syncFolder(folder);
      return { kind: 'written', file: { path, head, bytes: this.#bytesWritten } };
    } catch (error) {
      this.#isEncoding = false;
      this.#parts.source.end();
      this.#waiting.length = 0;
      await this.#removeQuietly(unfinished);
      if (error instanceof GivenUp) return { kind: 'given up' };
      return { kind: 'failed', error: writeFailed(path, error as Error), cause: error };
    }
  }

  async #writeFile(path: string): Promise<void> {
    const { disk, folder } = this.#parts;
    await disk.makeFolder(folder);
    for (const name of await disk.list(folder))
      if (name.endsWith(UNFINISHED_SUFFIX)) await disk.remove(join(folder, name));
    const file = await disk.open(path, 'create');
    try {
      let unsyncedBytes = 0;
      for (;;) {
        if (this.#isGivenUp) throw new GivenUp();
        const writer = this.#waiting.shift();
        if (writer === undefined) {
          if (!this.#isEncoding) break;
          await new Promise<void>((wake) => (this.#wake = wake));
          continue;
        }
        await this.#writeBlock(file, writer.view());
        unsyncedBytes += writer.length;
        this.#free.push(writer);
        // Little by little: one sync of everything at the end would hold up those of the log.
        if (unsyncedBytes < SYNC_BYTES) continue;
        await file.sync();
        unsyncedBytes = 0;
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #writeBlock(file: DiskFile, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + WRITE_BYTES_MAX);
      const written = await file.write(part, this.#bytesWritten);
      if (written !== part.length) throw new ShortWrite(`the disk took ${written} of ${part.length} bytes`);
      this.#bytesWritten += written;
      at += written;
    }
  }

  async #removeQuietly(path: string): Promise<void> {
    try {
      await this.#parts.disk.remove(path);
    } catch {
      // It was never made, or the disk is out of order: the next start or the next snapshot removes it.
    }
  }
}

export interface SnapshotParts {
  readonly disk: Disk;
  /** The folder of the snapshots. */
  readonly folder: string;
  readonly head: SnapshotHead;
  /** The session ledger as of the same tick, encoded. */
  readonly sessions: Uint8Array;
  readonly source: Pick<WorldSnapshot, 'encodeNext' | 'end'>;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number;
  /** Fulfilled when the log is durable up to the snapshot's tick: a snapshot never holds what the log could still lose. */
  readonly whenDurable?: (head: SnapshotHead) => Promise<void>;
}

export type SnapshotOutcome =
  | { readonly kind: 'written'; readonly file: SnapshotFile }
  | { readonly kind: 'given up' }
  /** The world goes on as before, and so may the next snapshot. `cause`: what the disk said. */
  | { readonly kind: 'failed'; readonly error: TickbaseError; readonly cause: unknown };

/** Blocks on their way to the disk, beside the one that is being filled. */
const BUFFER_COUNT = 4;
/** A write of more is held by the thread pool for longer than several of these. */
const WRITE_BYTES_MAX = 1 << 18;
const SYNC_BYTES = 1 << 24;

class GivenUp extends Error {}

class ShortWrite extends Error {}

function writeFailed(path: string, error: Error): TickbaseError {
  return new TickbaseError({
    code: 'SNAPSHOT_NOT_WRITTEN',
    what: `a snapshot could not be written: ${error.message}`,
    where: path,
    mend: 'make room on the disk; the log keeps everything until the next snapshot is written',
  });
}
