import { expect, test } from 'vitest';
import { createTables, digestTables, SnapshotLoader, UndoLog } from '../../store/index.ts';
import { SessionLedger } from '../recovery/session-ledger.ts';
import { readSnapshot, readSnapshotHead } from './read-snapshot.ts';
import {
  BLOCK_HEAD,
  BLOCK_PREFIX_BYTES,
  FILE_PREFIX_BYTES,
  filePrefix,
  firstChain,
  sealBlock,
} from './snapshot-block.ts';
import { beginSnapshot, FOLDER, headOf, herd, plan, sessionsOf, settled } from './testing/snapshot-scene.ts';

const PATH = `${FOLDER}/0000000000000007.snap`;

test('what is read back is the world of the tick, its sessions and its head', async () => {
  const tables = herd(9000);
  const { disk, writer } = beginSnapshot(tables);
  while (writer.isEncoding) {
    writer.step(3);
    await settled();
  }
  expect(await writer.outcome).toMatchObject({ kind: 'written', file: { path: PATH } });
  expect(disk.paths()).toEqual([PATH]);
  const loaded = createTables(plan, new UndoLog(), 2);
  const loader = new SnapshotLoader(loaded);
  let sessions = new SessionLedger();
  const file = await readSnapshot(disk, PATH, {
    sessions: (bytes) => (sessions = SessionLedger.decode(bytes)),
    sections: (bytes) => loader.take(bytes),
  });
  loader.finish();
  for (const table of loaded) table.settle();
  expect(file).toEqual({ path: PATH, head: headOf(7), bytes: disk.bytesOf(PATH).length });
  expect(await readSnapshotHead(disk, PATH)).toEqual(file);
  expect(sessions.openSessions()).toEqual(sessionsOf(4).openSessions());
  expect(digestTables(loaded)).toBe(digestTables(tables));
  const [goat] = loaded;
  expect(goat!.valueAt(2, 6)).toBe(1.5); // of persist 'snapshot'
  expect(goat!.valueAt(3, 6)).toBe(0); // of persist 'never': its default
  expect(loader.rowCount).toBe(7200);
});

test('a disk that sleeps holds encoding up, with a bounded number of blocks under way', async () => {
  const waiting: (() => void)[] = [];
  const { writer, disk } = beginSnapshot(herd(60_000), { later: (run) => waiting.push(run) });
  let steps = 0;
  while (writer.isReady && steps++ < 10_000) writer.step(50);
  expect(writer.isEncoding).toBe(true);
  const sections = steps;
  writer.step(1000);
  expect(writer.isReady).toBe(false);
  expect(sections).toBeLessThan(100);
  expect(disk.usedBytes).toBe(0);
  while (writer.isEncoding || waiting.length > 0) {
    waiting.shift()?.();
    await settled();
    writer.step(50);
  }
  expect((await writer.outcome).kind).toBe('written');
});

test('the file gets its name only when the log is durable up to its tick', async () => {
  let release: (() => void) | null = null;
  const whenDurable = (): Promise<void> => new Promise((resolve) => (release = resolve));
  const { disk, writer } = beginSnapshot(herd(40), { whenDurable });
  writer.step(1000);
  await settled();
  await settled();
  expect(disk.paths()).toEqual([`${PATH}.next`]);
  release!();
  expect((await writer.outcome).kind).toBe('written');
  expect(disk.paths()).toEqual([PATH]);
});

test('a snapshot that is given up leaves nothing', async () => {
  const tables = herd(9000);
  const { disk, writer } = beginSnapshot(tables);
  writer.step(4);
  await settled();
  writer.giveUp();
  expect(await writer.outcome).toEqual({ kind: 'given up' });
  expect(disk.paths()).toEqual([]);
  expect(tables.every(({ kept }) => kept === null)).toBe(true);
});

test.each(['open', 'write', 'sync', 'syncFolder', 'rename', 'read', 'close', 'list', 'makeFolder'] as const)(
  'an error of each %s fails the snapshot, and the next one is written',
  async (kind) => {
    const count = await operationsOf(kind);
    expect(count).toBeGreaterThan(0);
    for (let place = 0; place < count; place++) {
      const tables = herd(9000);
      const { disk, writer } = beginSnapshot(tables, {
        fault: (operation) => (operation.kind === kind && operation.place === place ? { code: 'EIO' } : null),
      });
      while (writer.isEncoding) {
        writer.step(100);
        await settled();
      }
      expect(await writer.outcome).toMatchObject({ kind: 'failed', error: { code: 'SNAPSHOT_NOT_WRITTEN' } });
      expect(tables.every((table) => table.kept === null && table.columns.every(({ kept }) => kept === null))).toBe(
        true,
      );
      disk.fault = () => null;
      const again = beginSnapshot(tables, { disk, head: headOf(8) }).writer;
      again.step(1000);
      expect((await again.outcome).kind).toBe('written');
      expect(disk.paths().filter((path) => path.endsWith('.next'))).toEqual([]);
    }
  },
);

test('a full disk and a write that takes fewer bytes fail the snapshot, and leave nothing', async () => {
  const full = beginSnapshot(herd(9000), { capacityBytes: 40_000 });
  full.writer.step(1000);
  expect(await full.writer.outcome).toMatchObject({ kind: 'failed' });
  expect(full.disk.paths()).toEqual([]);
  const short = beginSnapshot(herd(9000), { fault: ({ kind }) => (kind === 'write' ? { shortBytes: 100 } : null) });
  short.writer.step(1000);
  expect(await short.writer.outcome).toMatchObject({ kind: 'failed' });
  expect(short.disk.paths()).toEqual([]);
});

test('a bit that turns in any byte, and an end at any byte, is found', async () => {
  const { disk, writer } = beginSnapshot(herd(30), { sessions: sessionsOf(2).encode() });
  writer.step(1000);
  await writer.outcome;
  const whole = disk.bytesOf(PATH);
  expect(whole.length).toBeGreaterThan(1000);
  for (let place = 0; place < whole.length; place++) {
    const broken = whole.slice();
    broken[place]! ^= 1 << (place % 8);
    disk.put(PATH, broken);
    await expect(readSnapshot(disk, PATH), `byte ${place}`).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' });
    disk.put(PATH, whole.subarray(0, place));
    await expect(readSnapshot(disk, PATH), `end at ${place}`).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' });
  }
  disk.put(PATH, Uint8Array.from([...whole, 0]));
  await expect(readSnapshot(disk, PATH)).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' });
});

async function operationsOf(kind: string): Promise<number> {
  const { disk, writer } = beginSnapshot(herd(9000));
  while (writer.isEncoding) {
    writer.step(100);
    await settled();
  }
  await writer.outcome;
  return disk.counts.get(kind as never) ?? 0;
}

test('a snapshot of another version is told from a damaged one', async () => {
  const { disk, writer } = beginSnapshot(herd(5));
  writer.step(1000);
  await writer.outcome;
  const bytes = disk.bytesOf(PATH);
  const prefix = filePrefix(2);
  bytes.set(prefix);
  const headLength = BLOCK_PREFIX_BYTES + new DataView(bytes.buffer).getUint32(FILE_PREFIX_BYTES + 4, true);
  sealBlock(bytes.subarray(FILE_PREFIX_BYTES, FILE_PREFIX_BYTES + headLength), BLOCK_HEAD, firstChain(prefix));
  disk.put(PATH, bytes);
  await expect(readSnapshot(disk, PATH)).rejects.toMatchObject({ code: 'SNAPSHOT_VERSION' });
});
