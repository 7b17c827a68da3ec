import { PlainResults, type CallResult } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { CallLog, STATUS_COMMITTED } from './call-log.ts';

function told(log: CallLog, tick: number): number[] {
  const out: CallResult[] = [];
  log.tell(out, tick, tick);
  return out.map((result) => result.sequence);
}

test('results are told in the order of the calls, however they come', () => {
  const log = new CallLog();
  log.accept();
  log.accept();
  log.refuse('UNKNOWN_REDUCER', 'there is no reducer 77');
  expect(told(log, 5)).toEqual([]);
  log.settle(2, STATUS_COMMITTED);
  expect(log.hasUntold).toBe(false);
  log.settle(1, STATUS_COMMITTED);
  expect(log.processed).toBe(3);
  expect(told(log, 6)).toEqual([1, 2, 3]);
  expect(told(log, 7)).toEqual([]);
  expect(log.waitingCount).toBe(0);
});

test('a receipt forgets what was told up to its tick, and nothing else', () => {
  const log = new CallLog();
  for (let i = 0; i < 3; i++) log.accept();
  log.settle(1, STATUS_COMMITTED);
  expect(told(log, 5)).toEqual([1]);
  log.settle(2, STATUS_COMMITTED);
  expect(told(log, 8)).toEqual([2]);
  log.releaseTick(4);
  expect(log.keptCount).toBe(3);
  log.releaseTick(7);
  expect(log.released).toBe(1);
  log.releaseTick(99);
  expect(log.released).toBe(2);
  expect(log.keptCount).toBe(1);
});

test('a resume tells again what the client has not seen, with the tick it had', () => {
  const log = new CallLog();
  for (let i = 0; i < 4; i++) log.accept();
  for (const sequence of [1, 2, 3]) {
    log.settle(sequence, STATUS_COMMITTED);
    log.stamp(10 + sequence);
  }
  expect(told(log, 13)).toEqual([1, 2, 3]);
  log.rewind(1);
  const out: CallResult[] = [];
  log.tell(out, 20, 20);
  expect(out.map((result) => [result.sequence, result.tick])).toEqual([
    [2, 12],
    [3, 13],
  ]);
  log.settle(4, STATUS_COMMITTED);
  expect(told(log, 21)).toEqual([4]);
});

test('a client that claims to have seen results that were never told gets them nevertheless', () => {
  const log = new CallLog();
  log.accept();
  log.rewind(1_000);
  log.settle(1, STATUS_COMMITTED);
  expect(told(log, 3)).toEqual([1]);
});

test('kept bytes come back to zero when everything is released', () => {
  const log = new CallLog();
  log.refuse('BAD_ARGUMENTS', 'dx: not finite');
  expect(log.keptBytes).toBeGreaterThan(64);
  told(log, 2);
  log.releaseTick(2);
  expect(log.keptBytes).toBe(0);
});

test('many calls that wait for their receipt keep their results apart', () => {
  const log = new CallLog();
  for (let i = 0; i < 5; i++) log.refuse('TOO_MANY_CALLS', 'wait');
  told(log, 3);
  log.releaseTick(3); // the ring's next place is not its first
  for (let i = 0; i < 21; i++) log.accept();
  for (let sequence = 6; sequence <= 26; sequence++) log.settle(sequence, sequence % 3);
  expect(log.isPlain).toBe(true);
  const out = new PlainResults();
  log.tellPlain(out, 7, 7);
  const sequences = Array.from({ length: 21 }, (_, i) => 6 + i);
  expect([...out.sequences.subarray(0, out.count)]).toEqual(sequences);
  expect([...out.statuses.subarray(0, out.count)]).toEqual(sequences.map((sequence) => sequence % 3));
  expect(new Set(out.ticks.subarray(0, out.count))).toEqual(new Set([7]));
});
