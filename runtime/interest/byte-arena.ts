/**
 * Memory for pieces: cut from chunks that are never written again, so that a piece stays valid for as long as anybody
 * holds it, and a chunk is freed with its last piece.
 */
export class ByteArena {
  private chunk = new Uint8Array(0);
  private length = 0;

  /** Copies the bytes; the copy's offset is a multiple of 8. */
  keep(bytes: Uint8Array): Uint8Array {
    if (this.length + bytes.length > this.chunk.length) {
      this.chunk = new Uint8Array(Math.max(CHUNK_BYTES, bytes.length));
      this.length = 0;
    }
    const kept = this.chunk.subarray(this.length, this.length + bytes.length);
    kept.set(bytes);
    this.length = Math.ceil((this.length + bytes.length) / 8) * 8;
    return kept;
  }
}

/** Some ticks' worth of pieces of a middling world; small enough that one long-held piece keeps little alive. */
const CHUNK_BYTES = 65_536;
