import type { TickbaseError } from '@tickbase/base';
import type { Disk } from '../disk/disk.ts';
import { dropSnapshots } from './drop-snapshots.ts';
import type { SnapshotFile } from './read-snapshot.ts';
import { SNAPSHOT_SCHEDULE, snapshotDue, type SnapshotSchedule } from './snapshot-due.ts';
import { type SnapshotOutcome, type SnapshotParts, SnapshotWriter } from './snapshot-writer.ts';
import { SNAPSHOT_RETENTION, type SnapshotRetention } from './snapshots-to-drop.ts';

/**
 * Takes the snapshots of a running world: begins one when it is due, lets it go on after each tick, and lets go of older ones and of log
 * when it is whole. One at a time. A snapshot that fails changes nothing: the log goes on growing, and another is tried later.
 */
export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  readonly #schedule: SnapshotSchedule;
  readonly #retention: SnapshotRetention;
  #writer: SnapshotWriter | null = null;
  /** Fulfilled when the snapshot that runs is over, what it lets go of included. */
  #work: Promise<void> = Promise.resolve();
  #lastBegunMs: number;
  #failedMs: number | null = null;
  #last: SnapshotFile | null;
  /** How much log there was when the last one was begun. */
  #logBytesThen: number;
  #hasChanged = false;
  /** Who asked for one out of turn. */
  #askers: Asker[] = [];
  #isClosed = false;

  constructor(options: SnapshotKeeperOptions) {
    this.#options = options;
    this.#schedule = options.schedule ?? SNAPSHOT_SCHEDULE;
    this.#retention = options.retention ?? SNAPSHOT_RETENTION;
    this.#lastBegunMs = options.nowMs();
    this.#last = options.last;
    this.#logBytesThen = -options.logBytesBefore;
  }

  /** A snapshot is being written. */
  get isBusy(): boolean {
    return this.#writer !== null;
  }

  /** `step` has something to do: for who has time to spare between ticks. */
  get isReady(): boolean {
    return this.#writer?.isReady === true;
  }

  /** The last snapshot that is whole. */
  get last(): SnapshotFile | null {
    return this.#last;
  }

  /** At the end of each tick, when the log has its record. `hasChanged`: the tick changed something, logged or not. */
  afterTick(hasChanged: boolean): void {
    this.#hasChanged ||= hasChanged;
    if (this.#writer !== null || this.#isClosed) return;
    const { prepare = () => true } = this.#options;
    if (this.#askers.length > 0 || (this.#isDue() && prepare())) this.#begin();
  }

  /** Encodes for about `budgetMs` what there is to be encoded. Between ticks. */
  step(budgetMs: number): void {
    this.#writer?.step(budgetMs);
  }

  /** Asks for a snapshot that is begun at the end of this tick or a later one. */
  takeNow(): Promise<SnapshotOutcome> {
    if (this.#isClosed) return Promise.resolve({ kind: 'given up' });
    return new Promise((resolve) => this.#askers.push({ resolve, isServed: false }));
  }

  /** No more snapshots; the one that is being written is given up unless it is only waiting for the disk. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#writer?.isEncoding === true) this.#writer.giveUp();
    await this.#work;
    for (const { resolve } of this.#askers.splice(0)) resolve({ kind: 'given up' });
  }

  #isDue(): boolean {
    const situation = {
      nowMs: this.#options.nowMs(),
      lastBegunMs: this.#lastBegunMs,
      failedMs: this.#failedMs,
      lastBytes: this.#last?.bytes ?? 0,
      logBytesSince: this.#options.log.appendedBytes - this.#logBytesThen,
      hasChanged: this.#hasChanged,
    };
    return snapshotDue(situation, this.#schedule);
  }

  #begin(): void {
    const { disk, folder, log, nowMs, begin } = this.#options;
    for (const asker of this.#askers) asker.isServed = true;
    this.#hasChanged = false;
    this.#lastBegunMs = nowMs();
    const logBytes = log.appendedBytes;
    const writer = new SnapshotWriter({ ...begin(), disk, folder, nowMs, whenDurable: () => log.whenDurable() });
    this.#writer = writer;
    this.#work = this.#settle(writer, logBytes);
  }

  async #settle(writer: SnapshotWriter, logBytes: number): Promise<void> {
    const { nowMs, onFailure } = this.#options;
    const outcome = await writer.outcome;
    if (outcome.kind === 'written') {
      this.#last = outcome.file;
      this.#logBytesThen = logBytes;
      this.#failedMs = null;
      await this.#dropOld();
      this.#options.onWritten(outcome.file);
    } else {
      this.#hasChanged = true;
      if (outcome.kind === 'failed') {
        this.#failedMs = nowMs();
        onFailure(outcome.error);
      }
    }
    this.#writer = null;
    const served = this.#askers.filter(({ isServed }) => isServed);
    this.#askers = this.#askers.filter(({ isServed }) => !isServed);
    for (const { resolve } of served) resolve(outcome);
  }

  /** What cannot be removed now is removed after the next snapshot. */
  async #dropOld(): Promise<void> {
    const { disk, folder, log, wallMs, onDropFailure } = this.#options;
    const dropSegmentsBefore = (sequence: number): Promise<void> => log.dropSegmentsBefore(sequence);
    try {
      await dropSnapshots({ disk, folder, retention: this.#retention, nowMs: wallMs(), dropSegmentsBefore });
    } catch (error) {
      onDropFailure(error);
    }
  }
}

export interface SnapshotKeeperOptions {
  readonly disk: Disk;
  /** The folder of the snapshots. */
  readonly folder: string;
  readonly log: SnapshotLog;
  /** Begins the snapshot of the tick that has just ended: its head, the world's, and the session ledger. */
  readonly begin: () => Pick<SnapshotParts, 'head' | 'sessions' | 'source'>;
  /**
   * Asked after each tick from the one on in which a snapshot is due; it begins when this says true. Left out: at once. One that was asked for
   * never waits for it.
   */
  readonly prepare?: () => boolean;
  /** The snapshot with which the world began; null: none. */
  readonly last: SnapshotFile | null;
  /** Bytes of log that a recovery would have read at the start of this life. */
  readonly logBytesBefore: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number;
  /** Milliseconds since the Unix epoch. */
  readonly wallMs: () => number;
  readonly schedule?: SnapshotSchedule;
  readonly retention?: SnapshotRetention;
  readonly onWritten: (file: SnapshotFile) => void;
  readonly onFailure: (error: TickbaseError) => void;
  /** Old snapshots or log could not be removed. */
  readonly onDropFailure: (error: unknown) => void;
}

/** What snapshots need of the commit log. */
export interface SnapshotLog {
  /** Bytes appended in this life, durable or not. */
  readonly appendedBytes: number;
  /** Fulfilled when all that was appended so far is durable. */
  whenDurable(): Promise<void>;
  /** Lets go of the files that hold only records before `sequence`. */
  dropSegmentsBefore(sequence: number): Promise<void>;
}

interface Asker {
  readonly resolve: (outcome: SnapshotOutcome) => void;
  /** The snapshot that is being written is the one that was asked for. */
  isServed: boolean;
}
