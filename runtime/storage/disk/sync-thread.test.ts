import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SyncThread } from './sync-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickbase-sync-'));
const path = join(folder, 'log');
const handle = openSync(path, 'w+');
const thread = new SyncThread();
afterAll(() => {
  closeSync(handle);
  rmSync(folder, { recursive: true });
});

/** The file's bytes from `offset` on; compared by Buffer, as expect goes byte by byte. */
const holds = (offset: number, bytes: Uint8Array): boolean =>
  readFileSync(path)
    .subarray(offset, offset + bytes.length)
    .equals(bytes);
const bytesOf = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7 + seed);

test('bytes that do not fit into the memory of both threads are written in parts', async () => {
  const long = bytesOf(2 * (256 << 10) + 77, 3);
  expect(await thread.write(handle, long, 5)).toBe(long.length);
  expect(holds(5, long)).toBe(true);
});

test('what is asked for meanwhile is written in its turn', async () => {
  const parts = [bytesOf(9, 1), bytesOf(300_001, 2), bytesOf(0, 0), bytesOf(17, 4)];
  const offsets = [40, 49, 300_050, 300_050];
  const counts = await Promise.all(parts.map((bytes, i) => thread.write(handle, bytes, offsets[i]!)));
  expect(counts).toEqual([9, 300_001, 0, 17]);
  expect(parts.map((bytes, i) => holds(offsets[i]!, bytes))).toEqual([true, true, true, true]);
});

test('a failure is told as Node says it, and the next one is written', async () => {
  const failing = thread.write(9_999, bytesOf(3, 1), 0);
  const next = thread.write(handle, bytesOf(4, 9), 11);
  await expect(failing).rejects.toMatchObject({ code: 'EBADF', syscall: 'write' });
  expect(await next).toBe(4);
  expect(holds(11, bytesOf(4, 9))).toBe(true);
});
