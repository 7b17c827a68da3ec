import { expect, test } from 'vitest';
import type { Plan } from '@tickbase/schema/plan';
import type { LoggedInput } from '../../tick/input-journal.ts';
import {
  commitOf,
  LOG_FOLDER,
  loggedOf,
  marksOf,
  openLog,
  readAll,
  textOfCommit,
  textsOf,
} from '../testing/log-scene.ts';
import { type DiskFault, type DiskOperation, SimulatedDisk } from '../testing/simulated-disk.ts';

const PLAN: Plan = { planVersion: 1, tickRate: 30, tables: [], reducers: [], systems: [], interest: null };
const INPUT: LoggedInput = {
  name: 'buy',
  identity: (1n << 255n) + 77n,
  connectionId: (1n << 127n) + 3n,
  args: Uint8Array.from([9, 8]),
  timestampUs: -5n,
  seed: 2 ** 52 + 1,
  outcome: 'refused',
};

test('what was appended is read back as it was, numbered from 1', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const log = await openLog(disk);
  const opened = [{ handle: 4, identity: 1n << 250n, connectionId: (1n << 127n) + 9n }];
  const claims = [{ handle: 4, claims: '{"sub":"bé"}' }];
  log.append(commitOf(7, 100), marksOf({ opened, closed: [3, 11], processed: [4, 900, 5, 2 ** 40], claims }));
  log.append(commitOf(9, 0), marksOf({ closed: [4] }));
  log.appendInputs(11, [INPUT, { ...INPUT, outcome: 'stopped' }]);
  log.append(commitOf(11, 20), marksOf());
  await log.appendSchema(PLAN, 11);
  expect(log.durableTick).toBe(11);
  const { entries, end } = await readAll(disk);
  expect(entries).toEqual([
    {
      kind: 'commit',
      sequence: 1,
      tick: 7,
      timestampUs: 7007n,
      marks: { opened, closed: [3, 11], processed: [4, 900, 5, 2 ** 40], claims },
      logged: loggedOf(7, 100),
    },
    {
      kind: 'commit',
      sequence: 2,
      tick: 9,
      timestampUs: 9007n,
      marks: { opened: [], closed: [4], processed: [], claims: [] },
      logged: new Uint8Array(0),
    },
    { kind: 'inputs', sequence: 3, tick: 11, inputs: [INPUT, { ...INPUT, outcome: 'stopped' }] },
    {
      kind: 'commit',
      sequence: 4,
      tick: 11,
      timestampUs: 11007n,
      marks: { opened: [], closed: [], processed: [], claims: [] },
      logged: loggedOf(11, 20),
    },
    { kind: 'schema', sequence: 5, tick: 11, plan: PLAN },
  ]);
  expect(end).toMatchObject({ lastSequence: 5, lastTick: 11, schemaVersion: 1, tornTail: null, isClosed: false });
});

test('a tick with nothing to persist is durable at once, or with what waits before it', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const log = await openLog(disk);
  let changes = 0;
  log.onChange = () => changes++;
  log.append(commitOf(5, 0), marksOf({ processed: [1, 2] }));
  expect(log).toMatchObject({ durableTick: 5, lastSequence: 0, waitingBytes: 0 });
  log.append(commitOf(6, 10), marksOf());
  log.append(commitOf(8, 0), marksOf());
  expect(log.durableTick).toBe(5);
  await log.whenDurable();
  expect(log).toMatchObject({ durableTick: 8, lastSequence: 1, durableSequence: 1, waitingBytes: 0 });
  expect(changes).toBe(1);
});

test('all that waits goes with one sync, and the next one begins at once when the disk is free', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const log = await openLog(disk, { segmentBytes: 1 << 16 });
  const syncsBefore = disk.counts.get('sync')!;
  const writesBefore = disk.counts.get('write')!;
  for (let tick = 1; tick <= 5; tick++) log.append(commitOf(tick, 10), marksOf());
  const first = log.whenDurable();
  await Promise.resolve(); // the writer has begun
  for (let tick = 6; tick <= 20; tick++) log.append(commitOf(tick, 10), marksOf());
  await first;
  expect(log.durableTick).toBe(5);
  await log.whenDurable();
  expect(log.durableTick).toBe(20);
  expect(disk.counts.get('sync')! - syncsBefore).toBe(2);
  expect(disk.counts.get('write')! - writesBefore).toBe(2);
  expect(log.groupCount).toBe(2);
});

