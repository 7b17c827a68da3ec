import { expect, test } from 'vitest';
import { INTEREST_CENTRES, INTEREST_FAILED } from '../store/interest-outcome.ts';
import { CALL_STOPPED, OUTCOME_NONE } from '../transactions/world.ts';
import { GuardedArea } from './guarded-area.ts';

const HANG = new Error('ended by force');

/** An area whose callers stand at (caller, -caller), and that notes each run, visit and recovery; 5 ms a run. */
function scene(hanging: readonly number[]): { area: GuardedArea; noted: string[] } {
  const noted: string[] = [];
  let nowMs = 700;
  let cut: number = OUTCOME_NONE;
  const world = {
    lastOutcome: OUTCOME_NONE,
    centres: new Float64Array(9),
    centreRows: new Int32Array(6).fill(-1),
    centreCount: 0,
    reads: new Int32Array(8),
    readColumns: new Uint32Array(4),
    readCount: 0,
    interestOf(caller: number): number {
      noted.push(`run ${caller}`);
      nowMs += 5;
      cut = CALL_STOPPED;
      if (hanging.includes(caller)) throw HANG;
      world.centres.set([3, caller, -caller]);
      world.centreCount = 1;
      world.reads.set([2, 40 + caller]);
      world.readColumns[0] = 6;
      world.readCount = 1;
      cut = OUTCOME_NONE;
      return INTEREST_CENTRES;
    },
    recover(limitMs: number): number {
      noted.push(`recover ${limitMs}`);
      return cut;
    },
  };
  const guard = {
    run(body: () => void, limitMs: number): boolean {
      noted.push(`visit ${limitMs}`);
      try {
        body();
        return true;
      } catch (error) {
        if (error !== HANG) throw error;
        return false;
      }
    },
  };
  const options = { guard, clock: { nowMs: () => nowMs }, limits: { callMsMax: 300 } };
  return { area: new GuardedArea(world as never, options), noted };
}

test('prepared callers are asked in one visit, and answer each once', () => {
  const { area, noted } = scene([]);
  area.prepare([7, 9]);
  expect(noted.splice(0)).toEqual(['visit 325', 'run 7', 'run 9']);
  expect([area.interestOf(9), ...area.centres, ...area.reads, ...area.readColumns]).toEqual([
    INTEREST_CENTRES,
    3,
    9,
    -9,
    2,
    49,
    6,
  ]);
  expect([area.interestOf(7), area.centreCount, area.readCount, ...area.centres]).toEqual([
    INTEREST_CENTRES,
    1,
    1,
    3,
    7,
    -7,
  ]);
  expect(noted).toEqual([]);
  area.interestOf(7);
  expect(noted).toEqual(['visit 325', 'run 7']);
});

test('a function that does not return counts as failed, and the others are asked all the same', () => {
  const { area, noted } = scene([9]);
  area.prepare([7, 9, 11]);
  expect(noted).toEqual(['visit 325', 'run 7', 'run 9', 'recover 300', 'visit 325', 'run 11']);
  expect([7, 9, 11].map((caller) => area.interestOf(caller))).toEqual([
    INTEREST_CENTRES,
    INTEREST_FAILED,
    INTEREST_CENTRES,
  ]);
});

test('functions that take long together have several visits, each with its whole limit', () => {
  const { area, noted } = scene([]);
  area.prepare([1, 2, 3, 4, 5, 6, 7]);
  expect(noted.filter((line) => line.startsWith('visit'))).toEqual(['visit 325', 'visit 325']);
});
