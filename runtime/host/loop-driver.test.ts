import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TickScene } from '../tick/testing/tick-scene.ts';
import { LoopDriver } from './loop-driver.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 7_000, toFake: ['Date', 'setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const clock = { nowMs: () => Date.now(), wallUs: () => Date.now() * 1000 };

interface Driven {
  readonly scene: TickScene;
  readonly driver: LoopDriver;
  readonly lags: number[];
  readonly faults: unknown[];
  /** How long it has napped, in ms. */
  readonly naps: number[];
  /** What the world outside is like. */
  readonly outside: { messageCount: number; isHurried: boolean };
  /** Timestamps of the ticks since the last look, in ms. */
  ticks(): number[];
}

function drive(tickRate: number): Driven {
  const scene = new TickScene({}, tickRate);
  const lags: number[] = [];
  const faults: unknown[] = [];
  const naps: number[] = [];
  const outside = { messageCount: 0, isHurried: false };
  const { world, ports, desk, inbox, timeline } = scene;
  const driver = new LoopDriver({
    world,
    ports,
    desk,
    inbox,
    timeline,
    clock,
    workersMsMax: 10,
    messageCount: () => outside.messageCount,
    isHurried: () => outside.isHurried,
    nap: (ms) => {
      naps.push(ms);
      vi.setSystemTime(Date.now() + ms);
    },
    afterTick: () => {},
    onLag: (lagTicks) => lags.push(lagTicks),
    onFault: (error) => faults.push(error),
  });
  const ticks = (): number[] =>
    scene.noted
      .splice(0)
      .filter((line) => line.startsWith('begin '))
      .map((line) => Number(line.split(' at ')[1]) / 1000);
  return { scene, driver, lags, faults, naps, outside, ticks };
}

test('at a fixed rate ticks come at their due times, with the timestamps of these', () => {
  const { driver, ticks } = drive(20);
  driver.start();
  vi.advanceTimersByTime(160);
  expect(ticks()).toEqual([7_000, 7_050, 7_100, 7_150]);
});

test('a late loop makes up five ticks at most, the latest, and reports the others once', () => {
  const { driver, lags, ticks } = drive(20);
  driver.start();
  vi.advanceTimersByTime(10);
  expect(ticks()).toEqual([7_000]);
  vi.setSystemTime(7_410); // the process was held up
  vi.advanceTimersByTime(39);
  vi.advanceTimersByTime(1);
  expect(ticks()).toEqual([7_250, 7_300, 7_350, 7_400, 7_450]);
  expect(lags).toEqual([4]);
  expect(driver.lagTickCount).toBe(4);
});

/** Lets the loop turn until the next tick. */
function turnUntilTick({ ticks }: Driven): number {
  for (;;) {
    vi.advanceTimersToNextTimer();
    const [at] = ticks();
    if (at !== undefined) return at;
  }
}

test('while many messages come, the loop naps between two looks at the sockets, and ticks come when they are due', () => {
  const driven = drive(20);
  const { driver, naps, outside } = driven;
  driver.start();
  turnUntilTick(driven);
  outside.messageCount += 100;
  turnUntilTick(driven);
  expect(naps).toEqual([]);
  expect(turnUntilTick(driven)).toBe(7_100);
  expect(naps.length).toBeGreaterThan(10); // each turn of the loop takes one of these milliseconds
  expect(naps.every((ms) => ms <= 2)).toBe(true);
  naps.length = 0;
  expect(turnUntilTick(driven)).toBe(7_150); // 99 would have been few
  expect(naps).toEqual([]);
});

test('nobody naps while clients wait for the disk or for workers', () => {
  const driven = drive(20);
  const { driver, naps, outside } = driven;
  outside.isHurried = true;
  driver.start();
  for (let tick = 0; tick < 4; tick++) {
    turnUntilTick(driven);
    outside.messageCount += 1_000;
  }
  expect(naps).toEqual([]);
  outside.isHurried = false;
  turnUntilTick(driven);
  expect(naps).not.toEqual([]);
});

test('the last part of a millisecond is napped, too: a timer would come late', () => {
  const driven = drive(30);
  driven.driver.start();
  turnUntilTick(driven);
  turnUntilTick(driven);
  expect(driven.naps).toHaveLength(1);
});

