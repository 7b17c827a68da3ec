import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Disk } from '../disk/disk.ts';
import { sealFrame } from './frame-head.ts';
import { diskFull, writeFailed } from './log-error.ts';
import { LogGroup } from './log-group.ts';
import { encodeSegmentHead, SEGMENT_HEAD_BYTES } from './segment-head.ts';
import { isFullDisk, makeSegment, type MadeSegment } from './segment-maker.ts';
import { segmentName } from './segment-name.ts';

export interface LogFileOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly epoch: bigint;
  /** The first segment of a life is smaller, and each one after it twice as large, up to this. */
  readonly segmentBytes: number;
  /** Runs something once, later; the returned function calls it off. */
  readonly later: (run: () => void, delayMs: number) => () => void;
  /** The disk became full, or has room again. */
  readonly onRoomChange: (hasRoom: boolean) => void;
  /** The next segment cannot be made, for another reason than a full disk. */
  readonly onFailure: (error: unknown) => void;
}

/** What stands before a segment's first record. */
export interface LogPosition {
  readonly sequence: number;
  readonly tick: number;
  readonly schemaVersion: number;
}

/**
 * The segments of one life of the server, written frame by frame, one at a time. The next segment is made while the current one
 * has room: if the disk has none for it, that shows while most of a segment is left for what is under way.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #current: MadeSegment;
  #offset = SEGMENT_HEAD_BYTES;
  #chain: number;
  #next: MadeSegment | null = null;
  /** Under way: fulfilled when `#next` is there or the disk is full. */
  #making: Promise<void> | null = null;
  /** What the next segment must hold at least: more than a usual one for a record that is larger. */
  #nextLengthMin = SEGMENT_HEAD_BYTES;
  #isFull = false;
  #cancelRetry: (() => void) | null = null;
  #roomWaiters: (() => void)[] = [];
  #isEnding = false;

  private constructor(options: LogFileOptions, current: MadeSegment, chain: number) {
    this.#options = options;
    this.#current = current;
    this.#chain = chain;
  }

  /** Makes the first segment of this life, behind the frame `chain` of the lives before. */
  static async create(options: LogFileOptions, number: number, chain: number, before: LogPosition): Promise<LogFile> {
    const { disk, folder } = options;
    const path = join(folder, segmentName(number));
    const length = Math.min(options.segmentBytes, FIRST_SEGMENT_BYTES);
    const made = await writing(path, makeSegment(disk, folder, number, length));
    if (made === null) throw diskFull(path, `there is no room for a segment of the commit log (${length} bytes)`);
    const log = new LogFile(options, made, chain);
    await log.#writeHead(made, before);
    return log;
  }

  /**
   * Writes the group as one frame; it is durable when the promise is fulfilled, with the number of its segment. Waits while the disk has no
   * room. Rejects with a coded error, after which nothing may be written any more.
   */
  async write(group: LogGroup, before: LogPosition): Promise<number> {
    while (!this.#fits(group)) await this.#moveOn(group, before);
    const { path, file, number, length } = this.#current;
    const bytes = group.writer.view();
    const chain = sealFrame(bytes, {
      recordCount: group.recordCount,
      segment: number,
      epoch: this.#options.epoch,
      firstSequence: group.firstSequence,
      offset: this.#offset,
      previousChain: this.#chain,
    });
    if (bytes.length <= WRITE_BYTES_MAX) await this.#writePart(bytes, this.#offset, true);
    else {
      for (let start = 0; start < bytes.length; start += WRITE_BYTES_MAX) {
        await this.#writePart(bytes.subarray(start, start + WRITE_BYTES_MAX), this.#offset + start, false);
      }
      await writing(path, file.sync());
    }
    this.#chain = chain;
    this.#offset += bytes.length;
    if (this.#offset > length * MAKE_NEXT_AT) this.#makeNext();
    return number;
  }

  /** No room is waited for any more: what has none fails. */
  stopWaiting(): void {
    this.#isEnding = true;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#tellWaiters();
  }

  /** Writes the mark of a clean end, and gives back the room that was made ahead. Nothing may be under way. */
  async close(sequence: number): Promise<void> {
    this.stopWaiting();
    const { disk, folder } = this.#options;
    const mark = new LogGroup(sequence + 1);
    if (this.#fits(mark)) await this.write(mark, { sequence, tick: 0, schemaVersion: 0 });
    await this.#making;
    const { path, file } = this.#current;
    await writing(path, file.truncate(this.#offset));
    await writing(path, file.sync());
    await writing(path, file.close());
    const next = this.#next;
    if (next === null) return;
    await this.#discard(next);
    await writing(folder, disk.syncFolder(folder));
  }

  #fits(group: LogGroup): boolean {
    return this.#offset + group.byteLength <= this.#current.length;
  }

  /** A step towards a segment in which the group has room. */
  async #moveOn(group: LogGroup, before: LogPosition): Promise<void> {
    this.#nextLengthMin = SEGMENT_HEAD_BYTES + group.byteLength;
    const next = this.#next;
    if (next === null) {
      this.#makeNext();
      await this.#making;
      if (this.#next === null) await this.#roomChange();
      return;
    }
    this.#next = null;
    if (next.length < this.#nextLengthMin) {
      await this.#discard(next);
      return;
    }
    await this.#writeHead(next, before);
    const last = this.#current;
    this.#current = next;
    this.#offset = SEGMENT_HEAD_BYTES;
    this.#nextLengthMin = SEGMENT_HEAD_BYTES;
    await writing(last.path, last.file.close());
  }

  async #writeHead(segment: MadeSegment, before: LogPosition): Promise<void> {
    const head = encodeSegmentHead({
      number: segment.number,
      epoch: this.#options.epoch,
      firstSequence: before.sequence + 1,
      tickBefore: before.tick,
      schemaVersion: before.schemaVersion,
      chain: this.#chain,
    });
    const count = await writing(segment.path, segment.file.write(head, 0));
    if (count !== head.length) throw writeFailed(segment.path, `${count} of ${head.length} bytes were taken`);
    await writing(segment.path, segment.file.sync());
  }

  /**
   * The bytes of a segment are on the disk before, so that a lack of room shows itself here only where a file system writes each change to a
   * new place. What was taken in part is written again as a whole when there may be room: nothing of the frame was told to anybody. This is
   * no retry of a sync. `isDurable`: the part is on the disk when this is done; else after the sync that follows.
   */
  async #writePart(part: Uint8Array, offset: number, isDurable: boolean): Promise<void> {
    const { path, file } = this.#current;
    for (;;) {
      const written = isDurable ? file.writeDurably(part, offset) : file.write(part, offset);
      const count = await written.catch((error: unknown) => {
        if (isFullDisk(error) && (error as NodeJS.ErrnoException).syscall !== 'fdatasync') return 0;
        throw writeFailed(path, error);
      });
      if (count === part.length) {
        if (this.#next !== null) this.#setFull(false);
        return;
      }
      this.#setFull(true);
      await this.#roomChange();
    }
  }

  #makeNext(): void {
    if (this.#next !== null || this.#making !== null || this.#cancelRetry !== null) return;
    const { disk, folder, segmentBytes, onFailure } = this.#options;
    const number = this.#current.number + 1;
    const length = Math.max(Math.min(segmentBytes, 2 * this.#current.length), this.#nextLengthMin);
    const made = writing(join(folder, segmentName(number)), makeSegment(disk, folder, number, length));
    this.#making = made.then((segment) => {
      this.#making = null;
      this.#next = segment;
      this.#setFull(segment === null);
    });
    this.#making.catch(onFailure);
  }

  async #discard(segment: MadeSegment): Promise<void> {
    await writing(segment.path, segment.file.close());
    await writing(segment.path, this.#options.disk.remove(segment.path));
  }

  #setFull(isFull: boolean): void {
    if (isFull && this.#cancelRetry === null && !this.#isEnding) {
      this.#cancelRetry = this.#options.later(() => this.#retry(), RETRY_MS);
    }
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#options.onRoomChange(!isFull);
  }

  #retry(): void {
    this.#cancelRetry = null;
    this.#makeNext();
    this.#tellWaiters();
  }

  /** Fulfilled when it is worth another try. */
  async #roomChange(): Promise<void> {
    if (!this.#isEnding) await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
    if (this.#isEnding)
      throw diskFull(this.#current.path, 'the server ends while the disk has no room for its last records');
  }

  #tellWaiters(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const tell of waiters) tell();
  }
}

/** Larger writes cost more per byte: measured on the thread pool. */
const WRITE_BYTES_MAX = 256 << 10;
/** Part of a segment that is written when the next one is made: the rest is the reserve of a full disk. */
const MAKE_NEXT_AT = 0.25;
const RETRY_MS = 1000;
/** A world that is hardly written takes no more of the disk, nor time at its start. */
const FIRST_SEGMENT_BYTES = 1 << 20;

/** Gives what the disk refuses to take its code. */
async function writing<T>(where: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof TickbaseError ? error : writeFailed(where, error);
  }
}
