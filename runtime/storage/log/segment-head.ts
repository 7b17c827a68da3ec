import { crc32 } from 'node:zlib';

/**
 * The first 512 bytes of a segment, a disk sector of its own. Little-endian:
 *
 *    0  u8[8]  "TICKLOG" and 0x1a
 *    8  u32    format version
 *   12  u32    number of the segment
 *   16  u64    epoch of the life that writes it
 *   24  u64    sequence of its first record
 *   32  u64    tick of the last record before it
 *   40  u32    schema version: how many schema records come before it
 *   44  u32    chain value of the frame before it, over segments and lives; 0 at the start of the log
 *   48         zeros
 *  508  u32    CRC-32 of all before, seeded
 *
 * It is on the disk before the first frame is written, so that a frame proves that it was.
 */
export interface SegmentHead {
  readonly number: number;
  /** A random u64 for each life of the server. Nobody outside learns it: bytes in a record cannot pass for a frame without it. */
  readonly epoch: bigint;
  readonly firstSequence: number;
  readonly tickBefore: number;
  readonly schemaVersion: number;
  readonly chain: number;
}

export const SEGMENT_HEAD_BYTES = 512;
export const LOG_FORMAT_VERSION = 1;

export function encodeSegmentHead(head: SegmentHead): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEAD_BYTES);
  const data = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  data.setUint32(8, LOG_FORMAT_VERSION, true);
  data.setUint32(12, head.number, true);
  data.setBigUint64(16, head.epoch, true);
  data.setBigUint64(24, BigInt(head.firstSequence), true);
  data.setBigUint64(32, BigInt(head.tickBefore), true);
  data.setUint32(40, head.schemaVersion, true);
  data.setUint32(44, head.chain, true);
  data.setUint32(CRC_OFFSET, crc32(bytes.subarray(0, CRC_OFFSET), CRC_SEED), true);
  return bytes;
}

/**
 * What the first bytes of a file are. 'unused': zeros as far as they go, a segment that was made ahead of time. 'torn': the rest of a head
 * that never came to the disk as a whole, or one that was damaged. 'foreign': no segment of ours.
 */
export type SegmentHeadFound =
  | { readonly kind: 'head'; readonly head: SegmentHead }
  | { readonly kind: 'unused' | 'torn' | 'foreign' }
  | { readonly kind: 'version'; readonly version: number };

/** `bytes`: the first SEGMENT_HEAD_BYTES of the file, or fewer when it is shorter. */
export function decodeSegmentHead(bytes: Uint8Array): SegmentHeadFound {
  if (bytes.every((byte) => byte === 0)) return { kind: 'unused' };
  if (!beginsLikeHead(bytes)) return { kind: 'foreign' };
  if (bytes.length < SEGMENT_HEAD_BYTES) return { kind: 'torn' };
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (crc32(bytes.subarray(0, CRC_OFFSET), CRC_SEED) !== data.getUint32(CRC_OFFSET, true)) return { kind: 'torn' };
  const version = data.getUint32(8, true);
  if (version !== LOG_FORMAT_VERSION) return { kind: 'version', version };
  const head: SegmentHead = {
    number: data.getUint32(12, true),
    epoch: data.getBigUint64(16, true),
    firstSequence: Number(data.getBigUint64(24, true)),
    tickBefore: Number(data.getBigUint64(32, true)),
    schemaVersion: data.getUint32(40, true),
    chain: data.getUint32(44, true),
  };
  return { kind: 'head', head };
}

/** True for the magic bytes, and for a beginning of them with zeros behind it, as a torn write leaves it. */
function beginsLikeHead(bytes: Uint8Array): boolean {
  let same = 0;
  while (same < MAGIC.length && bytes[same] === MAGIC[same]) same++;
  return same === MAGIC.length || (same > 0 && bytes.subarray(same).every((byte) => byte === 0));
}

const MAGIC = new Uint8Array([...'TICKLOG'].map((letter) => letter.codePointAt(0)!).concat(0x1a));
const CRC_OFFSET = SEGMENT_HEAD_BYTES - 4;
/** Not zero, so that zeros with a CRC of zero are no head. */
const CRC_SEED = 0x5e6_0b10c;
