import { expect, test } from 'vitest';
import type { CommitRecord } from '../store/commit-record.ts';
import { MemoryCommitLog } from './memory-commit-log.ts';

const record = (tick: number, loggedBytes: number): CommitRecord => ({
  tick,
  timestampUs: 5,
  tables: [],
  isLogEmpty: loggedBytes === 0,
  logged: () => new Uint8Array(loggedBytes),
  putLogged: (_, at) => (loggedBytes < 50 ? at + loggedBytes : -1),
  wireOnly: () => new Uint8Array(3),
});

test('what is appended is durable at once, and counted', () => {
  const log = new MemoryCommitLog();
  log.append(record(7, 100));
  log.append(record(8, 0));
  log.append(record(11, 20));
  expect(log).toMatchObject({ durableTick: 11, recordCount: 2, loggedBytes: 120 });
});

test('a record out of order is a fault', () => {
  const log = new MemoryCommitLog();
  log.append(record(7, 1));
  expect(() => log.append(record(7, 1))).toThrow(/out of order/);
});
