import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { applyRecord, SnapshotLoader, type Table } from '../../store/index.ts';
import type { Disk } from '../disk/disk.ts';
import { type LogEnd, readLog } from '../log/read-log.ts';
import type { LogEntry } from '../log-entry.ts';
import { listSnapshots, type SnapshotEntry } from '../snapshot/list-snapshots.ts';
import { readSnapshot, type SnapshotFile } from '../snapshot/read-snapshot.ts';
import { UNFINISHED_SUFFIX } from '../snapshot/snapshot-name.ts';
import { SessionLedger } from './session-ledger.ts';
import { settleRecovered } from './settle-recovered.ts';

/**
 * Brings a world back from its folders: the newest snapshot that is whole, then what the log has after it. Nothing on the disk is changed but
 * for the removal of unfinished snapshots, so it may be broken off and begun again at any place. Throws a coded error when the world cannot be told
 * for sure: no snapshot is whole and the log does not reach back to its first record, or the log itself is damaged.
 */
export async function recoverWorld(options: RecoverOptions): Promise<RecoveredWorld> {
  return new Recovery(options).run();
}

export interface RecoverOptions {
  readonly disk: Disk;
  /** Folder of the log's segments. */
  readonly logFolder: string;
  readonly snapshotFolder: string;
  /** The log may end before the snapshot does, as in a backup that holds a snapshot alone. */
  readonly mayEndEarly?: boolean;
  /** Empty tables of a plan, in its order: of the snapshot's, or of the first in the log. Called once at most. */
  readonly tablesFor: (plan: Plan) => readonly Table[];
  /** Tables of the new plan with what the old ones hold, by the rules of the running server; not yet settled. For each later plan in the log. */
  readonly migrate: (tables: readonly Table[], oldPlan: Plan, newPlan: Plan) => readonly Table[];
  /** Milliseconds of a clock that only goes forward, for the report. */
  readonly nowMs: () => number;
}

export interface RecoveredWorld {
  /** The plan of the last record; null: the folders are those of a new world. */
  readonly plan: Plan | null;
  /** Settled: indexes, free slots and places are made. */
  readonly tables: readonly Table[];
  /** The last tick that left something, and its timestamp: later ones must be above. 0 in a new world. */
  readonly tick: number;
  readonly timestampUs: bigint;
  /** Which sessions were open, and up to which call each was processed. */
  readonly sessions: SessionLedger;
  /** How many plans the log has had. */
  readonly schemaVersion: number;
  /** The snapshot that it began with; null: the log alone. */
  readonly snapshot: SnapshotFile | null;
  /** What the log's reader found: for the log that is to be opened next. */
  readonly logEnd: LogEnd;
  readonly recordCount: number;
  /** What these records hold, in bytes, about. */
  readonly recordBytes: number;
  /** What happened, line by line, for people. */
  readonly report: readonly string[];
}

class Recovery {
  readonly #options: RecoverOptions;
  readonly #report: string[] = [];
  #plan: Plan | null = null;
  #tables: readonly Table[] = [];
  #tick = 0;
  #timestampUs = 0n;
  #sessions = new SessionLedger();
  #recordCount = 0;
  #recordBytes = 0;

  constructor(options: RecoverOptions) {
    this.#options = options;
  }

  async run(): Promise<RecoveredWorld> {
    const { disk, snapshotFolder, nowMs } = this.#options;
    const startMs = nowMs();
    await this.#removeUnfinished();
    const entries = await listSnapshots(disk, snapshotFolder);
    const snapshot = await this.#newestWhole(entries);
    if (snapshot !== null) await this.#load(snapshot);
    const loadedMs = nowMs();
    const logEnd = await this.#replay(snapshot, entries);
    const replayedMs = nowMs();
    for (const table of this.#tables) settleRecovered(table);
    this.#tellLog(logEnd, replayedMs - loadedMs);
    const rowCount = this.#tables.reduce((sum, { liveCount }) => sum + liveCount, 0);
    this.#report.push(
      `recovered tick ${this.#tick}: ${rowCount} rows in ${this.#tables.length} tables, in ${seconds(nowMs() - startMs)}`,
    );
    return {
      plan: this.#plan,
      tables: this.#tables,
      tick: this.#tick,
      timestampUs: this.#timestampUs,
      sessions: this.#sessions,
      schemaVersion: Math.max(logEnd.schemaVersion, snapshot?.head.schemaVersion ?? 0),
      snapshot,
      logEnd,
      recordCount: this.#recordCount,
      recordBytes: this.#recordBytes,
      report: this.#report,
    };
  }

