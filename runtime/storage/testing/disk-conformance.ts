import { expect, test } from 'vitest';
import type { Disk } from '../disk/disk.ts';

/** What every disk does alike. `place` gives a new empty folder of the disk. */
export function testDisk(name: string, place: () => { disk: Disk; folder: string }): void {
  test(`${name}: a file is made once, written at any place and read back`, async () => {
    const { disk, folder } = place();
    await expect(disk.open(`${folder}/a`, 'write')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(disk.open(`${folder}/a`, 'read')).rejects.toMatchObject({ code: 'ENOENT' });
    const file = await disk.open(`${folder}/a`, 'create');
    expect(await file.length()).toBe(0);
    expect(await file.write(bytes(1, 2, 3), 0)).toBe(3);
    expect(await file.write(bytes(7, 8), 1000)).toBe(2);
    await file.sync();
    expect(await file.length()).toBe(1002);
    const whole = new Uint8Array(2000).fill(9);
    expect(await file.read(whole, 0)).toBe(1002);
    expect([...whole.subarray(0, 5), ...whole.subarray(998, 1003)]).toEqual([1, 2, 3, 0, 0, 0, 0, 7, 8, 9]);
    expect(await file.read(new Uint8Array(4), 1002)).toBe(0);
    await file.close();
    await expect(disk.open(`${folder}/a`, 'create')).rejects.toMatchObject({ code: 'EEXIST' });
    const again = await disk.open(`${folder}/a`, 'read');
    expect(await again.length()).toBe(1002);
    await again.close();
  });

  test(`${name}: a file is cut, and what is written behind the cut has zeros before it`, async () => {
    const { disk, folder } = place();
    const file = await disk.open(`${folder}/a`, 'create');
    await file.write(new Uint8Array(1500).fill(5), 0);
    await file.truncate(700);
    expect(await file.length()).toBe(700);
    await file.write(bytes(6), 1400);
    const whole = new Uint8Array(1401);
    expect(await file.read(whole, 0)).toBe(1401);
    expect([whole[699], whole[700], whole[1399], whole[1400]]).toEqual([5, 0, 0, 6]);
    await file.close();
  });

  test(`${name}: what is written durably lies where it was asked for, one write behind another`, async () => {
    const { disk, folder } = place();
    const file = await disk.open(`${folder}/a`, 'create');
    const memory = bytes(9, 1, 2, 3, 9);
    const asked = [
      file.writeDurably(memory.subarray(1, 4), 0),
      file.writeDurably(bytes(5), 1),
      file.writeDurably(new Uint8Array(70_000).fill(6), 3),
    ];
    expect(await Promise.all(asked)).toEqual([3, 1, 70_000]);
    expect([...memory]).toEqual([9, 1, 2, 3, 9]); // it is its caller's still
    const whole = new Uint8Array(70_003);
    expect(await file.read(whole, 0)).toBe(70_003);
    expect([...whole.subarray(0, 4), whole.at(-1)]).toEqual([1, 5, 3, 6, 6]);
    await file.close();
    await expect(file.writeDurably(bytes(1), 0)).rejects.toMatchObject({ code: 'EBADF' });
  });

  test(`${name}: entries are listed in order, replaced and removed`, async () => {
    const { disk, folder } = place();
    await disk.makeFolder(`${folder}/b/c`);
    await disk.makeFolder(`${folder}/b/c`);
    expect(await disk.list(`${folder}/b/c`)).toEqual([]);
    expect(await disk.list(`${folder}/none`)).toEqual([]);
    for (const [at, entry] of ['z', 'm', 'k'].entries()) {
      const file = await disk.open(`${folder}/b/c/${entry}`, 'create');
      await file.write(bytes(at + 1), 0);
      await file.close();
    }
    expect(await disk.list(`${folder}/b/c`)).toEqual(['k', 'm', 'z']);
    await disk.rename(`${folder}/b/c/m`, `${folder}/b/c/k`);
    await disk.remove(`${folder}/b/c/z`);
    await disk.syncFolder(`${folder}/b/c`);
    expect(await disk.list(`${folder}/b/c`)).toEqual(['k']);
    const file = await disk.open(`${folder}/b/c/k`, 'read');
    const content = new Uint8Array(2);
    expect(await file.read(content, 0)).toBe(1);
    expect(content[0]).toBe(2);
    await file.close();
    await expect(disk.remove(`${folder}/b/c/z`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test(`${name}: an open file stays the same through rename and removal`, async () => {
    const { disk, folder } = place();
    const file = await disk.open(`${folder}/a`, 'create');
    await disk.rename(`${folder}/a`, `${folder}/b`);
    await file.write(bytes(4), 0);
    await disk.remove(`${folder}/b`);
    const content = new Uint8Array(1);
    expect(await file.read(content, 0)).toBe(1);
    expect(content[0]).toBe(4);
    await file.close();
  });
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}
