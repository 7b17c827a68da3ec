import { pieceByteLength } from '../pieces/piece-header.ts';

/** The pieces of a section, one after another; their lengths were checked before. */
export class PieceCursor {
  /** The whole message. */
  readonly bytes: Uint8Array;
  readonly count: number;
  private offset: number;
  private left: number;

  constructor(bytes: Uint8Array, offset: number, count: number) {
    this.bytes = bytes;
    this.offset = offset;
    this.count = count;
    this.left = count;
  }

  /** Where the next piece begins in `bytes`; -1 after the last one. */
  next(): number {
    if (this.left === 0) return -1;
    this.left--;
    const start = this.offset;
    this.offset += pieceByteLength(this.bytes, start);
    return start;
  }
}
