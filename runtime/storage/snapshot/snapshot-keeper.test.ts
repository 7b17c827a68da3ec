import type { TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import { type Table, WorldSnapshot } from '../../store/index.ts';
import { SimulatedDisk } from '../testing/simulated-disk.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';
import { FOLDER, headOf, herd, sessionsOf, settled } from './testing/snapshot-scene.ts';

/** A keeper over a herd, with a clock and a log by hand. */
class Yard {
  readonly disk = new SimulatedDisk({ seed: 9 });
  readonly tables: readonly Table[] = herd(100);
  readonly log = {
    appendedBytes: 0,
    dropped: [] as number[],
    whenDurable: () => Promise.resolve(),
    dropSegmentsBefore: (sequence: number): Promise<void> => {
      this.log.dropped.push(sequence);
      return Promise.resolve();
    },
  };
  readonly failures: TickbaseError[] = [];
  tick = 10;
  nowMs = 0;
  readonly keeper = new SnapshotKeeper({
    disk: this.disk,
    folder: FOLDER,
    log: this.log,
    begin: () => ({
      head: headOf(this.tick),
      sessions: sessionsOf(2).encode(),
      source: new WorldSnapshot(this.tables),
    }),
    last: null,
    logBytesBefore: 0,
    nowMs: () => this.nowMs,
    wallMs: () => this.tick * 1000,
    schedule: { logBytes: 1000, intervalMs: 60_000, retryMs: 500 },
    retention: { countMin: 2, countMax: 3, bytesMax: 2 ** 30, ageMsMax: 2 ** 40 },
    onWritten: () => {},
    onFailure: (error) => this.failures.push(error),
    onDropFailure: (error) => {
      throw error;
    },
  });

  /** Ticks until the snapshot that may have begun is over. */
  async tickOn(hasChanged = true): Promise<void> {
    this.tick++;
    this.keeper.afterTick(hasChanged);
    for (let i = 0; i < 5 && this.keeper.isBusy; i++) {
      this.keeper.step(1);
      await settled();
    }
  }

  get ticks(): number[] {
    return this.disk.paths().map((path) => Number(path.slice(FOLDER.length + 1, -'.snap'.length)));
  }
}

test('snapshots are taken as the log grows, and old ones go with the log that only they needed', async () => {
  const yard = new Yard();
  for (let i = 0; i < 5; i++) {
    await yard.tickOn();
    yard.log.appendedBytes += 20_000;
    await yard.tickOn();
  }
  expect(yard.ticks).toEqual([16, 18, 20]);
  // The log is kept from the oldest snapshot on that stays; with one snapshot alone all of it.
  expect(yard.log.dropped).toEqual([3 * 12 + 1, 3 * 12 + 1, 3 * 14 + 1, 3 * 16 + 1]);
  expect(yard.keeper.last!.head.tick).toBe(20);
});

test('a world that has not changed has no snapshot by the clock; one that has, has', async () => {
  const yard = new Yard();
  yard.nowMs = 70_000;
  await yard.tickOn(false);
  expect(yard.ticks).toEqual([]);
  await yard.tickOn(true);
  expect(yard.ticks).toEqual([12]);
});

test('one that is asked for holds the next tick, and its asker is told', async () => {
  const yard = new Yard();
  const outcome = yard.keeper.takeNow();
  await yard.tickOn(false);
  expect(await outcome).toMatchObject({ kind: 'written', file: { head: { tick: 11 } } });
});

test('one that fails is told of and tried again after a while, and the log stays whole until then', async () => {
  const yard = new Yard();
  yard.log.appendedBytes = 5000;
  yard.disk.capacityBytes = 512;
  await yard.tickOn();
  expect(yard.failures).toMatchObject([{ code: 'SNAPSHOT_NOT_WRITTEN' }]);
  yard.disk.capacityBytes = Infinity;
  await yard.tickOn();
  expect(yard.ticks).toEqual([]);
  yard.nowMs = 500;
  await yard.tickOn();
  expect(yard.ticks).toEqual([13]);
});

test('the end of the server gives a snapshot up that is not encoded yet, and those who asked are told', async () => {
  const yard = new Yard();
  const outcome = yard.keeper.takeNow();
  yard.keeper.afterTick(true);
  const later = yard.keeper.takeNow();
  await yard.keeper.close();
  expect(await outcome).toEqual({ kind: 'given up' });
  expect(await later).toEqual({ kind: 'given up' });
  expect(yard.ticks).toEqual([]);
  expect(yard.tables[0]!.kept).toBe(null);
});
