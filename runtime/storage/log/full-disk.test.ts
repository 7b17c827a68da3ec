import { expect, test } from 'vitest';
import { commitOf, marksOf, openLog, readAll } from '../testing/log-scene.ts';
import { SimulatedDisk } from '../testing/simulated-disk.ts';
import type { DiskCommitLog, DiskCommitLogOptions } from './disk-commit-log.ts';

/** A log with hand-driven timers on a disk of that size. */
async function stage(capacityBytes: number, options: Partial<DiskCommitLogOptions> = {}) {
  const disk = new SimulatedDisk({ seed: 5, capacityBytes });
  const timers = new Set<() => void>();
  const failures: string[] = [];
  const log = await openLog(disk, {
    later: (run, delayMs) => {
      expect(delayMs).toBe(1000);
      timers.add(run);
      return () => timers.delete(run);
    },
    onFailure: (error) => failures.push(error.code),
    ...options,
  });
  const second = async (): Promise<void> => {
    const due = [...timers];
    timers.clear();
    for (const run of due) run();
    await settled();
  };
  return { disk, log, failures, second };
}

test('10: a disk that gets full is told while there is room for what is under way, and taken up again', async () => {
  const { disk, log, failures, second } = await stage(3 * 4096 - 512);
  const news: boolean[] = [];
  log.onChange = () => {
    if (news.at(-1) !== log.acceptsWrites) news.push(log.acceptsWrites);
  };
  let tick = 0;
  while (log.acceptsWrites) await appendOne(log, ++tick, 300);
  expect(disk.paths()).toHaveLength(2);
  const { last, lastSequence } = (await readAll(disk)).end;
  expect(lastSequence).toBe(tick);
  expect(last!.length - last!.endOffset).toBeGreaterThan(2000);
  // What was under way when it became known still has its place.
  for (let i = 0; i < 4; i++) await appendOne(log, ++tick, 300);
  expect(log.durableTick).toBe(tick);
  await second();
  expect(log.acceptsWrites).toBe(false);
  disk.capacityBytes += 4096;
  await second();
  expect(log.acceptsWrites).toBe(true);
  expect(news).toEqual([true, false, true]);
  await appendOne(log, ++tick, 3000);
  expect(log.durableTick).toBe(tick);
  expect((await readAll(disk)).entries).toHaveLength(tick);
  expect(failures).toEqual([]);
});

test('10: what has no room waits, nothing of it is told, and it goes when there is room', async () => {
  const { disk, log, failures, second } = await stage(2 * 4096 - 512);
  for (let tick = 1; tick <= 9; tick++) await appendOne(log, tick, 600);
  const durable = log.durableTick;
  expect(durable).toBeLessThan(9);
  expect(log.waitingBytes).toBeGreaterThan(600);
  for (let i = 0; i < 3; i++) await second();
  expect(log.durableTick).toBe(durable);
  disk.capacityBytes = 1 << 20;
  await second();
  expect(log).toMatchObject({ durableTick: 9, acceptsWrites: true, waitingBytes: 0 });
  expect((await readAll(disk)).entries).toHaveLength(9);
  expect(failures).toEqual([]);
});

test('more than may wait for room is a failure', async () => {
  const { disk, log, failures } = await stage(2 * 4096 - 512, { fullBytesMax: 5000 });
  for (let tick = 1; tick <= 30; tick++) await appendOne(log, tick, 600);
  expect(failures).toEqual(['LOG_DISK_FULL']);
  expect(log.acceptsWrites).toBe(false);
  expect((await readAll(disk)).entries).toHaveLength(log.durableTick);
});

test('a server that ends while the disk is full says what it could not keep', async () => {
  const { disk, log, failures } = await stage(2 * 4096 - 512);
  for (let tick = 1; tick <= 9; tick++) await appendOne(log, tick, 600);
  const told = expect(log.whenDurable()).rejects.toThrow(/LOG_DISK_FULL/);
  await log.close();
  await told;
  expect(failures).toEqual(['LOG_DISK_FULL']);
  expect((await readAll(disk)).entries).toHaveLength(log.durableTick);
});

test('a start without room for a segment is refused, and leaves nothing behind', async () => {
  const disk = new SimulatedDisk({ seed: 5, capacityBytes: 4000 });
  await expect(openLog(disk)).rejects.toThrow(/LOG_DISK_FULL[^]*0000000001\.log/);
  expect(disk.paths()).toEqual([]);
});

test('10: at every size of the disk the log keeps a whole number of records, those that it told', async () => {
  for (let capacityBytes = 4096; capacityBytes <= 3 * 4096; capacityBytes += 512) {
    const { disk, log, second } = await stage(capacityBytes);
    for (let tick = 1; tick <= 12; tick++) await appendOne(log, tick, 500);
    const { entries } = await readAll(disk);
    expect(entries).toHaveLength(log.durableTick);
    disk.capacityBytes = 1 << 20;
    await second();
    expect(log.durableTick).toBe(12);
    expect((await readAll(disk)).entries).toHaveLength(12);
  }
});

test('a file system that writes each change to a new place: what it took a part of is written again, never told', async () => {
  const { disk, log, second, failures } = await stage(Infinity, { segmentBytes: 1 << 16 });
  await appendOne(log, 1, 500);
  let writes = 0;
  disk.fault = ({ kind }) => (kind !== 'write' ? null : writes++ === 0 ? { shortBytes: 100 } : { code: 'ENOSPC' });
  await appendOne(log, 2, 500);
  expect(log).toMatchObject({ durableTick: 1, acceptsWrites: false });
  await second();
  expect(log.durableTick).toBe(1);
  disk.fault = () => null;
  await second();
  expect(log).toMatchObject({ durableTick: 2, acceptsWrites: true });
  expect((await readAll(disk)).entries).toHaveLength(2);
  expect(failures).toEqual([]);
});

test('a write that takes less than it was given is written again as a whole, also where there is room', async () => {
  const { disk, log, second, failures } = await stage(Infinity, { segmentBytes: 1 << 16 });
  await appendOne(log, 1, 500);
  let writes = 0;
  disk.fault = ({ kind }) => (kind === 'write' && writes++ === 0 ? { shortBytes: 100 } : null);
  await appendOne(log, 2, 500);
  expect(log).toMatchObject({ durableTick: 1, acceptsWrites: false });
  await second();
  expect(log.durableTick).toBe(2);
  expect((await readAll(disk)).entries).toHaveLength(2);
  expect(failures).toEqual([]);
});

async function appendOne(log: DiskCommitLog, tick: number, byteLength: number): Promise<void> {
  log.append(commitOf(tick, byteLength), marksOf());
  await settled();
}

/** Everything that needs no timer has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 120; i++) await Promise.resolve();
}
