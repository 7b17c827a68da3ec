import { expect, test } from 'vitest';
import { OverloadLadder } from './overload-ladder.ts';
import { OVERLOAD_STEPS } from './overload-steps.ts';

const PERIOD_MS = 50;

/** A ladder on a clock of its own; every tick keeps the process busy for `cores` of the time that passes. */
class Stage {
  readonly ladder = new OverloadLadder(PERIOD_MS);
  /** Steps in the order in which they were taken. */
  readonly steps: string[] = [];
  #nowMs = 70_000;
  #cpuMs = 900;

  /** Lets ticks pass that take these parts of their period, again and again. A late tick begins when the one before has ended. */
  pass(seconds: number, loads: readonly number[], cores = 1): this {
    const endMs = this.#nowMs + seconds * 1000;
    for (let i = 0; this.#nowMs < endMs; i++) {
      const load = loads[i % loads.length]!;
      const passedMs = PERIOD_MS * Math.max(1, load);
      this.#nowMs += passedMs;
      this.#cpuMs += passedMs * cores;
      const change = this.ladder.tick(this.#nowMs, load * PERIOD_MS, () => this.#cpuMs);
      if (change !== null) this.steps.push(`${change.from}>${change.to}`);
    }
    return this;
  }
}

test('a server with time to spare stays at the foot of the ladder', () => {
  const { ladder, steps } = new Stage().pass(600, [0.2, 0.7, 0.4]);
  expect([ladder.step, steps]).toEqual([0, []]);
  expect(ladder.load).toBeCloseTo(0.7);
});

test('it goes up by a step for each window that is too full, before a tick is late, and no further than to its end', () => {
  const stage = new Stage().pass(3.1, [0.6, 0.8]);
  expect(stage.steps).toEqual(['0>1']);
  stage.pass(60, [0.9]);
  expect(stage.steps).toEqual(['0>1', '1>2', '2>3', '3>4', '4>5']);
  expect(stage.ladder.step).toBe(OVERLOAD_STEPS.length - 1);
});

test('ticks that are late count from when they were due', () => {
  expect(new Stage().pass(6.5, [1.8]).steps).toEqual(['0>1', '1>2']);
});

test('one full tick in thirty is no overload, one in ten is', () => {
  const rarely = Array.from({ length: 30 }, (_, i) => (i === 0 ? 1.4 : 0.3));
  expect(new Stage().pass(120, rarely).steps).toEqual([]);
  const often = Array.from({ length: 10 }, (_, i) => (i === 0 ? 1.4 : 0.3));
  expect(new Stage().pass(4, often).steps).toEqual(['0>1']);
});

test('late ticks of a process that has no processor are not its own load', () => {
  expect(new Stage().pass(60, [1.3], 0.3).steps).toEqual([]);
});

test('it comes down by a step for each two calm windows, and stays between the thresholds', () => {
  const stage = new Stage().pass(9.1, [0.8]).pass(120, [0.6]);
  expect(stage.ladder.step).toBe(3);
  stage.steps.length = 0;
  stage.pass(6.2, [0.3]);
  expect(stage.steps).toEqual(['3>2']);
  stage.pass(60, [0.3]);
  expect(stage.steps).toEqual(['3>2', '2>1', '1>0']);
});

test('each relapse makes it more patient, and a long calm as it was', () => {
  const stage = new Stage();
  const untilDown = (): number => {
    let seconds = 0;
    for (const step = stage.ladder.step; stage.ladder.step === step; seconds++) stage.pass(1, [0.3]);
    return seconds;
  };
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    while (stage.ladder.step === 0) stage.pass(0.05, [0.9]);
    waits.push(untilDown());
  }
  // Windows of three seconds: 2, 4, 8 and 16 of them, and what was left of one that was not calm.
  waits.forEach((seconds, i) => expect(Math.abs(seconds - 6 * 2 ** i)).toBeLessThanOrEqual(3));
  stage.pass(200, [0.2]);
  while (stage.ladder.step === 0) stage.pass(0.05, [0.9]);
  expect(untilDown()).toBeLessThanOrEqual(9);
});

test('the steps only ever take more away', () => {
  for (const [i, { easing, joinsShare }] of OVERLOAD_STEPS.entries()) {
    const before = OVERLOAD_STEPS[i - 1];
    if (before === undefined) {
      expect([easing, joinsShare]).toEqual([{ farFactor: 1, radiusFactor: 1, nearEveryTicks: 1 }, 1]);
      continue;
    }
    expect(easing.farFactor).toBeGreaterThanOrEqual(before.easing.farFactor);
    expect(easing.radiusFactor).toBeLessThanOrEqual(before.easing.radiusFactor);
    expect(easing.nearEveryTicks).toBeGreaterThanOrEqual(before.easing.nearEveryTicks);
    expect(joinsShare).toBeLessThan(before.joinsShare);
  }
});
