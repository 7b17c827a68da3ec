import { TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import { commitOf, LOG_FOLDER, marksOf, openLog, readAll, textOfCommit, textsOf } from '../testing/log-scene.ts';
import { type DiskFault, type DiskOperation, SimulatedDisk } from '../testing/simulated-disk.ts';
import type { DiskCommitLog } from './disk-commit-log.ts';

/** What the outside was told in the course of a run. */
interface Told {
  durable: number;
  failures: string[];
  /** No further life begins. */
  isCrashed: boolean;
}

/** Three lives with their recoveries: groups of several records, segment changes, a drop, a clean end. `texts` has every record. */
async function run(disk: SimulatedDisk, texts: string[], told: Told): Promise<void> {
  for (let life = 0; life < 3 && !told.isCrashed; life++) {
    const log: DiskCommitLog = await openLog(disk.process(), {
      segmentBytes: 900,
      onFailure: (error) => told.failures.push(error.code),
    });
    log.onChange = () => {
      told.durable = Math.max(told.durable, log.durableSequence);
    };
    for (let group = 0; group < 5; group++) {
      for (let i = 0; i <= group % 2; i++) {
        const tick = texts.length + 1;
        log.append(commitOf(tick, 40 + 17 * group), marksOf());
        texts.push(textOfCommit(tick, tick, 40 + 17 * group));
      }
      await log.whenDurable();
    }
    if (life === 1) await log.close();
    if (told.failures.length > 0) throw new Error('the disk failed');
    if (life !== 1) disk.kill();
  }
}

/** Runs until the operation number `place` of all, at which `strike` is called; it decides what becomes of it. */
async function runUntil(
  place: number,
  strike: (disk: SimulatedDisk, operation: DiskOperation) => DiskFault | null,
): Promise<{ disk: SimulatedDisk; texts: string[]; told: Told; isStruck: boolean }> {
  let count = 0;
  let isStruck = false;
  const told: Told = { durable: 0, failures: [], isCrashed: false };
  const texts: string[] = [];
  const stop = { told: noNews };
  const stopped = new Promise<void>((resolve) => {
    stop.told = resolve;
  });
  const disk: SimulatedDisk = new SimulatedDisk({
    seed: place,
    fault: (operation) => {
      if (count++ !== place) return null;
      isStruck = true;
      const fault = strike(disk, operation);
      told.isCrashed = fault === null;
      if (told.isCrashed) stop.told();
      return fault;
    },
  });
  await Promise.race([run(disk, texts, told).catch(expectCoded), stopped]);
  disk.fault = () => null;
  return { disk, texts, told, isStruck };
}

function noNews(): void {}

function expectCoded(error: unknown): void {
  const isKnown = error instanceof TickbaseError ? error.code.startsWith('LOG_') : /disk failed/.test(String(error));
  if (!isKnown) throw error;
}

/** All that was told is there, and nothing that was not written; the log can be gone on with. */
async function expectRecovered(disk: SimulatedDisk, texts: readonly string[], told: Told): Promise<void> {
  const { entries } = await readAll(disk);
  expect(entries.length).toBeGreaterThanOrEqual(told.durable);
  expect(textsOf(entries)).toEqual(texts.slice(0, entries.length));
  const log = await openLog(disk, { segmentBytes: 900 });
  log.append(commitOf(1000, 5), marksOf());
  await log.whenDurable();
  expect(textsOf((await readAll(disk)).entries)).toEqual([
    ...texts.slice(0, entries.length),
    textOfCommit(entries.length + 1, 1000, 5),
  ]);
}

test('2, 3: a kill or a power cut at every operation of the disk', async () => {
  for (const crash of ['kill', 'powerCut'] as const) {
    let places = 0;
    for (let place = 0; ; place++) {
      const { disk, texts, told, isStruck } = await runUntil(place, (struck) => {
        // The operation is under way when the crash comes.
        queueMicrotask(() => struck[crash]());
        return null;
      });
      if (!isStruck) break;
      await Promise.resolve();
      await expectRecovered(disk, texts, told);
      places++;
    }
    expect(places).toBeGreaterThan(100);
  }
});

test('8, 11: each operation refused once: a coded failure, nothing told after it, and a full recovery', async () => {
  for (const code of ['EIO', 'EFBIG', 'EROFS', 'EMFILE', 'ESTALE']) {
    let places = 0;
    for (let place = 0; ; place += code === 'EIO' ? 1 : 7) {
      const { disk, texts, told, isStruck } = await runUntil(place, () => ({ code }));
      if (!isStruck) break;
      for (const failure of told.failures) expect(failure).toMatch(/^LOG_(WRITE|READ)_FAILED$/);
      expect(told.failures.length).toBeLessThanOrEqual(1);
      const { durable } = told;
      await Promise.resolve();
      expect(told.durable).toBe(durable);
      // The process ends; the page cache lives on, or does not.
      if (place % 2 === 0) disk.kill();
      else disk.powerCut();
      await expectRecovered(disk, texts, told);
      // What recovery built on stays, whatever the page cache had shown.
      disk.powerCut();
      expect((await readAll(disk)).entries.length).toBeGreaterThan(told.durable);
      places++;
    }
    expect(places).toBeGreaterThan(10);
  }
});

test('9: after a sync that failed once nothing is acknowledged, though the next one would succeed', async () => {
  const disk = new SimulatedDisk({ seed: 8, fault: failFifthSync });
  const failures: string[] = [];
  const log = await openLog(disk, { segmentBytes: 1 << 16, onFailure: (error) => failures.push(error.message) });
  for (let tick = 1; tick <= 9; tick++) {
    log.append(commitOf(tick, 100), marksOf());
    await log.whenDurable().catch(() => {});
  }
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/LOG_WRITE_FAILED[^]*EIO[^]*0000000001\.log/);
  const syncCount = disk.counts.get('sync');
  expect(log).toMatchObject({ durableSequence: 2, durableTick: 2, acceptsWrites: false, waitingBytes: 0 });
  log.append(commitOf(20, 0), marksOf());
  expect(log.durableTick).toBe(2);
  await log.close();
  expect(disk.counts.get('sync')).toBe(syncCount);
});

