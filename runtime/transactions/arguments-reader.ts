import { ByteReader } from '@tickbase/base';

/** Reads wide numbers by two words each: the engine inlines the look at a word, and calls a function of its own for the look at a big integer. */
export class ArgumentsReader extends ByteReader {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  override i64(): bigint {
    this.#readWords();
    return signed[0]!;
  }

  override u64(): bigint {
    this.#readWords();
    return unsigned[0]!;
  }

  #readWords(): void {
    const at = this.take(8);
    words[0] = this.#view.getUint32(at, true);
    words[1] = this.#view.getUint32(at + 4, true);
  }
}

/** A wide number, while it is read. */
const words = new Uint32Array(2);
const signed = new BigInt64Array(words.buffer);
const unsigned = new BigUint64Array(words.buffer);
