import { join } from 'node:path';
import { ByteReader } from '@tickbase/base';
import type { Disk } from '../disk/disk.ts';
import type { LogEntry } from '../log-entry.ts';
import { decodeEntry } from './decode-entry.ts';
import { FileWindow } from './file-window.ts';
import { findFrame } from './find-frame.ts';
import { decodeFrameHead, FRAME_HEAD_BYTES, type FrameHead, isPayloadIntact } from './frame-head.ts';
import { listSegments, reading, type SegmentFile } from './list-segments.ts';
import {
  checksumMismatch,
  endsEarly,
  fileForeign,
  formatUnknown,
  recordMalformed,
  recordsNotThere,
  segmentMissing,
  sequenceGap,
} from './log-error.ts';
import { LOG_FORMAT_VERSION, SEGMENT_HEAD_BYTES, type SegmentHead } from './segment-head.ts';
import { segmentName } from './segment-name.ts';

export interface ReadLogOptions {
  /** The first record that is wanted: the one after the snapshot's last. 1 unless told. */
  readonly fromSequence?: number;
  /**
   * The log may end before the record ahead of `fromSequence`, or be empty. Not by default: the snapshot was written after those records, so a disk
   * that lost them has lied.
   */
  readonly mayEndEarly?: boolean;
}

/** Takes one record. `logged` is a view that stands until it has returned, or its promise is fulfilled. */
export type TakeEntry = (entry: LogEntry) => void | Promise<void>;

/** What `readLog` found, for people and for the life that goes on from here (`DiskCommitLog.open`). */
export interface LogEnd {
  /** 0 in an empty log. */
  readonly lastSequence: number;
  /** Tick of the last commit, 0 without one. */
  readonly lastTick: number;
  /** How many schema records the log has had since the database began. */
  readonly schemaVersion: number;
  /** Chain value of the last frame. */
  readonly chain: number;
  /** Segments in use, ascending; `firstSequence` is null where the head of one that was not needed is broken. */
  readonly segments: readonly { readonly number: number; readonly firstSequence: number | null }[];
  /** The last segment in use, where its last frame begins (0, its head, without one) and ends; null in an empty log. */
  readonly last: {
    readonly path: string;
    readonly frameOffset: number;
    readonly endOffset: number;
    readonly length: number;
  } | null;
  /** The beginning of a frame that was never acknowledged, to be cut. `bytes`: up to the last one that is not zero. */
  readonly tornTail: { readonly path: string; readonly offset: number; readonly bytes: number } | null;
  /** Segments that were made ahead of time and hold nothing. */
  readonly unused: readonly string[];
  /** The log ends with the mark of a clean end. */
  readonly isClosed: boolean;
  /** Damage before `fromSequence` that was passed over, as the snapshot holds what was lost. */
  readonly passedOver: readonly { readonly path: string; readonly offset: number }[];
}

/**
 * Gives the records of the log in order, without holding more than a few megabytes of it, and returns what it found at its end.
 * A frame that is bad and has nothing durable behind it is a torn tail; damage in the middle, missing segments and foreign files
 * throw, after the records before them were given.
 */
export async function readLog(disk: Disk, folder: string, options: ReadLogOptions, take: TakeEntry): Promise<LogEnd> {
  const files = await listSegments(disk, folder);
  const walk = new LogWalk(disk, folder, files, options.fromSequence ?? 1, take);
  return walk.run(options.mayEndEarly ?? false);
}

class LogWalk {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #files: readonly SegmentFile[];
  readonly #from: number;
  readonly #take: TakeEntry;
  /** The last record that was passed; null until the first segment is open. */
  #sequence: number | null = null;
  #chain = 0;
  #lastTick = 0;
  #schemaVersion = 0;
  #isClosed = false;
  #end: LogEnd['last'] = null;
  #tornTail: LogEnd['tornTail'] = null;
  /** Where the segment before the last one ends, when the last one was begun, but holds no frame. */
  #endBeforeBare: LogEnd['last'] = null;
  readonly #passedOver: { path: string; offset: number }[] = [];

  constructor(disk: Disk, folder: string, files: readonly SegmentFile[], from: number, take: TakeEntry) {
    this.#disk = disk;
    this.#folder = folder;
    this.#files = files;
    this.#from = from;
    this.#take = take;
  }

