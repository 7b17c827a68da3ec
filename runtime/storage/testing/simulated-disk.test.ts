import { expect, test } from 'vitest';
import { testDisk } from './disk-conformance.ts';
import { type DiskFault, type DiskOperation, SimulatedDisk, type SimulatedDiskOptions } from './simulated-disk.ts';

testDisk('the simulated disk', () => ({ disk: newDisk({ seed: 3 }), folder: '/data' }));

function newDisk(options: SimulatedDiskOptions): SimulatedDisk {
  const disk = new SimulatedDisk(options);
  void disk.makeFolder('/data');
  return disk;
}

const failSecondSync = ({ kind, place }: DiskOperation): DiskFault | null =>
  kind === 'sync' && place === 1 ? { code: 'EIO' } : null;

const sectors = (value: number, count: number): Uint8Array => new Uint8Array(512 * count).fill(value);

test('a kill keeps all that was written; a power cut any sectors, but all that was synced', async () => {
  let kept = 0;
  for (let seed = 0; seed < 50; seed++) {
    const disk = newDisk({ seed });
    const file = await disk.open('/data/a', 'create');
    await file.write(sectors(1, 8), 0);
    await file.sync();
    await disk.syncFolder('/data');
    await file.write(sectors(2, 4), 512 * 2);
    disk.kill();
    expect([...new Set(disk.bytesOf('/data/a'))]).toEqual([1, 2]);
    disk.powerCut();
    const bytes = disk.bytesOf('/data/a');
    expect(bytes).toHaveLength(512 * 8);
    for (let i = 0; i < 8; i++) {
      const values = new Set(bytes.subarray(512 * i, 512 * (i + 1)));
      expect(values.size).toBe(1);
      if (i < 2 || i >= 6) expect(values.has(1)).toBe(true);
      else if (values.has(2)) kept++;
    }
  }
  expect(kept).toBeGreaterThan(40);
  expect(kept).toBeLessThan(160);
});

test('an entry that was not synced may be there after a power cut, or not', async () => {
  let made = 0;
  for (let seed = 0; seed < 40; seed++) {
    const disk = newDisk({ seed });
    const file = await disk.open('/data/a', 'create');
    await file.write(sectors(1, 1), 0);
    await file.sync();
    disk.powerCut();
    made += disk.paths().length;
  }
  expect(made).toBeGreaterThan(5);
  expect(made).toBeLessThan(35);
});

test('a full disk takes a part, then nothing; what is freed is room again', async () => {
  const disk = newDisk({ seed: 1, capacityBytes: 512 * 3 });
  const file = await disk.open('/data/a', 'create');
  expect(await file.write(sectors(1, 2), 0)).toBe(1024);
  expect(await file.write(sectors(1, 2), 1000)).toBe(536);
  await expect(file.write(sectors(1, 1), 1536)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await file.write(sectors(2, 3), 0)).toBe(1536);
  await file.truncate(512);
  expect(await file.write(sectors(1, 2), 512)).toBe(1024);
});

test('after a failed sync the next one claims success, and a power cut shows what was lost', async () => {
  let lost = 0;
  for (let seed = 0; seed < 20; seed++) {
    const disk = newDisk({ seed, fault: failSecondSync });
    const file = await disk.open('/data/a', 'create');
    await file.write(sectors(1, 4), 0);
    await file.sync();
    await disk.syncFolder('/data');
    await file.write(sectors(2, 4), 0);
    await expect(file.sync()).rejects.toMatchObject({ code: 'EIO' });
    await file.sync();
    expect([...new Set(disk.bytesOf('/data/a'))]).toEqual([2]);
    disk.powerCut();
    if (new Set(disk.bytesOf('/data/a')).has(1)) lost++;
  }
  expect(lost).toBeGreaterThan(10);
});

test('a process that was killed hears nothing more, and what it had under way may be half done', async () => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const disk = newDisk({ seed });
    const file = await disk.open('/data/a', 'create');
    let isTold = false;
    void file.write(sectors(1, 2), 0).then(() => (isTold = true));
    disk.kill();
    await Promise.resolve();
    await Promise.resolve();
    expect(isTold).toBe(false);
    lengths.add(disk.bytesOf('/data/a').length);
  }
  expect(lengths.size).toBeGreaterThan(3);
});
