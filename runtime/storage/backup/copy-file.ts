import { crc32 } from 'node:zlib';
import type { Disk, DiskFile } from '../disk/disk.ts';

/** What was copied. */
export interface CopiedFile {
  readonly bytes: number;
  /** CRC-32 of the bytes that were read. */
  readonly crc: number;
}

/**
 * Copies a file from its first byte to its last and syncs the copy; `to` must not exist. An open source goes on to be read when its name is
 * taken away meanwhile. Rejects with what the disk says, or with an error when it takes fewer bytes than given.
 */
export async function copyFile(disk: Disk, source: DiskFile, to: string): Promise<CopiedFile> {
  const copy = await disk.open(to, 'create');
  try {
    const buffer = new Uint8Array(COPY_BYTES);
    let offset = 0;
    let crc = 0;
    for (;;) {
      const count = await source.read(buffer, offset);
      if (count === 0) break;
      const part = buffer.subarray(0, count);
      const written = await copy.write(part, offset);
      if (written !== count) throw new Error(`the disk took ${written} of ${count} bytes: it is full`);
      crc = crc32(part, crc);
      offset += count;
    }
    await copy.sync();
    return { bytes: offset, crc };
  } finally {
    await copy.close();
  }
}

/** The CRC-32 and length of a file. */
export async function checksumOf(source: DiskFile): Promise<CopiedFile> {
  const buffer = new Uint8Array(COPY_BYTES);
  let offset = 0;
  let crc = 0;
  for (;;) {
    const count = await source.read(buffer, offset);
    if (count === 0) return { bytes: offset, crc };
    crc = crc32(buffer.subarray(0, count), crc);
    offset += count;
  }
}

const COPY_BYTES = 1 << 18;