test('nothing runs after the stop but one last tick for what has arrived', () => {
  const { scene, driver, ticks } = drive(20);
  driver.start();
  vi.advanceTimersByTime(60);
  ticks();
  driver.stop();
  driver.runLast();
  expect(ticks()).toEqual([]); // nothing waits
  scene.inbox.push({ kind: 'connect', client: scene.client('ann') });
  driver.runLast();
  expect(ticks()).toEqual([7_060]);
  vi.advanceTimersByTime(1_000);
  expect(ticks()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('at tickRate 0 it sleeps until something arrives, then commits all of it', () => {
  const { scene, driver, ticks } = drive(0);
  driver.start();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(500);
  scene.inbox.push({ kind: 'connect', client: scene.client('ann') });
  scene.inbox.push({ kind: 'connect', client: scene.client('bob') });
  vi.advanceTimersToNextTimer();
  expect(ticks()).toEqual([7_500, 7_500.001]);
  expect(vi.getTimerCount()).toBe(0);
});

test('at tickRate 0 it wakes for the next timer, and a client that comes before does not put that off', () => {
  const { scene, driver } = drive(0);
  scene.specify('timer heal 7200000');
  driver.start();
  vi.advanceTimersByTime(100);
  scene.inbox.push({ kind: 'connect', client: scene.client('ann') });
  vi.advanceTimersByTime(99);
  expect(scene.noted).toContain('tell ann connected');
  expect(scene.noted).not.toContain('timer heal');
  vi.advanceTimersByTime(1);
  expect(scene.noted).toContain('timer heal');
  expect(vi.getTimerCount()).toBe(0);
});

test('at tickRate 0 wake-ups that come thick and fast gather what arrives within two milliseconds, then are as before', () => {
  const { scene, driver, ticks } = drive(0);
  driver.start();
  const arrive = (): void => scene.inbox.push({ kind: 'connect', client: scene.client('ann') });
  for (let i = 0; i < 17; i++) {
    arrive();
    vi.advanceTimersToNextTimer();
    expect(ticks()).toHaveLength(1);
  }
  arrive();
  vi.advanceTimersByTime(1);
  arrive();
  arrive();
  expect(ticks()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ticks()).toHaveLength(3);
  vi.advanceTimersByTime(100);
  arrive();
  vi.advanceTimersByTime(0);
  expect(ticks()).toHaveLength(1);
});

test('a tick that throws ends the loop and is reported', () => {
  const { scene, driver, faults } = drive(20);
  const fault = new Error('columns and index disagree');
  vi.spyOn(scene.world, 'seal').mockImplementation(() => {
    throw fault;
  });
  driver.start();
  vi.advanceTimersByTime(500);
  expect(faults).toEqual([fault]);
  expect(vi.getTimerCount()).toBe(0);
});

/** Workers that have done their part when a test says so. `told`: when clients were told of ticks, in ms. */
function withWorkers(tickRate: number): Driven & { readonly pieces: { areDone: boolean }; readonly told: number[] } {
  const driven = drive(tickRate);
  const pieces = { areDone: false };
  const told: number[] = [];
  let isAwaited = false;
  Object.defineProperty(driven.scene.ports.diffs, 'awaitsPieces', { get: () => isAwaited });
  Object.assign(driven.scene.ports.diffs, {
    collectPieces: () => {
      if (pieces.areDone) isAwaited = false;
      return pieces.areDone;
    },
    giveUpPieces: () => (isAwaited = false),
  });
  const { diffs, outbox } = driven.scene.ports;
  vi.spyOn(diffs, 'begin').mockImplementation(() => (isAwaited = true) as never);
  vi.spyOn(outbox, 'endTick').mockImplementation(() => void told.push(Date.now()));
  return { ...driven, pieces, told };
}

test('clients are told of a tick as soon as workers have encoded it', () => {
  const { driver, pieces, told } = withWorkers(20);
  driver.start();
  vi.advanceTimersByTime(4);
  expect(told).toEqual([]);
  driver.piecesDone(); // one of several
  expect(told).toEqual([]);
  pieces.areDone = true;
  driver.piecesDone();
  driver.piecesDone();
  expect(told).toEqual([7_004]);
});

test('late workers delay nobody: ten milliseconds, and never into the next tick', () => {
  const { driver, told, ticks } = withWorkers(20);
  driver.start();
  vi.advanceTimersByTime(30);
  expect(told).toEqual([7_010]);
  vi.advanceTimersByTime(20); // the second tick has begun
  vi.setSystemTime(7_400);
  vi.advanceTimersByTime(1);
  driver.stop();
  driver.finishTick();
  expect(told).toHaveLength(ticks().length);
});

test('the last tick does not wait for workers: links are closed after it', () => {
  const { driver, scene, told } = withWorkers(20);
  driver.start();
  vi.advanceTimersByTime(20);
  driver.stop();
  scene.inbox.push({ kind: 'connect', client: scene.client('ann') });
  driver.runLast();
  expect(told).toEqual([7_010, 7_020]);
  expect(vi.getTimerCount()).toBe(0);
});
