/** Bits of a piece's flags beside the PIECE_* bits that the encoder's caller sets (piece-port.ts). */

/** Names of leaves and enters have two bytes. */
export const PIECE_WIDE_NAMES = 8;
export const PIECE_HAS_LEAVES = 16;
export const PIECE_HAS_ENTERS = 32;
export const PIECE_HAS_UPDATES = 64;
/** Some value does not fit its column's form: all quantized columns of the piece travel escaped. */
export const PIECE_ESCAPED = 128;

/** An escaped integer: these, or its zigzag plus ESCAPE_OFFSET, as a varint. */
export const ESCAPE_NAN = 0;
export const ESCAPE_POSITIVE_INFINITY = 1;
export const ESCAPE_NEGATIVE_INFINITY = 2;
export const ESCAPE_OFFSET = 3;
