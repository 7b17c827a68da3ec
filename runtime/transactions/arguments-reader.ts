import { ByteReader } from '@tickbase/base';

/** Reads wide numbers by two words each: the engine inlines the look at a word, and calls a function of its own for the look at a big integer. */
export class ArgumentsReader extends ByteReader {
  readonly #view: DataView;
  readonly #words = new Uint32Array(2);
  readonly #signed = new BigInt64Array(this.#words.buffer);
  readonly #unsigned = new BigUint64Array(this.#words.buffer);

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  override i64(): bigint {
    this.#readWords();
    return this.#signed[0]!;
  }

  override u64(): bigint {
    this.#readWords();
    return this.#unsigned[0]!;
  }

  #readWords(): void {
    const at = this.take(8);
    const words = this.#words;
    words[0] = this.#view.getUint32(at, true);
    words[1] = this.#view.getUint32(at + 4, true);
  }
}
