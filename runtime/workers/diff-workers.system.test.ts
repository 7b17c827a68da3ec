import { Prng } from '@tickbase/base';
import { afterEach, expect, test } from 'vitest';
import type { DoneJobs, PieceWorkers } from '../interest/index.ts';
import { PieceJobs } from '../interest/index.ts';
import { walkPlan } from '../interest/testing/walk-plan.ts';
import { FakeWorld } from '../interest/testing/fake-world.ts';
import { randomRow } from '../interest/testing/walk-values.ts';
import { Replica, type Table } from '../store/index.ts';
import { DiffWorkers } from './diff-workers.ts';
import { JobEncoder } from './job-encoder.ts';

const open: DiffWorkers[] = [];
afterEach(async () => {
  for (const workers of open.splice(0)) await workers.end();
});

/** A world whose rows are inserted and changed by chance, and jobs that name all rows of it. */
class Scene {
  readonly plan = walkPlan(null);
  readonly world = new FakeWorld(this.plan, 0, true);
  readonly #prng = new Prng(5);
  readonly failures: unknown[] = [];
  onDone: () => void = () => {};

  get tables(): readonly Table[] {
    return this.world.viewTables as readonly Table[];
  }

  async workers(count: number): Promise<DiffWorkers> {
    const workers = new DiffWorkers(this.plan, {
      count,
      onDone: () => this.onDone(),
      onFailure: (error) => this.failures.push(error),
    });
    open.push(workers);
    while (!workers.isStarted) await aTurn();
    workers.follow(this.tables, this.world.tick);
    return workers;
  }

  tick(rowCount: number): ReturnType<FakeWorld['seal']> {
    this.world.beginTick();
    const body = this.world.table('body');
    for (let i = 0; i < rowCount; i++) {
      const row = [10_000 * this.world.tick + i, ...randomRow(this.#prng, body.plan).slice(1)];
      body.insert(row);
    }
    return this.world.seal();
  }

  /** By lane a job for each of its pages: a first copy of all bodies. */
  jobs(laneCount: number): PieceJobs[] {
    const lanes = Array.from({ length: laneCount }, () => new PieceJobs());
    const position = this.plan.tables.findIndex(({ name }) => name === 'body');
    const table = this.tables[position]!;
    const slots = [...table.live.keys()].filter((slot) => table.live[slot] === 1).slice(0, 4000);
    for (let page = 0; page < 2 * laneCount; page++) {
      lanes[page % laneCount]!.add(page, position, {
        handle: 7 + page,
        table: null as never,
        columns: [],
        cell: null,
        isExact: false,
        flags: 1,
        leaveCount: 0,
        leaveNames: new Uint16Array(0),
        leaveTo: new Uint32Array(0),
        enterCount: slots.length,
        enterNames: Uint16Array.from(slots, (_, i) => i),
        enterSlots: Uint32Array.from(slots),
        updateCount: 0,
        updateNames: new Uint16Array(0),
        updateSlots: new Uint32Array(0),
        updateMasks: new Uint32Array(0),
        maskWords: 1,
      });
    }
    return lanes;
  }
}

function aTurn(): Promise<void> {
  return new Promise((turn) => setImmediate(turn));
}

/** By page, what all lanes have encoded. */
async function collected(scene: Scene, workers: PieceWorkers): Promise<Map<number, Uint8Array>> {
  const pieces = new Map<number, Uint8Array>();
  const take = ({ bytes, ends, count }: DoneJobs): void => {
    for (let i = 0; i < count; i++) {
      pieces.set(ends[2 * i]!, bytes.slice(i === 0 ? 0 : ends[2 * i - 1]!, ends[2 * i + 1]!));
    }
  };
  while (!workers.collect(take)) await new Promise<void>((done) => (scene.onDone = done));
  return pieces;
}

test('threads give the pieces that an encoder here gives, over records and buffers of growing length', async () => {
  const scene = new Scene();
  const here = new JobEncoder(scene.plan);
  scene.tick(10);
  const workers = await scene.workers(2);
  here.replica.load(Replica.encode(scene.tables, scene.world.tick));
  for (const rowCount of [1, 5, 300, 3000, 2]) {
    const record = scene.tick(rowCount);
    here.replica.apply(record.logged(), record.wireOnly());
    const jobs = scene.jobs(2);
    workers.post(record, jobs);
    const pieces = await collected(scene, workers);
    expect([...pieces.keys()].sort()).toEqual([0, 1, 2, 3]);
    for (const lane of jobs) {
      here.encode(lane.words, lane.length);
      for (let i = 0; i < here.count; i++) {
        const start = i === 0 ? 0 : here.ends[2 * i - 1]!;
        expect(pieces.get(here.ends[2 * i]!)).toEqual(here.bytes.bytes.slice(start, here.ends[2 * i + 1]!));
      }
    }
  }
  expect(scene.failures).toEqual([]);
});

test('records without jobs are followed, and jobs are refused while earlier ones are not done', async () => {
  const scene = new Scene();
  const workers = await scene.workers(1);
  for (let i = 0; i < 40; i++) workers.post(scene.tick(1), null);
  expect(workers.isReady).toBe(true);
  workers.post(scene.tick(1), scene.jobs(1));
  workers.giveUp();
  expect(workers.collect(() => expect.fail('what was given up is not told'))).toBe(true);
  while (!workers.isReady || workers.waitingCount > 0) await aTurn();
  workers.post(scene.tick(1), scene.jobs(1));
  expect((await collected(scene, workers)).size).toBe(2);
});

test('a worker that does not follow ends all of them, once, and says why', async () => {
  const scene = new Scene();
  const workers = await scene.workers(2);
  const bad = scene.tick(1);
  bad.logged = () => new Uint8Array(4);
  // The threads end by it; that they do is news for a later turn of the event loop.
  for (let i = 0; i < 70; i++) workers.post(bad, null);
  expect(scene.failures).toEqual([new Error('a worker does not follow the records')]);
  expect(workers.isReady).toBe(false);
  expect(workers.collect(() => {})).toBe(true);
  await workers.end();
  expect(scene.failures).toHaveLength(1);
});

test('a record that does not fit the rows is a failure, and no one waits', async () => {
  const scene = new Scene();
  const workers = await scene.workers(1);
  const record = scene.tick(2);
  workers.post(record, null);
  workers.post(record, null); // its rows are there already
  while (scene.failures.length === 0) await aTurn();
  expect(scene.failures.map(String)).toEqual([expect.stringContaining('RECORD_MISFIT')]);
  expect(workers.isReady).toBe(false);
});
