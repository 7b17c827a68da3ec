import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
import { percentile } from '../percentile.ts';
import { cpuMs } from './alternate.ts';
import { onDisk } from './durability-folder.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';
import { medianOf } from './median-of.ts';
import { SnapshotHold } from './snapshot-hold.ts';

const ROWS = 1_000_000;
const MOVERS = 100_000;
/** What a snapshot may take after each tick. */
const STEP_MS = 2;
/** So long a tick may be held up. */
const TEN = { atMost: 10 };

/** Ticks while a snapshot is taken of a million rows, and how fast a world is brought back, on the real disk. */
export async function durabilitySnapshot(options: BenchOptions): Promise<BenchRow[]> {
  return onDisk(async (folder) => [...(await heldTicks(folder, options)), ...(await recoveries(folder, options))]);
}

/**
 * Ticks with and without a snapshot, in turn and as many of both. What a snapshot holds a tick up by is the copying within it, and the step
 * before it. Times of the clock: the disk's threads work beside, and what they take is none of the tick's.
 */
async function heldTicks(folder: string, { isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress(`ticks of ${MOVERS} moved rows of ${ROWS}, with a snapshot and without`);
  const herd = await Herd.open(ROWS);
  const rows: BenchRow[] = [];
  for (const [what, tick] of [
    ['100 000 moved row by row', () => void herd.run('drift', { count: MOVERS, first: herd.tick * 31, among: ROWS })],
    ['all moved by columns', () => void herd.run('sweep', {})],
  ] as const) {
    const bare = { p99: [] as number[], longest: [] as number[] };
    const held = { p99: [] as number[], longest: [] as number[], step: [] as number[] };
    const durations: number[] = [];
    const first = await firstTicks(herd, tick);
    const { heldMs } = await snapshotTicks(folder, herd, tick, true);
    for (let round = isLong ? 5 : 3; round > 0; round--) {
      const run = await snapshotTicks(folder, herd, tick, false);
      const without: number[] = [];
      while (without.length < run.ticksMs.length) without.push(await clockedTurn(tick));
      bare.p99.push(percentile(without, 0.99));
      bare.longest.push(Math.max(...without));
      held.p99.push(Math.max(0, percentile(run.ticksMs, 0.99) - percentile(without, 0.99)));
      held.longest.push(Math.max(...run.ticksMs));
      held.step.push(Math.max(...run.stepsMs));
      durations.push(run.ticksMs.length);
    }
    rows.push(
      rowOf(
        `first tick of a snapshot is later by, ${what}`,
        'ms',
        first.laterMs,
        { 'a tick without': first.bareMs },
        TEN,
      ),
      rowOf(
        `what it does in a tick and in the step before, longest of ${heldMs.length}, ${what}`,
        'ms',
        [Math.max(...heldMs)],
        { '99th percentile': [percentile(heldMs, 0.99)], median: [medianOf(heldMs)] },
        TEN,
      ),
      rowOf(`99th percentile of its ticks is later by, ${what}`, 'ms', held.p99, { 'without, itself': bare.p99 }, TEN),
      rowOf(`longest step of it between ticks, ${what}`, 'ms', held.step, {}, TEN),
      rowOf(`longest tick with it, its step before it included, ${what}`, 'ms', held.longest, {
        'longest of as many without': bare.longest,
      }),
      rowOf(`ticks that it takes, one after another, ${what}`, 'ticks', durations),
    );
  }
  return rows;
}

/** The tick in which most of the copying is: how much longer than those before it, the begin included. */
async function firstTicks(herd: Herd, tick: () => void): Promise<{ laterMs: number[]; bareMs: number[] }> {
  const laterMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = -1; round < 12; round++) {
    const memory = new SnapshotMemory(herd.tables);
    const without: number[] = [];
    do without.push(await clockedTurn(tick));
    while (!memory.prepare());
    let snapshot: WorldSnapshot | null = null;
    const beginMs = clocked(() => (snapshot = new WorldSnapshot(herd.tables, undefined, memory)));
    const firstMs = await clockedTurn(tick);
    snapshot!.end();
    if (round < 0) continue; // the compiler's turn
    bareMs.push(medianOf(without));
    laterMs.push(Math.max(0, beginMs + firstMs - medianOf(without)));
  }
  return { laterMs, bareMs };
}

/**
 * One snapshot from its beginning to its end: each tick with the step before it, the steps alone (the first is the begin), and, if `isTimed`, of
 * each tick what the snapshot does in it and in the step before it. To time that makes ticks themselves longer.
 */
async function snapshotTicks(
  folder: string,
  herd: Herd,
  tick: () => void,
  isTimed: boolean,
): Promise<{ ticksMs: number[]; stepsMs: number[]; heldMs: number[] }> {
  const memory = new SnapshotMemory(herd.tables);
  do tick();
  while (!memory.prepare());
  let writer: SnapshotWriter | null = null;
  const stepsMs = [clocked(() => (writer = herd.begin(join(folder, 'held'), memory)))];
  const hold = isTimed ? new SnapshotHold(herd.tables) : null;
  const ticksMs: number[] = [];
  const heldMs: number[] = [];
  while (writer!.isEncoding) {
    if (hold !== null) hold.ms = 0;
    ticksMs.push(stepsMs.at(-1)! + (await clockedTurn(tick)));
    if (hold !== null) heldMs.push(stepsMs.at(-1)! + hold.ms);
    stepsMs.push(clocked(() => writer!.step(STEP_MS)));
  }
  const outcome = await writer!.outcome;
  if (outcome.kind !== 'written') throw new Error(`the snapshot was ${outcome.kind}`);
  rmSync(outcome.file.path);
  return { ticksMs, stepsMs, heldMs };
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
      { count: MOVERS, first: (i * 31) % ROWS, among: ROWS },
    ]),
  );
  rows.push(
    await logRecovery(folder, 'single calls', isLong ? 1000 : 4, (i) => [
      'drift',
      { count: 1, first: (i * 7919) % ROWS, among: ROWS },
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
    this.#world.beginTick(this.tick, this.tick * 50_000, this.tick);
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
      nowMs: () => performance.now(),
    });
  }
}

/** Processor time: a machine that has other work would else tell more of that. The threads that write to the disk are in it. */
function timed(work: () => void): number {
  const startMs = cpuMs();
  work();
  return cpuMs() - startMs;
}

function clocked(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

/**
 * In a turn of the event loop of its own, so that the disk's answers come in between; young garbage is collected before it, which would else come in
 * some of the ticks and be more than what is measured.
 */
async function clockedTurn(work: () => void): Promise<number> {
  await turn();
  collectYoung();
  return clocked(work);
}

function collectYoung(): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  }
  collect({ type: 'minor' });
}

let collect: ((options: { type: 'minor' }) => void) | null = null;

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