  async #removeUnfinished(): Promise<void> {
    const { disk, snapshotFolder } = this.#options;
    for (const name of await disk.list(snapshotFolder)) {
      if (!name.endsWith(`.snap${UNFINISHED_SUFFIX}`)) continue;
      await disk.remove(join(snapshotFolder, name));
      this.#report.push(`${name}: a snapshot that was not finished was removed`);
    }
  }

  /** Every checksum of it fits: what is loaded then is not found damaged half way. */
  async #newestWhole(entries: readonly SnapshotEntry[]): Promise<SnapshotFile | null> {
    for (const { path, tick } of entries) {
      try {
        const file = await readSnapshot(this.#options.disk, path);
        if (file.head.tick === tick) return file;
        this.#report.push(`${path} is passed over: it holds tick ${file.head.tick}, not what its name says`);
      } catch (error) {
        // Of another version: an older snapshot would do, but the server that wrote this one did not mean it to be lost.
        if (!(error instanceof TickbaseError) || error.code !== 'SNAPSHOT_DAMAGED') throw error;
        this.#report.push(`${error.where} is passed over: ${error.what}`);
      }
    }
    return null;
  }

  async #load(snapshot: SnapshotFile): Promise<void> {
    const { disk, tablesFor, nowMs } = this.#options;
    const startMs = nowMs();
    const { head, path } = snapshot;
    this.#plan = head.plan;
    this.#tables = tablesFor(head.plan);
    this.#tick = head.tick;
    this.#timestampUs = head.timestampUs;
    const loader = new SnapshotLoader(this.#tables);
    await readSnapshot(disk, path, {
      sessions: (bytes) => (this.#sessions = SessionLedger.decode(bytes)),
      sections: (bytes) => within(path, () => loader.take(bytes)),
    });
    within(path, () => loader.finish());
    this.#report.push(
      `loaded ${path}: tick ${head.tick}, ${loader.rowCount} rows, ${snapshot.bytes} bytes, in ${seconds(nowMs() - startMs)}`,
    );
  }

  async #replay(snapshot: SnapshotFile | null, entries: readonly SnapshotEntry[]): Promise<LogEnd> {
    const { disk, logFolder, mayEndEarly = false, snapshotFolder } = this.#options;
    const fromSequence = (snapshot?.head.sequence ?? 0) + 1;
    const hasDamaged = snapshot === null && entries.length > 0;
    try {
      const end = await readLog(disk, logFolder, { fromSequence, mayEndEarly }, (entry) => this.#take(entry));
      // A world whose snapshots are all damaged did have a past: an empty log is not the whole of it.
      if (hasDamaged && end.lastSequence === 0) throw noneWhole(snapshotFolder, 'the commit log is empty');
      return end;
    } catch (error) {
      if (hasDamaged && error instanceof TickbaseError && error.code === 'LOG_START_MISSING')
        throw noneWhole(snapshotFolder, error.what);
      throw error;
    }
  }

  #take(entry: LogEntry): void {
    this.#recordCount++;
    this.#recordBytes += RECORD_HEAD_BYTES + (entry.kind === 'commit' ? entry.logged.length : 0);
    if (entry.kind === 'schema') {
      this.#takeSchema(entry.plan);
      this.#tick = Math.max(this.#tick, entry.tick);
    } else if (entry.kind === 'commit') {
      this.#takeCommit(entry);
    }
  }

  #takeSchema(plan: Plan): void {
    this.#tables =
      this.#plan === null ? this.#options.tablesFor(plan) : this.#options.migrate(this.#tables, this.#plan, plan);
    this.#plan = plan;
  }

  #takeCommit(entry: Extract<LogEntry, { kind: 'commit' }>): void {
    const { sequence, tick, logged } = entry;
    const where = `record ${sequence} of the commit log, tick ${tick}`;
    if (this.#plan === null) throw misfit('no plan comes before it', where);
    if (tick < this.#tick) throw misfit(`tick ${this.#tick} comes before it`, where);
    if (logged.length > 0) {
      const recordTick = within(where, () => applyRecord(this.#tables, logged));
      if (recordTick !== tick) throw misfit(`it says tick ${recordTick} itself`, where);
    }
    this.#sessions.take(entry.marks, Number(entry.timestampUs));
    this.#tick = tick;
    this.#timestampUs = entry.timestampUs;
  }

  #tellLog({ tornTail, passedOver }: LogEnd, tookMs: number): void {
    if (this.#recordCount > 0)
      this.#report.push(`replayed ${this.#recordCount} records of the log in ${seconds(tookMs)}`);
    if (tornTail !== null) {
      const { path, offset, bytes } = tornTail;
      this.#report.push(`${path}, byte ${offset}: ${bytes} bytes of records that were never acknowledged are cut off`);
    }
    for (const { path, offset } of passedOver)
      this.#report.push(`${path}, byte ${offset}: damage in records that the snapshot holds, passed over`);
  }
}

/** Says where the bytes came from that did not fit. */
function within<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    const { code, what, mend } = error;
    throw new TickbaseError({ code, what, where: `${where}, ${error.where}`, mend });
  }
}

function misfit(why: string, where: string): TickbaseError {
  return new TickbaseError({
    code: 'RECORD_MISFIT',
    what: `a commit record does not fit the ones before it: ${why}`,
    where,
    mend: 'start with the server version that wrote it; if that was this one, restore a backup and report the error',
  });
}

function noneWhole(folder: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'SNAPSHOT_NONE_WHOLE',
    what: `every snapshot is damaged, and the log alone is not enough: ${why}`,
    where: folder,
    mend: 'restore the data folder from a backup',
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** What stands before the changes of a record, and the marks of a few sessions. */
const RECORD_HEAD_BYTES = 40;
