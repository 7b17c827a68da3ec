import { PlainResults, type CallResult } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { CallLogs, STATUS_COMMITTED } from './call-logs.ts';

/** The client at this place; others have calls of their own. */
const AT = 3;

function logsOfSome(): CallLogs {
  const logs = new CallLogs();
  for (const place of [2, AT, 4]) logs.open(place);
  logs.accept(2);
  logs.refuse(4, 'TOO_MANY_CALLS', 'another client');
  return logs;
}

function told(log: CallLogs, tick: number): number[] {
  const out: CallResult[] = [];
  log.tell(AT, out, tick, tick);
  return out.map((result) => result.sequence);
}

test('results are told in the order of the calls, however they come', () => {
  const log = logsOfSome();
  log.accept(AT);
  log.accept(AT);
  log.refuse(AT, 'UNKNOWN_REDUCER', 'there is no reducer 77');
  expect(told(log, 5)).toEqual([]);
  log.settle(AT, 2, STATUS_COMMITTED);
  expect(log.hasUntold(AT)).toBe(false);
  log.settle(AT, 1, STATUS_COMMITTED);
  expect(log.processed(AT)).toBe(3);
  expect(told(log, 6)).toEqual([1, 2, 3]);
  expect(told(log, 7)).toEqual([]);
  expect(log.waitingCount(AT)).toBe(0);
});

test('a receipt forgets what was told up to its tick, and nothing else', () => {
  const log = logsOfSome();
  for (let i = 0; i < 3; i++) log.accept(AT);
  log.settle(AT, 1, STATUS_COMMITTED);
  expect(told(log, 5)).toEqual([1]);
  log.settle(AT, 2, STATUS_COMMITTED);
  expect(told(log, 8)).toEqual([2]);
  log.releaseTick(AT, 4);
  expect(log.keptCount(AT)).toBe(3);
  log.releaseTick(AT, 7);
  expect(log.released(AT)).toBe(1);
  log.releaseTick(AT, 99);
  expect(log.released(AT)).toBe(2);
  expect(log.keptCount(AT)).toBe(1);
});

test('a resume tells again what the client has not seen, with the tick it had', () => {
  const log = logsOfSome();
  for (let i = 0; i < 4; i++) log.accept(AT);
  for (const sequence of [1, 2, 3]) {
    log.settle(AT, sequence, STATUS_COMMITTED);
    log.stamp(AT, 10 + sequence);
  }
  expect(told(log, 13)).toEqual([1, 2, 3]);
  log.rewind(AT, 1);
  const out: CallResult[] = [];
  log.tell(AT, out, 20, 20);
  expect(out.map((result) => [result.sequence, result.tick])).toEqual([
    [2, 12],
    [3, 13],
  ]);
  log.settle(AT, 4, STATUS_COMMITTED);
  expect(told(log, 21)).toEqual([4]);
});

test('a client that claims to have seen results that were never told gets them nevertheless', () => {
  const log = logsOfSome();
  log.accept(AT);
  log.rewind(AT, 1_000);
  log.settle(AT, 1, STATUS_COMMITTED);
  expect(told(log, 3)).toEqual([1]);
});

test('kept bytes come back to zero when everything is released', () => {
  const log = logsOfSome();
  log.refuse(AT, 'BAD_ARGUMENTS', 'dx: not finite');
  expect(log.keptBytes(AT)).toBeGreaterThan(64);
  told(log, 2);
  log.releaseTick(AT, 2);
  expect(log.keptBytes(AT)).toBe(0);
});

test('many calls that wait for their receipt keep their results apart', () => {
  const log = logsOfSome();
  for (let i = 0; i < 5; i++) log.refuse(AT, 'TOO_MANY_CALLS', 'wait');
  told(log, 3);
  log.releaseTick(AT, 3); // the ring's next place is not its first
  for (let i = 0; i < 61; i++) log.accept(AT);
  for (let sequence = 6; sequence <= 66; sequence++) log.settle(AT, sequence, sequence % 3);
  expect(log.isPlain(AT)).toBe(true);
  const out = new PlainResults();
  log.tellPlain(AT, out, 7, 7);
  const sequences = Array.from({ length: 61 }, (_, i) => 6 + i);
  expect([...out.sequences.subarray(0, out.count)]).toEqual(sequences);
  expect([...out.statuses.subarray(0, out.count)]).toEqual(sequences.map((sequence) => sequence % 3));
  expect(new Set(out.ticks.subarray(0, out.count))).toEqual(new Set([7]));
});

test('a place that another client has now knows nothing of the one before', () => {
  const log = logsOfSome();
  for (let i = 0; i < 40; i++) log.refuse(AT, 'TOO_MANY_CALLS', 'wait');
  told(log, 3);
  log.open(AT);
  expect([log.accepted(AT), log.keptCount(AT), log.keptBytes(AT), log.waitingCount(AT)]).toEqual([0, 0, 0, 0]);
  expect(log.isPlain(AT)).toBe(true);
  log.accept(AT);
  log.settle(AT, 1, STATUS_COMMITTED);
  const out: CallResult[] = [];
  log.tell(AT, out, 9, 9);
  expect(out).toEqual([{ sequence: 1, status: 'committed', code: '', message: '', tick: 9 }]);
});
