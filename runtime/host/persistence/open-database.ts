import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { assert, TickbaseError } from '@tickbase/base';
import { isAllowed, type MigrationStep, type Plan, planMigration } from '@tickbase/schema/plan';
import type { Logger } from 'pino';
import {
  type DataFolder,
  type Disk,
  checkRestored,
  cutLogAt,
  DiskCommitLog,
  listSnapshots,
  readSnapshot,
  recoverWorld,
  type RecoveredWorld,
  type SessionLedger,
  type SnapshotFile,
} from '../../storage/index.ts';
import { hasRows, migrateTables, type Table } from '../../store/index.ts';
import type { World } from '../../transactions/world.ts';
import { emptyTables, replayTables } from './plain-tables.ts';

/**
 * Brings the world of a data folder back into the module's: snapshot and log, then the migration to the module's plan if that differs from the
 * last one. Begins the log of this life. Rejects with a coded error; the folder is as it was then, but for a torn tail and for the plan of
 * a module that was never served.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenedDatabase> {
  for (;;) {
    const world = await options.worldAfter(options.folder.readPlan());
    const opened = await openFor(world, options);
    if (opened !== null) return opened;
  }
}

/** Null: the folder's plan is not the one that its log ends with, as a crash leaves it. It is by now. */
async function openFor(world: World, options: OpenDatabaseOptions): Promise<OpenedDatabase | null> {
  const { folder, disk, log } = options;
  const logFolder = join(folder.path, LOG_FOLDER);
  const snapshotFolder = join(folder.path, SNAPSHOT_FOLDER);
  await checkRestored(disk, folder.path);
  if (options.cutLogAt !== undefined) {
    const from = await firstNeeded(disk, snapshotFolder);
    if (await cutLogAt(disk, logFolder, options.cutLogAt, from)) {
      log.warn(
        { record: options.cutLogAt },
        'the commit log was cut: this record and all after it are lost, as ordered',
      );
    }
  }
  const recovered = await recoverWorld({
    disk,
    logFolder,
    snapshotFolder,
    tablesFor: (plan) => (isSamePlan(plan, world.plan) ? world.tables : emptyTables(plan)),
    migrate: (tables, oldPlan, newPlan) => {
      if (!isSamePlan(newPlan, world.plan)) return replayTables(tables, oldPlan, newPlan);
      for (const table of world.tables) empty(table);
      return replayTables(tables, oldPlan, newPlan, world.tables);
    },
    nowMs: () => performance.now(),
  });
  if (recovered.plan !== null && !isSamePlan(recovered.plan, folder.readPlan())) {
    // What rows are kept under counts, not what was once to come: ids that were given in between are given again.
    folder.keepPlan(recovered.plan);
    return null;
  }
  if (recovered.plan !== null) for (const line of recovered.report) log.info(line);
  const isMigrated = recovered.plan !== null && migrate(recovered, world);
  // Before the log says that the ids are given: a start that forgot them would give them anew.
  folder.keepPlan(world.plan);
  const commitLog = await DiskCommitLog.open({
    disk,
    folder: logFolder,
    end: recovered.logEnd,
    epoch: randomBytes(8).readBigUInt64LE(),
    tick: recovered.tick,
    ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
    later: (run, delayMs) => {
      const timeout = setTimeout(run, delayMs);
      return () => clearTimeout(timeout);
    },
    onFailure: options.onFailure,
  });
  const hasPlan = recovered.plan !== null && !isMigrated;
  if (!hasPlan) await commitLog.appendSchema(world.plan, recovered.tick);
  return {
    world,
    commitLog,
    isNew: recovered.tick === 0,
    tick: recovered.tick,
    timestampUs: recovered.timestampUs,
    sessions: recovered.sessions,
    schemaVersion: recovered.schemaVersion + (hasPlan ? 0 : 1),
    snapshot: recovered.snapshot,
    replayedBytes: recovered.recordBytes,
  };
}

export interface OpenDatabaseOptions {
  /** A world of the module with empty tables, its ids given with regard to this plan of the database. Each is another one. */
  readonly worldAfter: (plan: Plan | null) => Promise<World>;
  readonly folder: DataFolder;
  readonly disk: Disk;
  readonly log: Logger;
  readonly segmentBytes: number | undefined;
  /** A record with which the damage of the log begins: it and all after it are to be lost. */
  readonly cutLogAt: number | undefined;
  /** The log has failed: nothing becomes durable any more. */
  readonly onFailure: (error: TickbaseError) => void;
}

export interface OpenedDatabase {
  /** With the rows of the folder. */
  readonly world: World;
  readonly commitLog: DiskCommitLog;
  /** No tick has ever left anything: `init` is to run. */
  readonly isNew: boolean;
  /** The last tick that left something, and its timestamp; 0 in a new world. */
  readonly tick: number;
  readonly timestampUs: bigint;
  readonly sessions: SessionLedger;
  /** How many plans the log has had. */
  readonly schemaVersion: number;
  /** The one that it began with; null: the log alone. */
  readonly snapshot: SnapshotFile | null;
  /** Bytes of log, about, that were read beside it. */
  readonly replayedBytes: number;
}

/** Folders within the data folder. */
export const LOG_FOLDER = 'log';
export const SNAPSHOT_FOLDER = 'snapshots';

/** The first record that a recovery needs. */
async function firstNeeded(disk: Disk, snapshotFolder: string): Promise<number> {
  for (const { path } of await listSnapshots(disk, snapshotFolder)) {
    try {
      return (await readSnapshot(disk, path)).head.sequence + 1;
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error; // an older one may be whole
    }
  }
  return 1;
}

/** Moves what was recovered under another plan into the world. Returns false when its tables are the recovered ones. */
function migrate(recovered: RecoveredWorld, world: World): boolean {
  if (isSamePlan(recovered.plan!, world.plan)) {
    assert(recovered.tables === world.tables, 'a world was recovered into other tables than its own');
    return false;
  }
  const { tables } = recovered;
  const migration = planMigration(recovered.plan!, world.plan, (position) => !hasRows(tables[position]!));
  const refused = isAllowed(migration)
    ? migrateTables(tables, world.tables, migration)
    : migration.steps.filter((step) => step.class === 'refused');
  if (refused.length > 0) throw migrationRefused(refused);
  return true;
}

function migrationRefused(steps: readonly MigrationStep[]): TickbaseError {
  return new TickbaseError({
    code: 'MIGRATION_REFUSED',
    what: `the module does not fit the data: ${steps.map(({ what, why }) => `${what}: ${why}`).join('\n')}`,
    where: 'the plan of the module, against the one that the data folder was last served with',
    mend: [...new Set(steps.map(({ mend }) => mend))].filter((mend) => mend !== '').join('\n'),
  });
}

/** The world may have held rows under its plan before others came and went. */
function empty(table: Table): void {
  table.live.fill(0);
  table.slotCount = 0;
  for (const sequence of table.sequences) sequence.position = sequence.sealedPosition = 0;
  table.settle();
}

/** Plans are plain data, written in one order. */
function isSamePlan(a: Plan, b: Plan | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