test('a log goes on over segments and lives, with sequences that never repeat', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  let tick = 0;
  for (let life = 0; life < 4; life++) {
    const log = await openLog(disk);
    for (let i = 0; i < 30; i++) {
      log.append(commitOf(++tick, 400), marksOf());
      if (i % 3 === 0) await log.whenDurable();
    }
    if (life % 2 === 0) await log.close();
    else await log.whenDurable();
  }
  const { entries, end } = await readAll(disk);
  const texts = textsOf(entries);
  expect(texts).toEqual(Array.from({ length: 120 }, (_, i) => textOfCommit(i + 1, i + 1, 400)));
  expect(end.segments.length).toBeGreaterThan(12);
  // From any record on, the same records.
  for (let from = 1; from <= 121; from += 4) {
    const part = await readAll(disk, { fromSequence: from });
    expect(textsOf(part.entries)).toEqual(texts.slice(from - 1));
    expect(part.end).toMatchObject({ lastSequence: 120, lastTick: 120, chain: end.chain });
  }
});

test('a clean end is marked, and gives back the room that was made ahead', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const log = await openLog(disk);
  for (let tick = 1; tick <= 8; tick++) log.append(commitOf(tick, 200), marksOf());
  await log.whenDurable();
  await log.close();
  expect(disk.paths()).toEqual([`${LOG_FOLDER}/0000000001.log`]);
  const { end } = await readAll(disk);
  expect(end).toMatchObject({ isClosed: true, lastSequence: 8, unused: [] });
  expect(end.last!.length).toBe(end.last!.endOffset);
});

test('starts without records leave one empty segment, not one each', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const first = await openLog(disk);
  first.append(commitOf(1, 10), marksOf());
  await first.whenDurable();
  for (let life = 0; life < 5; life++) await openLog(disk);
  expect(disk.paths()).toHaveLength(2);
  expect((await readAll(disk)).end).toMatchObject({ lastSequence: 1, unused: [`${LOG_FOLDER}/0000000002.log`] });
});

test('24: a log without records, without files, with one record', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  expect((await readAll(disk)).end).toMatchObject({ lastSequence: 0, segments: [], last: null });
  const log = await openLog(disk);
  expect((await readAll(disk)).end).toMatchObject({ lastSequence: 0, tornTail: null });
  log.append(commitOf(3, 1), marksOf());
  await log.whenDurable();
  expect((await readAll(disk)).entries).toHaveLength(1);
});

test('25: a record that fills the segment to its last byte, and one more', async () => {
  for (const more of [-1, 0, 1]) {
    const disk = new SimulatedDisk({ seed: 1 });
    const log = await openLog(disk);
    log.append(commitOf(1, 100), marksOf());
    await log.whenDurable();
    const { last } = (await readAll(disk)).end;
    // Frame head 48, length 4, kind, parts, tick 1 byte each, timestamp 8.
    const room = 4096 - last!.endOffset - 48 - 15;
    log.append(commitOf(2, room + more), marksOf());
    await log.whenDurable();
    log.append(commitOf(3, 10), marksOf());
    await log.whenDurable();
    const { entries, end } = await readAll(disk);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(end.segments).toEqual([
      { number: 1, firstSequence: 1 },
      { number: 2, firstSequence: more > 0 ? 2 : 3 },
    ]);
  }
});

test('25: a record larger than a segment gets a larger one; one above the limit ends the log', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const failures: string[] = [];
  const log = await openLog(disk, { recordBytesMax: 70_015, onFailure: (error) => failures.push(error.code) });
  log.append(commitOf(1, 10), marksOf());
  log.append(commitOf(2, 70_000), marksOf());
  await log.whenDurable();
  for (let tick = 3; tick < 12; tick++) log.append(commitOf(tick, 3000), marksOf());
  await log.whenDurable();
  const { entries } = await readAll(disk);
  expect(entries).toHaveLength(11);
  expect(textsOf(entries)[1]).toBe(textOfCommit(2, 2, 70_000));
  expect(failures).toEqual([]);
  log.append(commitOf(12, 70_001), marksOf());
  await expect(log.whenDurable()).rejects.toThrow(/LOG_RECORD_TOO_LARGE/);
  expect(failures).toEqual(['LOG_RECORD_TOO_LARGE']);
  expect(log).toMatchObject({ durableTick: 11, acceptsWrites: false });
});

