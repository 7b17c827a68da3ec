import {
  closeSync,
  fdatasync,
  openSync,
  readSync,
  rmSync,
  statSync,
  write,
  writeSync,
  fsyncSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { DiskCommitLog, NodeDisk, readLog } from '../../runtime/storage/index.ts';
import { SessionMarks } from '../../runtime/tick/index.ts';
import { onDisk } from './durability-folder.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';
import { medianOf } from './median-of.ts';

/** The commit log beside the bare calls of the disk that it is made of. */
export async function durabilityLog(options: BenchOptions): Promise<BenchRow[]> {
  return onDisk(async (folder) => [
    ...(await throughput(folder, options)),
    ...(await appendCost(folder, options)),
    ...(await readSpeed(folder, options)),
  ]);
}

/**
 * One record, one group, one sync after another; all three write the same count of bytes with each sync. A turn of the larger groups is more
 * than a segment, so that the zeros of the next one are written in each.
 */
async function throughput(folder: string, { isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [kilobytes, groups] of [
    [4, 400],
    [64, 520],
    [1024, 40],
  ] as const) {
    progress(`groups of ${kilobytes} KB`);
    const bytes = new Uint8Array(kilobytes << 10).fill(0x5a);
    const log = await openLog(join(folder, `log-${kilobytes}`));
    let tick = 0;
    const marks = new SessionMarks();
    const contenders = {
      ours: async () => {
        for (let i = 0; i < groups; i++) {
          log.append(recordOf(++tick, bytes), marks);
          await log.whenDurable();
        }
      },
      bare: bareWrites(join(folder, `bare-${kilobytes}`), bytes, groups, false),
      preallocated: bareWrites(join(folder, `preallocated-${kilobytes}`), bytes, groups, true),
    };
    const runs = await takeTurns(contenders, isLong ? 30 : 8, (bytes.length * groups) / 1e6);
    await log.close();
    rows.push(
      rowOf(
        `log, a group of ${kilobytes} KB with each sync`,
        'MB/s',
        runs.ours,
        { 'write + fdatasync': runs.bare, 'write + fdatasync, preallocated': runs.preallocated },
        { atLeast: 0.6 * medianOf(runs.bare) },
      ),
    );
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
  return rows;
}

/** Megabytes a second of each run. */
async function takeTurns<Name extends string>(
  contenders: Record<Name, () => Promise<void>>,
  rounds: number,
  megabytes: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const runs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = -2; round < rounds; round++) {
    for (const name of names) {
      const startMs = performance.now();
      await contenders[name]();
      if (round >= 0) runs[name].push((megabytes * 1000) / (performance.now() - startMs));
    }
  }
  return runs;
}

/** A file that grows with each write, or one whose bytes are there and that each turn writes from its beginning. */
function bareWrites(path: string, bytes: Uint8Array, groups: number, isPreallocated: boolean): () => Promise<void> {
  const file = openSync(path, 'w+');
  if (isPreallocated) {
    writeSync(file, new Uint8Array(bytes.length * groups), 0, bytes.length * groups, 0);
    fsyncSync(file);
  }
  let offset = 0;
  return async () => {
    if (isPreallocated) offset = 0;
    for (let i = 0; i < groups; i++) {
      await new Promise<void>((resolve, reject) => {
        write(file, bytes, 0, bytes.length, offset, (writeError) => {
          if (writeError !== null) reject(writeError);
          else fdatasync(file, (syncError) => (syncError === null ? resolve() : reject(syncError)));
        });
      });
      offset += bytes.length;
    }
  };
}

/** What `append` itself takes of the tick's thread, records of a call that changed a few columns. */
async function appendCost(folder: string, { isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('appends');
  const log = await openLog(join(folder, 'appends'));
  const marks = new SessionMarks();
  const bytes = new Uint8Array(RECORD_BYTES).fill(0x5a);
  const record = recordOf(1, bytes);
  const copies = new Uint8Array(1 << 20);
  const runs = { ours: [] as number[], copy: [] as number[] };
  let tick = 0;
  const processed = [7, 1];
  for (let round = isLong ? -5 : -2; round < (isLong ? 100 : 20); round++) {
    let startMs = performance.now();
    for (let i = 0; i < APPENDS; i++) {
      record.tick = ++tick;
      processed[1] = tick;
      marks.processed.push(processed[0]!, processed[1]);
      log.append(record, marks);
      marks.clear();
    }
    const oursMs = performance.now() - startMs;
    startMs = performance.now();
    for (let i = 0; i < APPENDS; i++) copies.set(bytes, (i * RECORD_BYTES) % (copies.length - RECORD_BYTES));
    const copyMs = performance.now() - startMs;
    if (round >= 0) {
      runs.ours.push((oursMs * 1e6) / APPENDS);
      runs.copy.push((copyMs * 1e6) / APPENDS);
    }
    await log.whenDurable();
  }
  await log.close();
  // At 400 000 calls a second this is a fifth of the thread.
  const row = rowOf(
    'append of a record of 40 bytes',
    'ns',
    runs.ours,
    { 'copy of the bytes': runs.copy },
    { atMost: 500 },
  );
  return [row];
}

async function readSpeed(folder: string, { isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  const megabytes = isLong ? 1024 : 160;
  progress(`reading ${megabytes} MB`);
  const place = join(folder, 'reading');
  const log = await openLog(place);
  const marks = new SessionMarks();
  const bytes = new Uint8Array(LARGE_RECORD_BYTES).fill(0x5a);
  let tick = 0;
  while (log.durableBytes < megabytes * 1e6) {
    for (let i = 0; i < 4000; i++) log.append(recordOf(++tick, bytes), marks);
    await log.whenDurable();
  }
  await log.close();
  const runs = await takeTurns(
    {
      ours: async () => {
        let count = 0;
        const { lastSequence } = await readLog(new NodeDisk(), place, {}, () => void count++);
        if (count !== tick || lastSequence !== tick)
          throw new Error(`${tick} records were written, ${count} were read`);
      },
      bare: async () => readBare(place),
    },
    5,
    log.durableBytes / 1e6,
  );
  return [
    rowOf(`reading a log of ${megabytes} MB, records of ${LARGE_RECORD_BYTES} bytes`, 'MB/s', runs.ours, {
      'read of the files': runs.bare,
    }),
  ];
}

function readBare(folder: string): void {
  const piece = new Uint8Array(4 << 20);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const file = openSync(path, 'r');
    for (let offset = 0; offset < statSync(path).size; offset += piece.length)
      readSync(file, piece, 0, piece.length, offset);
    closeSync(file);
  }
}

async function openLog(folder: string): Promise<DiskCommitLog> {
  const disk = new NodeDisk();
  return DiskCommitLog.open({
    disk,
    folder,
    end: await readLog(disk, folder, {}, () => {}),
    epoch: 0x1357_9bdfn,
    later: (run, delayMs) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    onFailure: (error) => {
      throw error;
    },
  });
}

interface BenchRecord {
  tick: number;
  readonly timestampUs: number;
  readonly tables: [];
  readonly isLogEmpty: boolean;
  readonly logged: () => Uint8Array;
  readonly putLogged: () => number;
  readonly wireOnly: () => Uint8Array;
}

function recordOf(tick: number, bytes: Uint8Array): BenchRecord {
  return {
    tick,
    timestampUs: 1,
    tables: [],
    isLogEmpty: false,
    logged: () => bytes,
    putLogged: () => -1,
    wireOnly: () => bytes,
  };
}

const RECORD_BYTES = 40;
const APPENDS = 10_000;
const LARGE_RECORD_BYTES = 200;