test('7: a frame that tears at each of its bytes is cut, and the one before it stays', async () => {
  for (let shortBytes = 1; shortBytes < 130; shortBytes++) {
    const disk = new SimulatedDisk({ seed: 1 });
    const log = await openLog(disk, { segmentBytes: 1 << 14 });
    log.append(commitOf(1, 60), marksOf());
    await log.whenDurable();
    let isTorn = false;
    disk.fault = ({ kind }) => {
      if (kind !== 'write') return null;
      if (isTorn) return { code: 'ENOSPC' };
      isTorn = true;
      return { shortBytes };
    };
    log.append(commitOf(2, 70), marksOf());
    for (let i = 0; i < 40; i++) await Promise.resolve();
    disk.kill();
    disk.fault = () => null;
    const { entries, end } = await readAll(disk);
    expect(entries).toHaveLength(1);
    expect(end.tornTail?.bytes).toBeGreaterThan(0);
    await openLog(disk);
    expect((await readAll(disk)).end.tornTail).toBeNull();
  }
});

test('20: recovery is itself cut off at every operation, five times over, and ends as if it had not been', async () => {
  for (let place = 0; place < 30; place++) {
    for (const crash of ['kill', 'powerCut'] as const) {
      const { disk, texts, told } = await runUntil(100, (struck) => {
        queueMicrotask(() => struck.powerCut());
        return null;
      });
      await Promise.resolve();
      const { entries } = await readAll(disk);
      for (let depth = 0; depth < 5; depth++) {
        let count = 0;
        disk.fault = () => {
          if (count++ === place + depth) queueMicrotask(() => disk[crash]());
          return null;
        };
        void openLog(disk.process()).catch(() => {});
        for (let i = 0; i < 200; i++) await Promise.resolve();
        disk.fault = () => null;
        disk[crash]();
      }
      expect(textsOf((await readAll(disk)).entries)).toEqual(textsOf(entries));
      await expectRecovered(disk, texts, told);
    }
  }
});

test('a segment that cannot be read is an error with its path', async () => {
  const disk = new SimulatedDisk({ seed: 1 });
  const log = await openLog(disk);
  log.append(commitOf(1, 10), marksOf());
  await log.whenDurable();
  disk.fault = ({ kind, bytes }) => (kind === 'read' && bytes > 512 ? { code: 'EIO' } : null);
  await expect(readAll(disk)).rejects.toThrow(/LOG_READ_FAILED[^]*EIO[^]*0000000001\.log/);
  disk.fault = ({ kind }) => (kind === 'list' ? { code: 'EACCES' } : null);
  await expect(readAll(disk)).rejects.toThrow(new RegExp(`LOG_READ_FAILED[^]*EACCES[^]*${LOG_FOLDER}`));
});

function failFifthSync({ kind, place }: DiskOperation): DiskFault | null {
  return kind === 'sync' && place === 4 ? { code: 'EIO' } : null;
}