test('29: sequences go up to 2^53 - 1, and no further', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const { end } = await readAll(disk);
  const last = Number.MAX_SAFE_INTEGER;
  const log = await openLog(disk, { end: { ...end, lastSequence: last - 3, lastTick: last - 9 } });
  for (let i = 1; i <= 3; i++) log.append(commitOf(last - 9 + i, 10), marksOf());
  await log.whenDurable();
  expect(() => log.append(commitOf(last, 10), marksOf())).toThrow(/no more sequences/);
  const { entries } = await readAll(disk, { fromSequence: last - 2 });
  expect(entries.map(({ sequence }) => sequence)).toEqual([last - 2, last - 1, last]);
});

test('old segments are dropped, the current one never', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const log = await openLog(disk);
  for (let tick = 1; tick <= 40; tick++) {
    log.append(commitOf(tick, 400), marksOf());
    await log.whenDurable();
  }
  const { end, entries } = await readAll(disk);
  const second = end.segments[1]!.firstSequence!;
  await log.dropSegmentsBefore(second - 1);
  expect((await readAll(disk)).end.segments[0]!.number).toBe(1);
  await log.dropSegmentsBefore(second);
  const kept = await readAll(disk, { fromSequence: second });
  expect(textsOf(kept.entries)).toEqual(textsOf(entries.slice(second - 1)));
  await expect(readAll(disk, { fromSequence: second - 1 })).rejects.toThrow(/LOG_START_MISSING/);
  await log.dropSegmentsBefore(1000);
  expect((await readAll(disk, { fromSequence: 41 })).end.segments).toHaveLength(1);
  log.append(commitOf(41, 10), marksOf());
  await log.whenDurable();
  expect((await readAll(disk, { fromSequence: 41 })).entries).toHaveLength(1);
});

test('13: a slow disk holds up nothing but what is durable; what waits is counted', async () => {
  const timers: { run: () => void; atMs: number }[] = [];
  let nowMs = 0;
  const slowSync = ({ kind }: DiskOperation): DiskFault | null =>
    kind === 'sync' && nowMs > 0 ? { delayMs: 5000 } : null;
  const later = (run: () => void, delayMs: number): void => {
    if (delayMs === 0) queueMicrotask(run);
    else timers.push({ run, atMs: nowMs + delayMs });
  };
  const disk = new SimulatedDisk({ seed: 1, fault: slowSync, later });
  const log = await openLog(disk, { segmentBytes: 1 << 20 });
  nowMs = 1;
  for (let tick = 1; tick <= 300; tick++) {
    log.append(commitOf(tick, 1000), marksOf());
    await settled();
  }
  expect(log.durableTick).toBe(0);
  expect(log.waitingBytes).toBeGreaterThan(300_000);
  expect(timers).toHaveLength(1);
  nowMs = 5001;
  timers.shift()!.run();
  await settled();
  expect(log.durableTick).toBe(1);
  nowMs = 10_002;
  timers.shift()!.run();
  await settled();
  expect(log).toMatchObject({ durableTick: 300, waitingBytes: 0 });
});

test('14: a sync that never returns lets nothing become durable', async () => {
  const disk = new SimulatedDisk({ seed: 1, fault: stallThirdSync });
  const log = await openLog(disk);
  for (let tick = 1; tick <= 10; tick++) {
    log.append(commitOf(tick, 50), marksOf());
    await settled();
  }
  expect(log.durableTick).toBe(1);
  expect(log.waitingBytes).toBeGreaterThan(9 * 50);
});

/** Everything that needs no timer has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

function stallThirdSync({ kind, place }: DiskOperation): DiskFault | null {
  return kind === 'sync' && place >= 3 ? { delayMs: Infinity } : null;
}

test('a plan and the record of its migration are one frame, however much waits before them', async () => {
  const disk = new SimulatedDisk({ seed: 3 });
  const log = await openLog(disk, { segmentBytes: 8 << 20 });
  log.append(commitOf(1, (1 << 20) - 100), marksOf());
  const durable = log.appendMigration(PLAN, commitOf(2, 5_000), marksOf());
  log.append(commitOf(3, 10), marksOf());
  await durable;
  expect(log.durableTick).toBe(2);
  await log.whenDurable();
  // The third commit found the frame full.
  expect(log.groupCount).toBe(2);
  await log.appendMigration(PLAN, commitOf(4, 0), marksOf());
  expect(log.durableTick).toBe(4);
  const { entries, end } = await readAll(disk);
  expect(entries.map(({ kind, tick }) => `${kind} ${tick}`)).toEqual([
    'commit 1',
    'schema 2',
    'commit 2',
    'commit 3',
    'schema 4',
  ]);
  expect(end.schemaVersion).toBe(2);
});
