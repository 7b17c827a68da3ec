import { crc32 } from 'node:zlib';

/**
 * The head of a frame: the records of one group commit, written and synced as one. Little-endian:
 *
 *    0  u32    "FRAM"
 *    4  u32    bytes of records that follow the head
 *    8  u32    how many records they are; 0 in the frame that a clean end writes
 *   12  u32    number of the segment
 *   16  u64    epoch of the life that wrote it
 *   24  u64    sequence of its first record
 *   32  u32    where in the segment the frame begins
 *   36  u32    chain value of the frame before
 *   40  u32    CRC-32 of the records, seeded
 *   44  u32    CRC-32 of the head up to here, seeded: the frame's own chain value
 *
 * Segment, epoch and place make a frame recognisable without the one before it, and a copy of it at any other place worthless. The chain
 * makes one that is missing show.
 */
export interface FrameHead {
  readonly payloadBytes: number;
  readonly recordCount: number;
  readonly segment: number;
  readonly epoch: bigint;
  readonly firstSequence: number;
  readonly offset: number;
  readonly previousChain: number;
  readonly payloadCrc: number;
  readonly chain: number;
}

export const FRAME_HEAD_BYTES = 48;
/** "FRAM", as the bytes stand in the file. */
export const FRAME_MAGIC = new Uint8Array([0x46, 0x52, 0x41, 0x4d]);

/** Fills the head in front of the records: `bytes` is the whole frame, its first FRAME_HEAD_BYTES free. Returns its chain value. */
export function sealFrame(bytes: Uint8Array, head: Omit<FrameHead, 'payloadBytes' | 'payloadCrc' | 'chain'>): number {
  const data = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEAD_BYTES);
  bytes.set(FRAME_MAGIC);
  data.setUint32(4, bytes.length - FRAME_HEAD_BYTES, true);
  data.setUint32(8, head.recordCount, true);
  data.setUint32(12, head.segment, true);
  data.setBigUint64(16, head.epoch, true);
  data.setBigUint64(24, BigInt(head.firstSequence), true);
  data.setUint32(32, head.offset, true);
  data.setUint32(36, head.previousChain, true);
  data.setUint32(40, crc32(bytes.subarray(FRAME_HEAD_BYTES), PAYLOAD_SEED), true);
  const chain = crc32(bytes.subarray(0, FRAME_HEAD_BYTES - 4), HEAD_SEED);
  data.setUint32(44, chain, true);
  return chain;
}

/** The head at `bytes[at…]` when its own checksum fits; the records are not looked at. */
export function decodeFrameHead(bytes: Uint8Array, at: number): FrameHead | null {
  if (bytes.length - at < FRAME_HEAD_BYTES) return null;
  for (let i = 0; i < FRAME_MAGIC.length; i++) if (bytes[at + i] !== FRAME_MAGIC[i]) return null;
  const data = new DataView(bytes.buffer, bytes.byteOffset + at, FRAME_HEAD_BYTES);
  const chain = data.getUint32(44, true);
  if (crc32(bytes.subarray(at, at + FRAME_HEAD_BYTES - 4), HEAD_SEED) !== chain) return null;
  return {
    payloadBytes: data.getUint32(4, true),
    recordCount: data.getUint32(8, true),
    segment: data.getUint32(12, true),
    epoch: data.getBigUint64(16, true),
    firstSequence: Number(data.getBigUint64(24, true)),
    offset: data.getUint32(32, true),
    previousChain: data.getUint32(36, true),
    payloadCrc: data.getUint32(40, true),
    chain,
  };
}

export function isPayloadIntact(payload: Uint8Array, head: FrameHead): boolean {
  return payload.length === head.payloadBytes && crc32(payload, PAYLOAD_SEED) === head.payloadCrc;
}

/** Neither is zero, so that zeros with a CRC of zero are nothing. They differ, so that a head is no payload. */
const HEAD_SEED = 0x1ea_df00d;
const PAYLOAD_SEED = 0x7a1_10ad5;