  async run(mayEndEarly: boolean): Promise<LogEnd> {
    const heads = this.#files.map((file) => this.#headOf(file));
    const usedCount = await this.#usedCount(heads);
    const start = this.#startOf(heads, usedCount, mayEndEarly);
    for (let i = start; i < usedCount; i++) {
      const file = this.#files[i]!;
      const isNext = i === start || file.number === this.#files[i - 1]!.number + 1;
      if (!isNext) throw segmentMissing(this.#due, join(this.#folder, segmentName(this.#files[i - 1]!.number + 1)));
      const head = heads[i];
      if (!head) throw checksumMismatch(this.#due, file.path, 0);
      await this.#readSegment(file, head, i === usedCount - 1);
    }
    const last = this.#sequence ?? 0;
    if (last < this.#from - 1 && !mayEndEarly) throw endsEarly(this.#from, last, this.#folder);
    return this.#report(usedCount, heads, Math.max(last, this.#from - 1));
  }

  get #due(): number {
    return this.#sequence! + 1;
  }

  #headOf(file: SegmentFile): SegmentHead | null {
    const { found } = file;
    if (found.kind === 'foreign') throw fileForeign(file.path, 'it begins with other bytes');
    if (found.kind === 'version') throw formatUnknown(file.path, found.version, LOG_FORMAT_VERSION);
    if (found.kind !== 'head') return null;
    if (found.head.number !== file.number) throw fileForeign(file.path, `it was segment ${found.head.number}`);
    return found.head;
  }

  /** The files up to the last one in use. A frame proves that its segment's head was once there, even where it is not any more. */
  async #usedCount(heads: readonly (SegmentHead | null)[]): Promise<number> {
    for (let i = heads.length - 1; i >= 0; i--) {
      if (heads[i]) return i + 1;
      const file = this.#files[i]!;
      const frame = await this.#inWindow(file, (window) => findFrame(window, 0, file.number, null));
      if (frame !== null) return i + 1;
    }
    return 0;
  }

