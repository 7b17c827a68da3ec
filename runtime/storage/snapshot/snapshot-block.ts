import { crc32 } from 'node:zlib';

/**
 * A snapshot's file: 16 bytes that say what it is, then blocks. Little-endian:
 *
 *   file    u8[8] "TICKSNAP", u32 format version, u32 0
 *   block   u32 kind (BLOCK_*), u32 payload length, u32 chain value, then the payload
 *
 * The chain value of a block is the CRC-32 of its kind, length and payload, seeded with that of the block before (the first with that of
 * the 16 bytes): a block that is changed, missing, doubled or in another's place shows, and the last value is the checksum of the whole.
 * The 16 bytes and the prefix of the first block are the same in every version. The order is: one head, one of sessions, any number of sections, one end, and nothing behind it. The end's payload is a u64: how many
 * blocks came before it.
 */
export const BLOCK_HEAD = 1;
export const BLOCK_SESSIONS = 2;
export const BLOCK_SECTIONS = 3;
export const BLOCK_END = 4;

export const BLOCK_PREFIX_BYTES = 12;
export const FILE_PREFIX_BYTES = 16;
export const SNAPSHOT_FORMAT_VERSION = 1;

/** Sections make a block when they have come to this; a single long value may go beyond it. */
export const BLOCK_BYTES = 1 << 18;
/** No block is longer: a length that says so is damage. */
export const BLOCK_BYTES_MAX = 1 << 26;

export function filePrefix(version = SNAPSHOT_FORMAT_VERSION): Uint8Array {
  const bytes = new Uint8Array(FILE_PREFIX_BYTES);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(8, version, true);
  return bytes;
}

/** The version that the first bytes of a file tell of; null when it is no snapshot. */
export function versionOf(prefix: Uint8Array): number | null {
  if (prefix.length < FILE_PREFIX_BYTES || MAGIC.some((byte, i) => prefix[i] !== byte)) return null;
  const data = new DataView(prefix.buffer, prefix.byteOffset, FILE_PREFIX_BYTES);
  return data.getUint32(12, true) === 0 ? data.getUint32(8, true) : null;
}

/** The chain value that the first block follows. */
export function firstChain(prefix: Uint8Array): number {
  return crc32(prefix.subarray(0, FILE_PREFIX_BYTES), CHAIN_SEED);
}

/** Fills the first BLOCK_PREFIX_BYTES of `bytes`, which is a whole block with these free. Returns its chain value. */
export function sealBlock(bytes: Uint8Array, kind: number, previousChain: number): number {
  const data = new DataView(bytes.buffer, bytes.byteOffset, BLOCK_PREFIX_BYTES);
  data.setUint32(0, kind, true);
  data.setUint32(4, bytes.length - BLOCK_PREFIX_BYTES, true);
  const chain = chainOf(bytes, previousChain);
  data.setUint32(8, chain, true);
  return chain;
}

/** The chain value that a whole block should have. */
export function chainOf(block: Uint8Array, previousChain: number): number {
  return crc32(block.subarray(BLOCK_PREFIX_BYTES), crc32(block.subarray(0, 8), previousChain));
}

const MAGIC = new TextEncoder().encode('TICKSNAP');
/** Not zero, so that zeros are nothing. */
const CHAIN_SEED = 0x5ca1ab1e;
