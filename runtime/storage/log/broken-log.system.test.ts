import { crc32 } from 'node:zlib';
import { TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import { commitOf, LOG_FOLDER, marksOf, openLog, readAll, textsOf } from '../testing/log-scene.ts';
import { SimulatedDisk } from '../testing/simulated-disk.ts';
import { cutLogAt } from './cut-log.ts';
import type { LogEnd } from './read-log.ts';

/** A log of two lives in several segments, as the last one left it when it was killed. */
interface Truth {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly texts: readonly string[];
  readonly end: LogEnd;
  /** Records before the last frame. */
  readonly sureCount: number;
}

async function write(segmentBytes: number, groups: readonly (readonly number[])[]): Promise<Truth> {
  const disk = new SimulatedDisk({ seed: 1 });
  let tick = 0;
  for (const [life, part] of [groups.slice(0, groups.length >> 1), groups.slice(groups.length >> 1)].entries()) {
    const log = await openLog(disk, { segmentBytes, epoch: 0xfeed_0000_0001n + BigInt(life) });
    for (const sizes of part) {
      for (const size of sizes) log.append(commitOf(++tick, size), marksOf());
      await log.whenDurable();
    }
    for (let i = 0; i < 100; i++) await Promise.resolve();
    disk.kill();
  }
  const { entries, end } = await readAll(disk);
  const files = new Map(disk.paths().map((path) => [path, disk.bytesOf(path)]));
  return { files, texts: textsOf(entries), end, sureCount: tick - groups.at(-1)!.length };
}

const pathOf = (segment: number): string => `${LOG_FOLDER}/${String(segment).padStart(10, '0')}.log`;

type Outcome = { kind: 'read'; count: number; end: LogEnd } | { kind: 'error'; error: TickbaseError };

/** Reads the files. What comes is the beginning of the truth, or an error of the log's own. */
async function outcomeOf(truth: Truth, files: ReadonlyMap<string, Uint8Array>): Promise<Outcome> {
  const disk = diskOf(files);
  try {
    const { entries, end } = await readAll(disk);
    const texts = textsOf(entries);
    if (texts.some((text, i) => text !== truth.texts[i])) throw new Error('the log gave what was never written');
    return { kind: 'read', count: texts.length, end };
  } catch (error) {
    if (!(error instanceof TickbaseError) || !error.code.startsWith('LOG_')) throw error;
    return { kind: 'error', error };
  }
}

function diskOf(files: ReadonlyMap<string, Uint8Array>): SimulatedDisk {
  const disk = new SimulatedDisk({ seed: 1 });
  for (const [path, bytes] of files) disk.put(path, bytes);
  return disk;
}

function changed(
  truth: Truth,
  path: string,
  change: (bytes: Uint8Array) => Uint8Array | void,
): Map<string, Uint8Array> {
  const files = new Map(truth.files);
  const bytes = files.get(path)!.slice();
  files.set(path, change(bytes) ?? bytes);
  return files;
}

const SMALL = [[9, 3], [20], [31, 1], [7], [2, 2, 2], [40]];

test('5: every bit of a log, flipped: the last frame is a torn tail, in the middle it is damage that names its place', async () => {
  const truth = await write(720, SMALL);
  expect(truth.end.segments.length).toBeGreaterThanOrEqual(3);
  const seen = { whole: 0, cut: 0, damage: 0 };
  for (const [path, { length }] of truth.files) {
    const isUsed = !truth.end.unused.includes(path);
    for (let bit = 0; bit < 8 * length; bit++) {
      const outcome = await outcomeOf(
        truth,
        changed(truth, path, (bytes) => void (bytes[bit >> 3]! ^= 1 << (bit & 7))),
      );
      if (outcome.kind === 'error') {
        seen.damage++;
        const code = isUsed ? /LOG_CHECKSUM_MISMATCH|LOG_FILE_FOREIGN/ : /LOG_FILE_FOREIGN/;
        expect(outcome.error.code).toMatch(code);
        expect(outcome.error.where).toContain(path);
      } else {
        expect(outcome.count).toBeGreaterThanOrEqual(truth.sureCount);
        if (outcome.count === truth.texts.length) seen.whole++;
        else seen.cut++;
        if (outcome.count < truth.texts.length) expect(outcome.end.tornTail).toMatchObject({ path });
      }
    }
  }
  expect(Math.min(seen.whole, seen.cut, seen.damage)).toBeGreaterThan(700);
});

test('4: the last segment, cut at every byte, gives exactly the frames that are whole', async () => {
  const truth = await write(4096, [...SMALL, ...SMALL]);
  const path = truth.end.last!.path;
  const counts: number[] = [];
  for (let length = 0; length <= truth.end.last!.endOffset; length++) {
    const outcome = await outcomeOf(
      truth,
      changed(truth, path, (bytes) => bytes.slice(0, length)),
    );
    if (outcome.kind === 'error') throw outcome.error;
    counts.push(outcome.count);
    const { last, tornTail, unused } = outcome.end;
    // What is left over is named to be cut.
    const isBegun = last?.path === path;
    if (isBegun) expect(tornTail === null || tornTail.offset === last.endOffset).toBe(true);
    else expect(unused).toContain(path);
  }
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  // Six groups of the second life; the records of a frame come and go together.
  expect([...new Set(counts)]).toEqual([10, 12, 13, 15, 16, 19, 20]);
  expect(counts.at(-1)).toBe(truth.texts.length);
});

test('4: an earlier segment, cut at every byte, is damage unless only zeros are gone', async () => {
  const truth = await write(720, SMALL);
  const { length } = truth.files.get(pathOf(1))!;
  let damageCount = 0;
  for (let cut = 0; cut < length; cut++) {
    const outcome = await outcomeOf(
      truth,
      changed(truth, pathOf(1), (bytes) => bytes.slice(0, cut)),
    );
    if (outcome.kind === 'error') damageCount++;
    else expect(outcome.count).toBe(truth.texts.length);
  }
  expect(damageCount).toBeGreaterThan(600);
});

test('6: every sector and page, zeroed, doubled over another, swapped or taken out', async () => {
  const sizes = Array.from({ length: 60 }, (_, i) => [300 + ((i * 37) % 500), (i * 11) % 90]);
  const truth = await write(16 << 10, sizes);
  expect(truth.end.segments.length).toBeGreaterThanOrEqual(3);
  const seen = { read: 0, error: 0 };
  const check = async (path: string, change: (bytes: Uint8Array) => Uint8Array | void): Promise<void> => {
    const isLast = path === truth.end.last!.path;
    const outcome = await outcomeOf(truth, changed(truth, path, change));
    seen[outcome.kind]++;
    if (outcome.kind === 'read' && !isLast) expect(outcome.count).toBe(truth.texts.length);
  };
  for (const path of truth.files.keys()) {
    for (const size of [512, 4096]) {
      const count = Math.floor(truth.files.get(path)!.length / size);
      const part = (bytes: Uint8Array, i: number): Uint8Array => bytes.slice(i * size, (i + 1) * size);
      for (let i = 0; i < count; i++) {
        await check(path, (bytes) => void bytes.fill(0, i * size, (i + 1) * size));
        await check(path, (bytes) => Buffer.concat([bytes.slice(0, i * size), bytes.slice((i + 1) * size)]));
        for (let k = i + 1; k < count; k += 1 + (k % 7)) {
          await check(path, (bytes) => bytes.set(part(bytes, i), k * size));
          await check(path, (bytes) => bytes.set(part(bytes, k), i * size));
          await check(path, (bytes) => {
            const first = part(bytes, i);
            bytes.set(part(bytes, k), i * size);
            bytes.set(first, k * size);
          });
        }
      }
    }
  }
  expect(seen.error).toBeGreaterThan(500);
  expect(seen.read).toBeGreaterThan(100);
});

test('6: a segment of another place, of another life or of another database is not taken for the right one', async () => {
  const truth = await write(720, SMALL);
  const first = truth.files.get(pathOf(1))!;
  await expectError(truth, new Map([...truth.files, [pathOf(2), first]]), /LOG_FILE_FOREIGN[^]*0000000002/);
  const other = await write(720, [...SMALL.slice(1), [8]]);
  const mixed = new Map([...truth.files, [pathOf(1), other.files.get(pathOf(1))!]]);
  await expectErrorOnly(mixed, /LOG_CHECKSUM_MISMATCH/);
  // Stale frames behind the end, of the same place in another life.
  const { path, endOffset } = truth.end.last!;
  const stale = changed(truth, path, (bytes) =>
    Buffer.concat([bytes.slice(0, endOffset), first.slice(512, 512 + bytes.length - endOffset)]),
  );
  const outcome = await outcomeOf(truth, stale);
  expect(outcome).toMatchObject({ kind: 'read', count: truth.texts.length });
});

test('24: a missing middle segment, one of a newer format, and a file that is none', async () => {
  const truth = await write(720, SMALL);
  const missing = new Map(truth.files);
  missing.delete(pathOf(2));
  await expectError(truth, missing, /LOG_SEGMENT_MISSING[^]*0000000002\.log[^]*--cut-log-at=\d/);
  await expectError(truth, changed(truth, pathOf(3), setVersion2), /LOG_FORMAT_UNKNOWN[^]*format 2[^]*0000000003/);
  const text = new TextEncoder().encode('Dear diary');
  await expectError(truth, new Map([...truth.files, [pathOf(9), text]]), /LOG_FILE_FOREIGN/);
  const named = new Map([...truth.files, [`${LOG_FOLDER}/notes.txt`, text], [`${LOG_FOLDER}/1.log`, text]]);
  expect(await outcomeOf(truth, named)).toMatchObject({ kind: 'read', count: truth.texts.length });
  const missingFirst = new Map(truth.files);
  missingFirst.delete(pathOf(1));
  await expectError(truth, missingFirst, /LOG_START_MISSING/);
});

test('damage is cut off where its error says, and nowhere else; the order given again cuts nothing', async () => {
  const truth = await write(720, SMALL);
  for (const path of truth.files.keys()) {
    if (truth.end.unused.includes(path)) continue;
    for (const offset of [30, 600]) {
      const disk = diskOf(changed(truth, path, (bytes) => void (bytes[offset]! ^= 4)));
      const error = await readAll(disk).then(
        () => null,
        (thrown: TickbaseError) => thrown,
      );
      if (error === null) continue;
      const sequence = Number(/--cut-log-at=(\d+)/.exec(error.mend)![1]);
      await expect(cutLogAt(disk, LOG_FOLDER, sequence + 1, 1)).rejects.toThrow(
        new RegExp(`LOG_CUT_IMPOSSIBLE[^]*--cut-log-at=${sequence}`),
      );
      expect(await cutLogAt(disk, LOG_FOLDER, sequence, 1)).toBe(true);
      const log = await openLog(disk, { segmentBytes: 720 });
      log.append(commitOf(1000, 5), marksOf());
      await log.whenDurable();
      const { entries } = await readAll(disk);
      expect(entries.map((entry) => entry.sequence)).toEqual(Array.from({ length: sequence }, (_, i) => i + 1));
      expect(textsOf(entries).slice(0, -1)).toEqual(truth.texts.slice(0, sequence - 1));
      expect(await cutLogAt(disk, LOG_FOLDER, sequence, 1)).toBe(false);
      expect((await readAll(disk)).entries).toHaveLength(sequence);
    }
  }
});

test('damage before the first record that is wanted is passed over', async () => {
  const truth = await write(4096, SMALL);
  const files = changed(truth, pathOf(1), (bytes) => void (bytes[512 + 60]! ^= 1));
  await expect(readAll(diskOf(files))).rejects.toThrow(/record 1 of the commit log/);
  const { entries, end } = await readAll(diskOf(files), { fromSequence: 5 });
  expect(textsOf(entries)).toEqual(truth.texts.slice(4));
  expect(end.passedOver).toEqual([{ path: pathOf(1), offset: 512 }]);
});

test('12: a disk that lied about its syncs is found out by the snapshot that was written after', async () => {
  let isLying = false;
  const disk = new SimulatedDisk({
    seed: 4,
    fault: ({ kind }) => (isLying && kind === 'sync' ? { isLie: true } : null),
  });
  const log = await openLog(disk, { segmentBytes: 1 << 16 });
  log.append(commitOf(1, 2000), marksOf());
  await log.whenDurable();
  isLying = true;
  for (let tick = 2; tick <= 9; tick++) {
    log.append(commitOf(tick, 2000), marksOf());
    await log.whenDurable();
  }
  expect(log.durableSequence).toBe(9);
  disk.powerCut();
  // Of what was acknowledged some is gone: in the middle it shows by itself, at the end by what the snapshot holds.
  await expect(readAll(disk, { fromSequence: 10 })).rejects.toThrow(/LOG_ENDS_EARLY|LOG_CHECKSUM_MISMATCH/);
});

async function expectError(truth: Truth, files: ReadonlyMap<string, Uint8Array>, text: RegExp): Promise<void> {
  const outcome = await outcomeOf(truth, files);
  expect(outcome.kind === 'error' ? outcome.error.message : 'no error').toMatch(text);
}

async function expectErrorOnly(files: ReadonlyMap<string, Uint8Array>, text: RegExp): Promise<void> {
  await expect(readAll(diskOf(files))).rejects.toThrow(text);
}

/** Gives a head another format version, and mends its checksum: CRCs of equal length differ by what their inputs differ in. */
function setVersion2(bytes: Uint8Array): void {
  const difference = new Uint8Array(508);
  difference[8] = bytes[8]! ^ 2;
  bytes[8] = 2;
  const data = new DataView(bytes.buffer, bytes.byteOffset);
  data.setUint32(508, data.getUint32(508, true) ^ crc32(difference) ^ crc32(new Uint8Array(508)), true);
}
