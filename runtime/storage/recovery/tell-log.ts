import { nearestName, TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import {
  applyRecord,
  type Column,
  describeCell,
  type RecordWitness,
  SnapshotLoader,
  type Table,
} from '../../store/index.ts';
import type { Disk } from '../disk/disk.ts';
import { type LogEnd, readLog } from '../log/read-log.ts';
import type { LoggedInput } from '../../tick/input-journal.ts';
import type { LogEntry } from '../log-entry.ts';
import { listSnapshots } from '../snapshot/list-snapshots.ts';
import { readSnapshot, readSnapshotHead, type SnapshotFile } from '../snapshot/read-snapshot.ts';

export interface TellLogOptions {
  readonly disk: Disk;
  readonly logFolder: string;
  readonly snapshotFolder: string;
  /** The first record that is wanted; left out: the first that is there. */
  readonly fromSequence?: number;
  /** Only rows of this table are told, and records that have one; left out: all that a record did. */
  readonly table?: string;
  /** Empty tables of a plan. */
  readonly tablesFor: (plan: Plan) => readonly Table[];
  readonly migrate: (tables: readonly Table[], oldPlan: Plan, newPlan: Plan) => readonly Table[];
}

/** A record of the log for people. Rows are told with their keys, for which the log is replayed from the snapshot before. */
export interface ToldRecord {
  readonly sequence: number;
  readonly tick: number;
  readonly kind: LogEntry['kind'];
  /** ISO 8601; null for a schema. */
  readonly time: string | null;
  /** What it did, a line each. */
  readonly lines: readonly string[];
}

/**
 * Reads the log from a record on and tells what each did, without changing anything on the disk: also beside a running server, whose last
 * records then may be missing. `tell` returns false when it has had enough.
 */
export async function tellLog(options: TellLogOptions, tell: (record: ToldRecord) => boolean): Promise<LogEnd | null> {
  return new LogTeller(options, tell).run();
}

class LogTeller {
  readonly #options: TellLogOptions;
  readonly #tell: (record: ToldRecord) => boolean;
  readonly #from: number;
  #plan: Plan | null = null;
  #tables: readonly Table[] = [];
  /** Names of all tables that the log has had. */
  readonly #names = new Set<string>();

  constructor(options: TellLogOptions, tell: (record: ToldRecord) => boolean) {
    this.#options = options;
    this.#tell = tell;
    this.#from = options.fromSequence ?? 1;
  }

  /** Throws CLI_VALUE when the log never had the table that is asked for. */
  async run(): Promise<LogEnd | null> {
    const end = await this.#readAll();
    const { table } = this.#options;
    if (table !== undefined && !this.#names.has(table)) throw tableUnknown(table, [...this.#names]);
    return end;
  }

  async #readAll(): Promise<LogEnd | null> {
    const before = await this.#snapshotBefore(this.#from);
    try {
      return await this.#readFrom(before);
    } catch (error) {
      if (error instanceof Enough) return null;
      const isGone = error instanceof TickbaseError && error.code === 'LOG_START_MISSING' && before === null;
      const oldest = isGone ? await this.#snapshotBefore(Infinity, true) : null;
      if (oldest === null) throw error;
      return this.#readFrom(oldest).catch((later: unknown) => {
        if (later instanceof Enough) return null;
        throw later;
      });
    }
  }

  async #readFrom(snapshot: SnapshotFile | null): Promise<LogEnd> {
    const { disk, logFolder } = this.#options;
    if (snapshot !== null) await this.#load(snapshot);
    const fromSequence = (snapshot?.head.sequence ?? 0) + 1;
    return readLog(disk, logFolder, { fromSequence, mayEndEarly: true }, (entry) => this.#take(entry));
  }

  /** The newest snapshot that has nothing from a record on, or the oldest of these; null: there is none. */
  async #snapshotBefore(sequence: number, isOldest = false): Promise<SnapshotFile | null> {
    const { disk, snapshotFolder } = this.#options;
    let found: SnapshotFile | null = null;
    for (const { path } of await listSnapshots(disk, snapshotFolder)) {
      const file = await readSnapshotHead(disk, path);
      if (file.head.sequence >= sequence) continue;
      found = file;
      if (!isOldest) break;
    }
    return found;
  }

  async #load({ path, head }: SnapshotFile): Promise<void> {
    this.#know(head.plan);
    this.#tables = this.#options.tablesFor(head.plan);
    const loader = new SnapshotLoader(this.#tables);
    await readSnapshot(this.#options.disk, path, { sections: (bytes) => loader.take(bytes) });
    loader.finish();
  }

  #know(plan: Plan): void {
    this.#plan = plan;
    for (const { name } of plan.tables) this.#names.add(name);
  }

  #take(entry: LogEntry): void {
    const lines = this.#linesOf(entry);
    if (entry.sequence < this.#from || (this.#options.table !== undefined && lines.length === 0)) return;
    const { sequence, tick, kind } = entry;
    const time = kind === 'commit' ? isoTime(entry.timestampUs) : null;
    if (!this.#tell({ sequence, tick, kind, time, lines })) throw new Enough();
  }

  #linesOf(entry: LogEntry): string[] {
    const { table } = this.#options;
    if (entry.kind === 'inputs') return table === undefined ? entry.inputs.map(inputLine) : [];
    if (entry.kind === 'schema') {
      const { plan } = entry;
      this.#tables =
        this.#plan === null ? this.#options.tablesFor(plan) : this.#options.migrate(this.#tables, this.#plan, plan);
      this.#know(plan);
      if (table !== undefined) return [];
      return [`from here on the tables are ${plan.tables.map(({ name }) => name).join(', ')}`];
    }
    const lines = table === undefined ? sessionLines(entry.marks) : [];
    if (entry.logged.length > 0) applyRecord(this.#tables, entry.logged, new LineWitness(lines, table));
    return lines;
  }
}

