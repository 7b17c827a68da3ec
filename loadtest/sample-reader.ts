/** Cuts a stream of samples, each with its length in front, into its samples. */
export class SampleReader {
  readonly #take: (sample: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(take: (sample: Uint8Array) => void) {
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= LENGTH_BYTES) {
      const bytes = this.#joined();
      const length = bytes.readUInt32LE(0);
      const end = LENGTH_BYTES + length;
      if (bytes.length < end) return;
      this.#chunks = [bytes.subarray(end)];
      this.#length -= end;
      this.#take(bytes.subarray(LENGTH_BYTES, end));
    }
  }

  #joined(): Buffer {
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

const LENGTH_BYTES = 4;
