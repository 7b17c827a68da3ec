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
    const copied = await readThrough(source, async (part, offset) => {
      const written = await copy.write(part, offset);
      if (written !== part.length) throw new Error(`the disk took ${written} of ${part.length} bytes: it is full`);
    });
    await copy.sync();
    return copied;
  } finally {
    await copy.close();
  }
}

/** The CRC-32 and length of a file. */
export function checksumOf(source: DiskFile): Promise<CopiedFile> {
  return readThrough(source, async () => {});
}

/** `take` gets each part of the file, which stands until its promise is fulfilled. */
async function readThrough(
  source: DiskFile,
  take: (part: Uint8Array, offset: number) => Promise<void>,
): Promise<CopiedFile> {
  const buffer = new Uint8Array(COPY_BYTES);
  let bytes = 0;
  let crc = 0;
  for (;;) {
    const count = await source.read(buffer, bytes);
    if (count === 0) return { bytes, crc };
    const part = buffer.subarray(0, count);
    await take(part, bytes);
    crc = crc32(part, crc);
    bytes += count;
  }
}

const COPY_BYTES = 1 << 18;
