import type { Plan } from '@tickbase/schema/plan';
import type { Logger } from 'pino';
import {
  type Disk,
  type DiskCommitLog,
  type SessionLedger,
  SnapshotKeeper,
  type SnapshotFile,
  type SnapshotRetention,
  type SnapshotSchedule,
} from '../../storage/index.ts';
import { type CommitRecord, SnapshotMemory, type Table, WorldSnapshot } from '../../store/index.ts';
import type { CommitLog, SessionMarks } from '../../tick/index.ts';
import type { OpenedDatabase } from './open-database.ts';

/** What of a running world reaches the disk, and when: each tick's record to the log, and now and then a snapshot of the whole. */
export class WorldStorage implements CommitLog {
  readonly log: DiskCommitLog;
  readonly sessions: SessionLedger;
  /** Snapshots that became whole in this life. */
  snapshotCount = 0;
  readonly #keeper: SnapshotKeeper;
  #plan: Plan;
  #tables: readonly Table[];
  /** Of the next snapshot, which is due and waits for it. */
  #memory: SnapshotMemory | null = null;
  #schemaVersion: number;
  #tick: number;
  #timestampUs: number;
  /** The last tick has changed something, logged or not. */
  #hasChanged = false;
  /** The world as it stands is in no snapshot. */
  #isUnkept = false;
  #pump: NodeJS.Timeout | null = null;
  readonly #logger: Logger;

  constructor(options: WorldStorageOptions) {
    const { opened, disk, folder, plan, tables, logger } = options;
    this.#logger = logger;
    this.log = opened.commitLog;
    this.sessions = opened.sessions;
    this.#plan = plan;
    this.#tables = tables;
    this.#schemaVersion = opened.schemaVersion;
    this.#tick = opened.tick;
    this.#timestampUs = Number(opened.timestampUs);
    const { log } = this;
    this.#keeper = new SnapshotKeeper({
      disk,
      folder,
      log,
      begin: () => this.#beginSnapshot(),
      prepare: () => (this.#memory ??= new SnapshotMemory(this.#tables)).prepare(),
      last: opened.snapshot,
      logBytesBefore: opened.replayedBytes,
      nowMs: () => performance.now(),
      wallMs: () => Date.now(),
      ...(options.schedule === undefined ? {} : { schedule: options.schedule }),
      ...(options.retention === undefined ? {} : { retention: options.retention }),
      onWritten: (file) => this.#tellWritten(file),
      onFailure: ({ code, what, where, mend }) => {
        this.#isUnkept = true;
        logger.error({ code, where, mend }, what);
      },
      onDropFailure: (error) => logger.warn({ err: error }, 'old snapshots or log could not be removed'),
    });
  }

  get durableTick(): number {
    return this.log.durableTick;
  }

  get acceptsWrites(): boolean {
    return this.log.acceptsWrites;
  }

  get onChange(): () => void {
    return this.log.onChange;
  }

  set onChange(tell: () => void) {
    this.log.onChange = tell;
  }

  append(record: CommitRecord, marks: SessionMarks): void {
    this.sessions.take(marks, record.timestampUs);
    this.log.append(record, marks);
    this.#tick = record.tick;
    this.#timestampUs = record.timestampUs;
    if (record.tables.length > 0 || !record.isLogEmpty) this.#hasChanged = true;
  }

  /** The last snapshot that is whole. */
  get lastSnapshot(): SnapshotFile | null {
    return this.#keeper.last;
  }

  /** Between ticks, after each. */
  afterTick(): void {
    this.#isUnkept ||= this.#hasChanged;
    this.#keeper.afterTick(this.#hasChanged);
    this.#hasChanged = false;
    if (this.#keeper.isBusy) this.#pumpSoon();
  }

  /** A snapshot of the world as it stands between two ticks; rejects when it could not be written. */
  async takeSnapshot(): Promise<SnapshotFile> {
    const written = this.#keeper.takeNow();
    this.afterTick();
    const outcome = await written;
    if (outcome.kind === 'written') return outcome.file;
    throw outcome.kind === 'failed' ? outcome.error : new Error('the server is going down');
  }

  /**
   * The world's tables were replaced between two ticks by those of `plan`, and `record` is what that changed. Fulfilled when it is durable.
   * A snapshot that is being written goes on with the tables as they were: nobody changes them any more.
   */
  replace(plan: Plan, tables: readonly Table[], record: CommitRecord, marks: SessionMarks): Promise<void> {
    const isPlanNew = JSON.stringify(plan) !== JSON.stringify(this.#plan);
    this.#plan = plan;
    this.#memory?.end();
    this.#memory = null;
    this.#tables = tables;
    this.#isUnkept = true;
    if (!isPlanNew) {
      this.append(record, marks);
      return Promise.resolve();
    }
    this.#schemaVersion++;
    this.#tick = record.tick;
    this.#timestampUs = record.timestampUs;
    this.#hasChanged = true;
    return this.log.appendMigration(plan, record, marks);
  }

  /** `isOrderly`: the values that the log does not keep are to be found again. No tick may follow. */
  async close(isOrderly: boolean): Promise<void> {
    if (isOrderly && this.#isUnkept) {
      await this.takeSnapshot().catch((error: unknown) => this.#logger.error({ err: error }, 'no snapshot at the end'));
    }
    if (this.#pump !== null) clearTimeout(this.#pump);
    this.#pump = null;
    await this.#keeper.close();
    await this.log.close();
  }

  #beginSnapshot(): { head: SnapshotFile['head']; sessions: Uint8Array; source: WorldSnapshot } {
    this.#isUnkept = false;
    const memory = this.#memory;
    this.#memory = null;
    return {
      head: {
        tick: this.#tick,
        timestampUs: BigInt(this.#timestampUs),
        sequence: this.log.lastSequence,
        schemaVersion: this.#schemaVersion,
        plan: this.#plan,
      },
      sessions: this.sessions.encode(),
      source: new WorldSnapshot(this.#tables, undefined, memory),
    };
  }

  /** Little by little between ticks, as long as a snapshot is being written. */
  #pumpSoon(): void {
    this.#pump ??= setTimeout(() => {
      this.#pump = null;
      if (this.#keeper.isReady) this.#keeper.step(STEP_MS);
      if (this.#keeper.isBusy) this.#pumpSoon();
    }, PAUSE_MS);
  }

  #tellWritten({ path, bytes, head }: SnapshotFile): void {
    this.snapshotCount++;
    this.#logger.info({ path, bytes, tick: head.tick }, 'a snapshot was written');
  }
}

export interface WorldStorageOptions {
  readonly opened: OpenedDatabase;
  readonly disk: Disk;
  /** The folder of the snapshots. */
  readonly folder: string;
  readonly plan: Plan;
  readonly tables: readonly Table[];
  readonly logger: Logger;
  readonly schedule: SnapshotSchedule | undefined;
  readonly retention: SnapshotRetention | undefined;
}

/** A tick that is due waits for one step at most. */
const STEP_MS = 2;
/** Between steps the sockets and the ticks have their turn. */
const PAUSE_MS = 3;
