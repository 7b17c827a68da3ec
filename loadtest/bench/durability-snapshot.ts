import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import { loadModule } from '@tickbase/runtime';
import {
  DiskCommitLog,
  NodeDisk,
  readLog,
  readSnapshot,
  recoverWorld,
  SessionLedger,
  SnapshotWriter,
} from '../../runtime/storage/index.ts';
import {
  type CommitRecord,
  createTables,
  SnapshotMemory,
  type Table,
  UndoLog,
  WorldSnapshot,
} from '../../runtime/store/index.ts';
import { SessionMarks } from '../../runtime/tick/index.ts';
import { cpuMs } from './alternate.ts';
import { onDisk } from './durability-folder.ts';
import { medianOf } from './report.ts';
import { type BenchOptions, type BenchRow, rowOf } from './store-row.ts';

const ROWS = 1_000_000;
const MOVERS = 100_000;
/** What a snapshot may take after each tick. */
const STEP_MS = 2;

/** Ticks while a snapshot is taken of a million rows, and how fast a world is brought back, on the real disk. */
export async function durabilitySnapshot(options: BenchOptions): Promise<BenchRow[]> {
  return onDisk(async (folder) => [...(await heldTicks(folder, options)), ...(await recoveries(folder, options))]);
}

/** Ticks with and without a snapshot, in turn. What a snapshot holds a tick up by is the copying within it, and the step after it. */
async function heldTicks(folder: string, { isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress(`ticks of ${MOVERS} moved rows of ${ROWS}, with a snapshot and without`);
  const herd = await Herd.open(ROWS);
  const rows: BenchRow[] = [];
  for (const [what, tick] of [
    ['row by row', () => void herd.run('drift', { count: MOVERS, first: herd.tick * 31, among: ROWS })],
    ['all by columns', () => void herd.run('sweep', {})],
  ] as const) {
    const bare: number[] = [];
    const worst = { tick: [] as number[], step: [] as number[], held: [] as number[] };
    const durations: number[] = [];
    for (let i = 0; i < 4; i++) timed(tick);
    for (let round = isLong ? 10 : 3; round > 0; round--) {
      for (let i = 0; i < 8; i++) bare.push(await timedTurn(tick));
      const run = await snapshotTicks(folder, herd, tick);
      worst.tick.push(run.tickMs);
      worst.step.push(run.stepMs);
      worst.held.push(Math.max(0, run.heldMs - medianOf(bare)));
      durations.push(run.tickCount);
    }
    const beside = { 'median tick without': bare };
    rows.push(
      rowOf(`a tick held by a snapshot at most, 100 000 or all moved ${what}`, 'ms', worst.held, beside, {
        atMost: 10,
      }),
      rowOf(`longest step of the snapshot between ticks, ${what}`, 'ms', worst.step, {}),
      rowOf(`longest tick with a snapshot, ${what}`, 'ms', worst.tick, { 'longest tick without': [Math.max(...bare)] }),
      rowOf(`ticks that a snapshot takes, ${what}`, 'ticks', durations, {}),
    );
  }
  return rows;
}

/** One snapshot from its beginning to its end. The longest tick, the longest step or begin, and the longest of both together. */
async function snapshotTicks(
  folder: string,
  herd: Herd,
  tick: () => void,
): Promise<{ tickMs: number; stepMs: number; heldMs: number; tickCount: number }> {
  const memory = new SnapshotMemory(herd.tables);
  do tick();
  while (!memory.prepare());
  let writer: SnapshotWriter | null = null;
  let stepMs = timed(() => (writer = herd.begin(join(folder, 'held'), memory)));
  let tickMs = 0;
  let heldMs = 0;
  let tickCount = 0;
  let before = stepMs;
  while (writer!.isEncoding) {
    const ms = await timedTurn(tick);
    const step = timed(() => writer!.step(STEP_MS));
    tickMs = Math.max(tickMs, ms);
    stepMs = Math.max(stepMs, step);
    heldMs = Math.max(heldMs, ms + before);
    before = step;
    tickCount++;
  }
  const outcome = await writer!.outcome;
  if (outcome.kind !== 'written') throw new Error(`the snapshot was ${outcome.kind}`);
  rmSync(outcome.file.path);
  return { tickMs, stepMs, heldMs, tickCount };
}

/** How fast a world comes back from a snapshot, and from a log. */
async function recoveries(folder: string, { isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const herd = await Herd.open(isLong ? 24_000_000 : 1_000_000);
  progress('recovery from a snapshot');
  const writer = herd.begin(join(folder, 'snapshots'));
  while (writer.isEncoding) {
    writer.step(1000);
    await turn();
  }
  const outcome = await writer.outcome;
  if (outcome.kind !== 'written') throw new Error(`the snapshot was ${outcome.kind}`);
  const { bytes, path } = outcome.file;
  const speeds = { recovery: [] as number[], verify: [] as number[], read: [] as number[] };
  for (let round = isLong ? 1 : 3; round > 0; round--) {
    speeds.read.push(
      megabytesIn(
        bytes,
        timed(() => readWhole(path)),
      ),
    );
    speeds.verify.push(megabytesIn(bytes, await timedAsync(() => readSnapshot(new NodeDisk(), path))));
    speeds.recovery.push(
      megabytesIn(bytes, await timedAsync(() => recover(herd, join(folder, 'snapshots'), join(folder, 'none')))),
    );
  }
  const size = `${Math.round(bytes / 1e6)} MB`;
  rows.push(
    rowOf(`recovery of a snapshot of ${size}, indexes made`, 'MB a second of CPU', speeds.recovery, {
      'its checksums alone': speeds.verify,
      'its bytes alone': speeds.read,
    }),
  );
  progress('recovery from a log');
  rows.push(
    await logRecovery(folder, 'large ticks', isLong ? 1000 : 32, (i) => [
      'drift',
      { count: MOVERS, first: i * 31, among: ROWS },
    ]),
  );
  rows.push(
    await logRecovery(folder, 'single calls', isLong ? 100 : 4, (i) => [
      'drift',
      { count: 1, first: i * 7919, among: ROWS },
    ]),
  );
  return rows;
}

async function logRecovery(
  folder: string,
  what: string,
  megabytes: number,
  call: (i: number) => [string, Readonly<Record<string, number>>],
): Promise<BenchRow> {
  const herd = await Herd.open(0);
  const disk = new NodeDisk();
  const logFolder = join(folder, what.replace(' ', '-'));
  const log = await DiskCommitLog.open({
    disk,
    folder: logFolder,
    end: await readLog(disk, logFolder, {}, () => {}),
    epoch: 1n,
    later: () => () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  await log.appendSchema(herd.plan, 0);
  const marks = new SessionMarks();
  for (let from = 0; from < ROWS; from += MOVERS) {
    log.append(herd.run('fill', { from, to: from + MOVERS }), marks);
    await log.whenDurable();
  }
  const fillBytes = log.durableBytes;
  for (let i = 0; log.durableBytes + log.waitingBytes < fillBytes + megabytes * 1e6; i++) {
    log.append(herd.run(...call(i)), marks);
    if (log.waitingBytes > 1 << 23) await log.whenDurable();
  }
  await log.close();
  const bytes = log.durableBytes;
  const speeds = { recovery: [] as number[], read: [] as number[] };
  let recordCount = 0;
  for (let round = 3; round > 0; round--) {
    speeds.read.push(megabytesIn(bytes, await timedAsync(() => readLog(disk, logFolder, {}, () => {}))));
    const ms = await timedAsync(async () => {
      ({ recordCount } = await recover(herd, join(folder, 'none'), logFolder));
    });
    speeds.recovery.push(megabytesIn(bytes, ms));
  }
  const size = `${Math.round(bytes / 1e6)} MB in ${recordCount.toLocaleString('en')} records`;
  return rowOf(`recovery of a log of ${what}, ${size}`, 'MB a second of CPU', speeds.recovery, {
    'reading it alone': speeds.read,
  });
}

async function recover(herd: Herd, snapshotFolder: string, logFolder: string): ReturnType<typeof recoverWorld> {
  const recovered = await recoverWorld({
    disk: new NodeDisk(),
    logFolder,
    snapshotFolder,
    mayEndEarly: true,
    tablesFor: (plan) => createTables(plan, new UndoLog(), 1),
    migrate: () => {
      throw new Error('there is one plan only');
    },
    nowMs: () => performance.now(),
  });
  if (recovered.tables[0]!.liveCount !== herd.tables[0]!.liveCount) throw new Error('the recovery lost rows');
  return recovered;
}

type Loaded = Awaited<ReturnType<typeof loadModule>>;

/** A module's world, tick by tick. */
class Herd {
  readonly plan: Loaded['plan'];
  readonly #world: ReturnType<Loaded['createWorld']>;
  readonly #caller: number;
  tick = 0;

  private constructor(loaded: Loaded) {
    this.plan = loaded.plan;
    this.#world = loaded.createWorld(loaded.plan, 1n, 1);
    this.#caller = this.#world.addCaller(7n, 9n);
  }

  static async open(rowCount: number): Promise<Herd> {
    const herd = new Herd(await loadModule(fileURLToPath(new URL('../modules/herd', import.meta.url))));
    for (let from = 0; from < rowCount; from += MOVERS) herd.run('fill', { from, to: from + MOVERS });
    return herd;
  }

  get tables(): readonly Table[] {
    return this.#world.tables as readonly Table[];
  }

  /** A tick with one call; its record, encoded. */
  run(name: string, args: Readonly<Record<string, number>>): CommitRecord {
    const reducer = this.plan.reducers.findIndex(({ accessor }) => accessor === name);
    const writer = new ByteWriter();
    for (const { accessor, type } of this.plan.reducers[reducer]!.params) encodeValue(writer, type, args[accessor]);
    this.tick++;
    this.#world.beginTick(this.tick, BigInt(this.tick) * 50_000n, this.tick);
    if (this.#world.runCall(reducer, writer.view(), this.#caller) !== 0) throw new Error(this.#world.lastMessage);
    const record = this.#world.seal();
    record.logged();
    return record;
  }

  begin(folder: string, memory: SnapshotMemory | null = null): SnapshotWriter {
    const { tick, plan } = this;
    return new SnapshotWriter({
      disk: new NodeDisk(),
      folder,
      head: { tick, timestampUs: BigInt(tick) * 50_000n, sequence: 0, schemaVersion: 1, plan },
      sessions: new SessionLedger().encode(),
      source: new WorldSnapshot(this.tables, undefined, memory),
      nowMs: cpuMs,
    });
  }
}

/** Processor time: a machine that has other work would else tell more of that. The threads that write to the disk are in it. */
function timed(work: () => void): number {
  const startMs = cpuMs();
  work();
  return cpuMs() - startMs;
}

/** In a turn of the event loop of its own, so that the disk's answers come in between. */
async function timedTurn(work: () => void): Promise<number> {
  await turn();
  return timed(work);
}

async function timedAsync(work: () => Promise<unknown>): Promise<number> {
  const startMs = cpuMs();
  await work();
  return cpuMs() - startMs;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function megabytesIn(bytes: number, ms: number): number {
  return bytes / 1e6 / (ms / 1e3);
}

function readWhole(path: string): void {
  const buffer = new Uint8Array(1 << 19);
  const file = openSync(path, 'r');
  while (readSync(file, buffer) > 0);
  closeSync(file);
}