function sessionLines({ opened, closed, processed, claims }: Extract<LogEntry, { kind: 'commit' }>['marks']): string[] {
  const lines = opened.map(
    ({ handle, identity, connectionId }) =>
      `session ${handle} opened: ${hex(identity, 64)}, connection ${hex(connectionId, 32)}`,
  );
  for (const { handle, claims: text } of claims) lines.push(`session ${handle} has shown a token: ${text}`);
  for (let i = 0; i < processed.length; i += 2) lines.push(`session ${processed[i]!} called: ${processed[i + 1]!}`);
  for (const handle of closed) lines.push(`session ${handle} closed`);
  return lines;
}

/** Thrown through the reader, which has no other way to be stopped. */
class Enough extends Error {}

class LineWitness implements RecordWitness {
  readonly #lines: string[];
  readonly #table: string | undefined;

  /** `table`: the one whose rows are told; undefined: those of all. */
  constructor(lines: string[], table: string | undefined) {
    this.#lines = lines;
    this.#table = table;
  }

  deletes(table: Table, slots: Uint32Array, count: number): void {
    this.#each(table, '-', keyColumns(table), slots, count);
  }

  inserts(table: Table, slots: Uint32Array, count: number): void {
    this.#each(table, '+', table.columns, slots, count);
  }

  updates(table: Table, columns: readonly Column[], slots: Uint32Array, count: number): void {
    const shown = [...keyColumns(table), ...columns];
    this.#each(
      table,
      '~',
      shown.filter((column, place) => shown.indexOf(column) === place),
      slots,
      count,
    );
  }

  #each({ plan }: Table, sign: string, columns: readonly Column[], slots: Uint32Array, count: number): void {
    if (this.#table !== undefined && plan.name !== this.#table) return;
    for (let i = 0; i < count; i++) {
      const cells = columns.map((column) => `${column.plan.name}=${describeCell(column, slots[i]!)}`);
      this.#lines.push(`${sign} ${plan.name} ${cells.join(' ')}`);
    }
  }
}

/** Columns of the primary key; all columns of a table that has none. */
function keyColumns({ plan, columns }: Table): readonly Column[] {
  return plan.primaryKey === null ? columns : plan.primaryKey.map((position) => columns[position]!);
}

function tableUnknown(name: string, known: readonly string[]): TickbaseError {
  const nearest = nearestName(name, known);
  return new TickbaseError({
    code: 'CLI_VALUE',
    what: `the log has no table ${JSON.stringify(name)}`,
    where: '--table',
    mend: nearest === null ? `its tables are ${known.join(', ')}` : `did you mean ${nearest}?`,
  });
}

function inputLine({ name, identity, args, outcome }: LoggedInput): string {
  return `${name} by ${hex(identity, 64)}, ${args.length} bytes of arguments: ${outcome}`;
}

function isoTime(timestampUs: bigint): string {
  return new Date(Number(timestampUs / 1000n)).toISOString();
}

function hex(value: bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
