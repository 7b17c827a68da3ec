import { assert, type ByteWriter, TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import type { CommitRecord } from '../../store/commit-record.ts';
import type { SessionMarks } from '../../tick/session-marks.ts';
import type { CommitLog } from '../../tick/tick-ports.ts';
import type { Disk } from '../disk/disk.ts';
import type { LoggedInput } from '../../tick/input-journal.ts';
import { settleTail } from './cut-log.ts';
import { encodeCommit, encodeInputs, encodeSchema } from './encode-entry.ts';
import { diskFull, recordTooLarge, writeFailed } from './log-error.ts';
import { LogFile } from './log-file.ts';
import { GROUP_BYTES, LogGroup } from './log-group.ts';
import type { LogEnd } from './read-log.ts';
import { dropSegments, type KnownSegment } from './drop-segments.ts';

export interface DiskCommitLogOptions {
  readonly disk: Disk;
  /** The folder of the segments. */
  readonly folder: string;
  /** What `readLog` found there. */
  readonly end: LogEnd;
  /** A random u64, new for each life of the server; it is not told to clients (see SegmentHead). */
  readonly epoch: bigint;
  /** The tick up to which the recovered world is durable: the snapshot's or the log's last. `end.lastTick` unless told. */
  readonly tick?: number;
  /** 32 MB unless told. */
  readonly segmentBytes?: number;
  /** While the disk is full, more than this waiting is a failure. 64 MB unless told. */
  readonly fullBytesMax?: number;
  /** 1 GB unless told. */
  readonly recordBytesMax?: number;
  /** Runs something once, later; the returned function calls it off. */
  readonly later: (run: () => void, delayMs: number) => () => void;
  /** Called once, never from within `append`: nothing becomes durable any more, and the process is to end. */
  readonly onFailure: (error: TickbaseError) => void;
}

/**
 * The commit log on disk. Records are copied into the group that waits; while one group is written and synced the next one gathers, and goes
 * at once when the disk is free. A failed write or sync is final: the state of the file's pages is unknown then, and another sync would
 * claim success. A full disk is none: `acceptsWrites` becomes false until there is room.
 */
export class DiskCommitLog implements CommitLog {
  onChange: () => void = () => {};
  durableTick: number;
  /** Bytes that wait for the disk, those under way included. */
  waitingBytes = 0;
  /** Bytes of frames that became durable in this life. */
  durableBytes = 0;
  /** Frames that became durable in this life: one sync each. */
  groupCount = 0;
  /** The last record that was appended, and the last that is durable. */
  lastSequence: number;
  durableSequence: number;
  readonly #options: DiskCommitLogOptions;
  readonly #fullBytesMax: number;
  readonly #recordBytesMax: number;
  readonly #segments: KnownSegment[];
  #file!: LogFile;
  /** Oldest first; the last one may still grow. */
  readonly #waiting: LogGroup[] = [];
  /** One, and a second one while the news of the first is told. */
  readonly #underWay: LogGroup[] = [];
  /** The group that records are appended to; null when the next record begins one. */
  #open: LogGroup | null = null;
  /** The youngest group that is not durable, under way or waiting. */
  #youngest: LogGroup | null = null;
  /** A buffer that no group uses. */
  #spare: ByteWriter | null = null;
  #hasRoom = true;
  #lastTick: number;
  #failure: TickbaseError | null = null;
  #isClosing = false;
  #isRunning = false;
  readonly #idleWaiters: (() => void)[] = [];
  /** What stands before the next group that is written. */
  #tickBefore: number;
  #schemaVersionBefore: number;

  private constructor(options: DiskCommitLogOptions) {
    const { end } = options;
    this.#options = options;
    this.#fullBytesMax = options.fullBytesMax ?? FULL_BYTES_MAX;
    this.#recordBytesMax = options.recordBytesMax ?? RECORD_BYTES_MAX;
    this.#segments = [...end.segments];
    this.lastSequence = end.lastSequence;
    this.durableSequence = end.lastSequence;
    this.#tickBefore = end.lastTick;
    this.#schemaVersionBefore = end.schemaVersion;
    this.durableTick = options.tick ?? end.lastTick;
    this.#lastTick = this.durableTick;
  }

  /** Settles the end of the log (a torn tail is cut), and begins a new segment. Rejects with a coded error. */
  static async open(options: DiskCommitLogOptions): Promise<DiskCommitLog> {
    const { disk, folder, end, epoch, later, segmentBytes = SEGMENT_BYTES } = options;
    const log = new DiskCommitLog(options);
    try {
      await disk.makeFolder(folder);
      await settleTail(disk, folder, end);
    } catch (error) {
      throw error instanceof TickbaseError ? error : writeFailed(folder, error);
    }
    const onRoomChange = (hasRoom: boolean): void => log.#changeRoom(hasRoom);
    const onFailure = (error: unknown): void => log.#fail(error);
    const file = { disk, folder, epoch, segmentBytes, later, onRoomChange, onFailure };
    const before = { sequence: end.lastSequence, tick: end.lastTick, schemaVersion: end.schemaVersion };
    const number = (end.segments.at(-1)?.number ?? 0) + 1;
    log.#file = await LogFile.create(file, number, end.chain, before);
    log.#segments.push({ number, firstSequence: end.lastSequence + 1 });
    return log;
  }

  /** Bytes of frames that were appended in this life, durable or not. */
  get appendedBytes(): number {
    return this.durableBytes + this.waitingBytes;
  }

  get acceptsWrites(): boolean {
    return this.#hasRoom && this.#failure === null;
  }

  /** Why nothing becomes durable any more; null while all is well. */
  get failure(): TickbaseError | null {
    return this.#failure;
  }

  append(record: CommitRecord, marks: SessionMarks): void {
    assert(record.tick > this.#lastTick, 'a commit record comes out of order');
    this.#lastTick = record.tick;
    if (record.isLogEmpty && !marks.mustBeLogged) {
      this.#passTick(record.tick);
      return;
    }
    const group = this.#groupForNext();
    if (group === null) return;
    const start = group.byteLength;
    encodeCommit(group.writer, record, marks);
    group.lastTick = record.tick;
    group.commitTick = record.tick;
    this.#appended(group, start);
  }

  /** From the next record on the log is written under `plan`. Fulfilled when that is durable. */
  appendSchema(plan: Plan, tick: number): Promise<void> {
    const group = this.#groupForNext();
    if (group === null) return Promise.reject(this.#failure!);
    const start = group.byteLength;
    encodeSchema(group.writer, tick, plan);
    group.schemaCount++;
    this.#appended(group, start);
    return this.whenDurable();
  }

  /**
   * From here on the log is written under `plan`, and `record` holds what the migration to it changed: both in one frame, so that after a crash
   * both are there or neither. Fulfilled when that is durable.
   */
  appendMigration(plan: Plan, record: CommitRecord, marks: SessionMarks): Promise<void> {
    assert(record.tick > this.#lastTick, 'a commit record comes out of order');
    this.#lastTick = record.tick;
    const group = this.#groupForNext();
    if (group === null) return Promise.reject(this.#failure!);
    const schemaStart = group.byteLength;
    encodeSchema(group.writer, record.tick, plan);
    group.schemaCount++;
    this.#appended(group, schemaStart);
    group.lastTick = record.tick;
    if (!record.isLogEmpty || marks.mustBeLogged) {
      const start = group.byteLength;
      encodeCommit(group.writer, record, marks);
      group.commitTick = record.tick;
      this.#appended(group, start);
    }
    return this.whenDurable();
  }

  /** What ran in a tick, before the tick's own record. */
  appendInputs(tick: number, inputs: readonly LoggedInput[]): void {
    const group = this.#groupForNext();
    if (group === null) return;
    const start = group.byteLength;
    encodeInputs(group.writer, tick, inputs);
    this.#appended(group, start);
  }

  /** Fulfilled when all that was appended so far is durable; rejects when it never will be. */
  whenDurable(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const group = this.#youngest;
    if (group === null) return Promise.resolve();
    return new Promise((resolve, reject) => group.waiters.push({ resolve, reject }));
  }

  /** Removes the segments that hold only records before `sequence`. For who has made sure that nothing needs them any more. */
  async dropSegmentsBefore(sequence: number): Promise<void> {
    const { disk, folder } = this.#options;
    await dropSegments(disk, folder, this.#segments, sequence);
  }

  /** Writes what waits, and marks the end. Nothing may be appended any more. Where the disk has no room or fails, `onFailure` says so. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#file.stopWaiting();
    if (this.#isRunning) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    if (this.#failure !== null) return;
    try {
      await this.#file.close(this.lastSequence);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A tick with nothing to persist is durable with what came before it. */
  #passTick(tick: number): void {
    if (this.#youngest !== null) this.#youngest.lastTick = tick;
    else if (this.#failure === null) this.durableTick = tick;
  }

  /** The group that takes the next record; null after a failure: nothing is kept any more. */
  #groupForNext(): LogGroup | null {
    if (this.#failure !== null) return null;
    assert(!this.#isClosing, 'a record comes after the end');
    assert(this.lastSequence < Number.MAX_SAFE_INTEGER, 'the commit log has no more sequences');
    if (this.#open !== null && !this.#open.isFull) return this.#open;
    const group = new LogGroup(this.lastSequence + 1, this.#spare ?? undefined);
    this.#spare = null;
    this.#open = group;
    this.#youngest = group;
    this.#waiting.push(group);
    this.waitingBytes += group.byteLength;
    return group;
  }

  /** A record was added to the group, from its byte `start` on. */
  #appended(group: LogGroup, start: number): void {
    const byteLength = group.byteLength - start;
    group.recordCount++;
    this.lastSequence++;
    this.waitingBytes += byteLength;
    const { folder } = this.#options;
    if (byteLength > this.#recordBytesMax) {
      this.#failLater(recordTooLarge(folder, byteLength, this.#recordBytesMax));
    } else if (!this.#hasRoom && this.waitingBytes > this.#fullBytesMax) {
      this.#failLater(diskFull(folder, `the disk is full, and ${this.waitingBytes} bytes wait for room`));
    }
    if (this.#isRunning) return;
    this.#isRunning = true;
    // What the same turn of the event loop appends goes with it.
    queueMicrotask(() => void this.#run());
  }

  /** Writes group after group until none waits. */
  async #run(): Promise<void> {
    let current = this.#writeNext();
    while (current !== null) {
      const { group, written } = current;
      const segment = await written;
      if (segment === null || this.#failure !== null) break;
      // The disk works on while the news is told.
      current = this.#writeNext();
      this.#settle(group, segment);
      current ??= this.#writeNext();
    }
    this.#isRunning = false;
    this.#tellIdle();
  }

  /** Begins to write the oldest group that waits. `written`: the number of its segment, null when it failed. */
  #writeNext(): { group: LogGroup; written: Promise<number | null> } | null {
    const group = this.#waiting.shift();
    if (group === undefined) return null;
    if (group === this.#open) this.#open = null;
    this.#underWay.push(group);
    const before = {
      sequence: group.firstSequence - 1,
      tick: this.#tickBefore,
      schemaVersion: this.#schemaVersionBefore,
    };
    this.#schemaVersionBefore += group.schemaCount;
    if (group.commitTick >= 0) this.#tickBefore = group.commitTick;
    const written = this.#file.write(group, before).catch((error: unknown) => {
      this.#fail(error);
      return null;
    });
    return { group, written };
  }

  #settle(group: LogGroup, segment: number): void {
    this.#underWay.shift();
    if (this.#youngest === group) this.#youngest = null;
    this.waitingBytes -= group.byteLength;
    this.durableBytes += group.byteLength;
    this.groupCount++;
    this.durableSequence = group.firstSequence + group.recordCount - 1;
    if (this.#segments.at(-1)?.number !== segment)
      this.#segments.push({ number: segment, firstSequence: group.firstSequence });
    if (group.writer.bytes.length <= 2 * GROUP_BYTES) this.#spare = group.writer;
    for (const { resolve } of group.waiters) resolve();
    if (group.lastTick <= this.durableTick) return;
    this.durableTick = group.lastTick;
    this.onChange();
  }

  #changeRoom(hasRoom: boolean): void {
    this.#hasRoom = hasRoom;
    if (this.#failure === null) this.onChange();
  }

  #failLater(error: TickbaseError): void {
    queueMicrotask(() => this.#fail(error));
  }

  /** From here on nothing is written and nothing becomes durable. */
  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    const failure = error instanceof TickbaseError ? error : writeFailed(this.#options.folder, error);
    this.#failure = failure;
    this.#file.stopWaiting();
    const lost = [...this.#underWay.splice(0), ...this.#waiting.splice(0)];
    this.#open = null;
    this.#youngest = null;
    this.waitingBytes = 0;
    for (const group of lost) for (const { reject } of group.waiters) reject(failure);
    this.#options.onFailure(failure);
    this.onChange();
    this.#tellIdle();
  }

  #tellIdle(): void {
    for (const tell of this.#idleWaiters.splice(0)) tell();
  }
}

const SEGMENT_BYTES = 32 << 20;
const FULL_BYTES_MAX = 64 << 20;
const RECORD_BYTES_MAX = 1 << 30;
