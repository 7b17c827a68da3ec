/**
 * The eight bytes before a piece's body: u32 handle; u32 whose low 24 bits are the body's length in bytes, and whose high 8 bits are
 * flags. Pieces lie at any offset.
 */
export const PIECE_HEADER_BYTES = 8;
export const PIECE_BODY_BYTES_MAX = 0xff_ffff;

export function readPieceHandle(bytes: Uint8Array, offset: number): number {
  return readU32(bytes, offset);
}

/** Bytes of the whole piece, its header included. The header lies within `bytes`; the body need not. */
export function pieceByteLength(bytes: Uint8Array, offset: number): number {
  return PIECE_HEADER_BYTES + (readU32(bytes, offset + 4) & 0xff_ffff);
}

/** PIECE_* bits. */
export function readPieceFlags(bytes: Uint8Array, offset: number): number {
  return bytes[offset + 7]!;
}

function readU32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}