  /** The last segment that begins at or before the first record that is wanted. */
  #startOf(heads: readonly (SegmentHead | null)[], usedCount: number, mayEndEarly: boolean): number {
    for (let i = usedCount - 1; i >= 0; i--) {
      const head = heads[i];
      if (!head || head.firstSequence > this.#from) continue;
      this.#sequence = head.firstSequence - 1;
      this.#chain = head.chain;
      this.#lastTick = head.tickBefore;
      this.#schemaVersion = head.schemaVersion;
      return i;
    }
    if (usedCount === 0 && (this.#from === 1 || mayEndEarly)) return 0;
    // The only head there could be the first one's, which is broken: nothing before it was dropped.
    if (usedCount > 0 && this.#files[0]!.number === 1 && !heads[0]) throw checksumMismatch(1, this.#files[0]!.path, 0);
    const first = heads.find((head) => head !== null)?.firstSequence ?? null;
    throw recordsNotThere(this.#from, first, this.#folder);
  }

  async #readSegment(file: SegmentFile, head: SegmentHead, isLast: boolean): Promise<void> {
    if (head.chain !== this.#chain) {
      // The head was written when the frame before was durable: that frame, or what it names, is not there any more.
      const before = this.#end!;
      throw checksumMismatch(this.#due, before.path, before.endOffset);
    }
    if (head.firstSequence !== this.#due) throw sequenceGap(this.#due, head.firstSequence, file.path, 0);
    if (this.#passedOver.length === 0 && head.schemaVersion !== this.#schemaVersion) {
      throw fileForeign(file.path, 'it counts other schemas');
    }
    this.#schemaVersion = head.schemaVersion;
    const endBefore = this.#end;
    await this.#inWindow(file, async (window) => {
      let offset = SEGMENT_HEAD_BYTES;
      let frameOffset = 0;
      for (;;) {
        const length = await this.#readFrame(window, file, head, offset);
        if (length > 0) {
          frameOffset = offset;
          offset += length;
          continue;
        }
        const later = await findFrame(window, offset + 1, file.number, head.epoch);
        if (later === null) break;
        if (later.head.firstSequence > this.#from) throw checksumMismatch(this.#due, file.path, offset);
        this.#passedOver.push({ path: file.path, offset });
        this.#sequence = later.head.firstSequence - 1;
        this.#chain = later.head.previousChain;
        offset = later.offset;
      }
      this.#end = { path: file.path, frameOffset, endOffset: offset, length: file.length };
      this.#endBeforeBare = offset === SEGMENT_HEAD_BYTES ? endBefore : null;
      const bytes = isLast ? (await lastNonZero(window, offset)) + 1 - offset : 0;
      this.#tornTail = bytes > 0 ? { path: file.path, offset, bytes } : null;
    });
  }

  /** Gives the records of the frame at `offset` and returns its length; 0 where no frame follows the one before. */
  async #readFrame(window: FileWindow, file: SegmentFile, segment: SegmentHead, offset: number): Promise<number> {
    const head = decodeFrameHead(await window.view(offset, FRAME_HEAD_BYTES), 0);
    if (head === null || !this.#isNext(head, segment, offset)) return 0;
    const length = FRAME_HEAD_BYTES + head.payloadBytes;
    const frame = await window.view(offset, length);
    if (!isPayloadIntact(frame.subarray(FRAME_HEAD_BYTES), head)) return 0;
    const reader = new ByteReader(frame, FRAME_HEAD_BYTES);
    for (let i = 0; i < head.recordCount; i++) {
      const entry = this.#decode(reader, this.#due, file, offset);
      this.#sequence = this.#due;
      if (entry === null) continue;
      const taken = this.#take(entry);
      if (taken !== undefined) await taken;
    }
    if (reader.remaining > 0) throw recordMalformed(this.#due, file.path, offset, 'bytes are left over');
    this.#chain = head.chain;
    this.#isClosed = head.recordCount === 0;
    return length;
  }

  #isNext(head: FrameHead, segment: SegmentHead, offset: number): boolean {
    return (
      head.segment === segment.number &&
      head.epoch === segment.epoch &&
      head.offset === offset &&
      head.previousChain === this.#chain &&
      head.firstSequence === this.#due
    );
  }

  /** Null for a record before the first that is wanted, unless what it says counts for the end. */
  #decode(reader: ByteReader, sequence: number, file: SegmentFile, offset: number): LogEntry | null {
    try {
      const entry = decodeEntry(reader, sequence);
      if (entry.kind === 'commit') this.#lastTick = entry.tick;
      else if (entry.kind === 'schema') this.#schemaVersion++;
      return sequence >= this.#from ? entry : null;
    } catch (error) {
      throw recordMalformed(sequence, file.path, offset, (error as Error).message);
    }
  }

  async #inWindow<T>(file: SegmentFile, use: (window: FileWindow) => Promise<T>): Promise<T> {
    const handle = await reading(file.path, this.#disk.open(file.path, 'read'));
    const window = new FileWindow({ read: (into, at) => reading(file.path, handle.read(into, at)) }, file.length);
    try {
      return await use(window);
    } finally {
      await window.settle();
      await reading(file.path, handle.close());
    }
  }

  #report(usedCount: number, heads: readonly (SegmentHead | null)[], lastSequence: number): LogEnd {
    // A last segment without a frame says nothing that the end of the one before it does not: it is made anew.
    const keptCount = this.#endBeforeBare === null ? usedCount : usedCount - 1;
    return {
      lastSequence,
      lastTick: this.#lastTick,
      schemaVersion: this.#schemaVersion,
      chain: this.#chain,
      segments: this.#files.slice(0, keptCount).map(({ number }, i) => ({
        number,
        firstSequence: heads[i]?.firstSequence ?? null,
      })),
      last: this.#endBeforeBare ?? this.#end,
      tornTail: this.#tornTail,
      unused: this.#files.slice(keptCount).map(({ path }) => path),
      isClosed: this.#isClosed,
      passedOver: this.#passedOver,
    };
  }
}

/** The place of the last byte from `offset` on that is not zero; `offset - 1` when all are. */
async function lastNonZero(window: FileWindow, offset: number): Promise<number> {
  let last = offset - 1;
  for (let at = offset; at < window.length;) {
    const bytes = await window.viewSome(at);
    if (bytes.length === 0) break;
    for (let i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] !== 0) {
        last = at + i;
        break;
      }
    }
    at += bytes.length;
  }
  return last;
}
