import { TickbaseError } from '@tickbase/base';
import type { Disk, DiskFile } from '../disk/disk.ts';
import {
  BLOCK_BYTES_MAX,
  BLOCK_END,
  BLOCK_HEAD,
  BLOCK_PREFIX_BYTES,
  BLOCK_SECTIONS,
  BLOCK_SESSIONS,
  chainOf,
  FILE_PREFIX_BYTES,
  firstChain,
  SNAPSHOT_FORMAT_VERSION,
  versionOf,
} from './snapshot-block.ts';
import { decodeSnapshotHead, type SnapshotHead } from './snapshot-head.ts';

/** Takes what a snapshot holds, in its order. The bytes stand until the call returns. */
export interface SnapshotTaker {
  head?(head: SnapshotHead): void;
  sessions?(bytes: Uint8Array): void;
  sections?(bytes: Uint8Array): void;
}

/** What is known of a snapshot that was read to its end. */
export interface SnapshotFile {
  readonly path: string;
  readonly head: SnapshotHead;
  readonly bytes: number;
}

/**
 * Reads a snapshot from its first byte to its last and proves every checksum. What comes before damage is given out before the damage is
 * found: who must not see it reads twice. Throws SNAPSHOT_DAMAGED, or SNAPSHOT_VERSION for one of another version.
 */
export async function readSnapshot(disk: Disk, path: string, taker: SnapshotTaker = {}): Promise<SnapshotFile> {
  const file = await disk.open(path, 'read');
  try {
    return await new SnapshotReader(file, path, await file.length()).read(taker);
  } finally {
    await file.close();
  }
}

/** What a snapshot says of itself; its head is proved, what follows is not read. Throws as readSnapshot does. */
export async function readSnapshotHead(disk: Disk, path: string): Promise<SnapshotFile> {
  const file = await disk.open(path, 'read');
  try {
    return await new SnapshotReader(file, path, await file.length()).read({}, true);
  } finally {
    await file.close();
  }
}

class SnapshotReader {
  readonly #file: DiskFile;
  readonly #path: string;
  readonly #length: number;
  /** Bytes of the file from `#start` on, `#count` of them. */
  #buffer: Uint8Array;
  #start = 0;
  #count = 0;

  constructor(file: DiskFile, path: string, length: number) {
    this.#file = file;
    this.#path = path;
    this.#length = length;
    this.#buffer = new Uint8Array(Math.min(READ_BYTES, length));
  }

  /** `isHeadEnough`: nothing is read behind the head. */
  async read(taker: SnapshotTaker, isHeadEnough = false): Promise<SnapshotFile> {
    const prefix = await this.#view(0, FILE_PREFIX_BYTES);
    const version = versionOf(prefix);
    if (version === null) throw this.#damage(0, 'it does not begin like a snapshot');
    let chain = firstChain(prefix);
    let offset = FILE_PREFIX_BYTES;
    let head: SnapshotHead | null = null;
    for (let count = 0; ; count++) {
      const length = await this.#blockLength(offset);
      const block = await this.#view(offset, length);
      const data = new DataView(block.buffer, block.byteOffset, length);
      chain = chainOf(block, chain);
      if (chain !== data.getUint32(8, true)) throw this.#damage(offset, 'a block does not match its checksum');
      // The first block's checksum proves the version, too.
      if (version !== SNAPSHOT_FORMAT_VERSION) throw otherVersion(this.#path, version);
      const kind = data.getUint32(0, true);
      const payload = block.subarray(BLOCK_PREFIX_BYTES);
      if (!isInOrder(kind, count)) throw this.#damage(offset, 'a block stands where another belongs');
      offset += length;
      if (kind === BLOCK_HEAD) {
        head = decodeSnapshotHead(payload);
        if (head === null) throw this.#damage(FILE_PREFIX_BYTES, 'its head cannot be read');
        taker.head?.(head);
        if (isHeadEnough) return { path: this.#path, head, bytes: this.#length };
      } else if (kind === BLOCK_SESSIONS) {
        taker.sessions?.(payload);
      } else if (kind === BLOCK_SECTIONS) {
        taker.sections?.(payload);
      } else {
        const isWhole = payload.length === 8 && data.getBigUint64(BLOCK_PREFIX_BYTES, true) === BigInt(count);
        if (!isWhole || offset !== this.#length) throw this.#damage(offset - length, 'its end stands at a wrong place');
        return { path: this.#path, head: head!, bytes: offset };
      }
    }
  }

  async #blockLength(offset: number): Promise<number> {
    const prefix = await this.#view(offset, BLOCK_PREFIX_BYTES);
    const payloadBytes = new DataView(prefix.buffer, prefix.byteOffset, BLOCK_PREFIX_BYTES).getUint32(4, true);
    if (payloadBytes > BLOCK_BYTES_MAX) throw this.#damage(offset, 'a block has an impossible length');
    return BLOCK_PREFIX_BYTES + payloadBytes;
  }

  /** `length` bytes of the file from `offset` on; valid until the next call. */
  async #view(offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > this.#length) throw this.#damage(offset, 'it ends too early');
    if (offset + length > this.#start + this.#count) await this.#fill(offset, length);
    return this.#buffer.subarray(offset - this.#start, offset - this.#start + length);
  }

  async #fill(offset: number, length: number): Promise<void> {
    const kept = this.#buffer.subarray(offset - this.#start, this.#count);
    const buffer = this.#buffer.length >= length ? this.#buffer : new Uint8Array(Math.max(length, READ_BYTES));
    buffer.set(kept);
    let count = kept.length;
    while (count < length) {
      const read = await this.#file.read(buffer.subarray(count), offset + count);
      if (read === 0) throw this.#damage(offset + count, 'it ends too early');
      count += read;
    }
    this.#buffer = buffer;
    this.#start = offset;
    this.#count = count;
  }

  #damage(offset: number, what: string): TickbaseError {
    return new TickbaseError({
      code: 'SNAPSHOT_DAMAGED',
      what: `the snapshot is damaged: ${what}`,
      where: `${this.#path}, byte ${offset}`,
      mend: 'none is needed while an older snapshot is whole; otherwise restore the file from a backup',
    });
  }
}

function isInOrder(kind: number, place: number): boolean {
  if (place < 2) return kind === (place === 0 ? BLOCK_HEAD : BLOCK_SESSIONS);
  return kind === BLOCK_SECTIONS || kind === BLOCK_END;
}

/** Large reads cost less a byte; of a snapshot that is verified while ticks run, each is worked through at once. */
const READ_BYTES = 1 << 19;

function otherVersion(path: string, version: number): TickbaseError {
  return new TickbaseError({
    code: 'SNAPSHOT_VERSION',
    what: `the snapshot has format version ${version}, this server reads ${SNAPSHOT_FORMAT_VERSION}`,
    where: path,
    mend: 'start the server version that wrote it',
  });
}
