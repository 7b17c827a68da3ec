import { assert } from '@tickbase/base';
import { ASLEEP, AWAKE, ENTRY_BYTES, NAPPING, READ, REST, type RingMemory, WRAP, WRITTEN } from './ring-memory.ts';

/** The end of a ring at which entries are put in. What is put is seen at once. */
export class RingWriter {
  readonly #memory: RingMemory;
  /** Wakes a reader that sleeps in its event loop. */
  readonly #call: () => void;
  readonly #capacity: number;
  /** Bytes since the beginning; exact, as they stay below 2^53. */
  #written = 0;
  #read = 0;
  /** Where the next entry begins. */
  #at = 0;

  constructor(memory: RingMemory, call: () => void) {
    this.#memory = memory;
    this.#call = call;
    this.#capacity = memory.bytes.length;
  }

  /** Bytes that an entry may have: two of them always fit. */
  get lengthMax(): number {
    return this.#capacity / 2 - 2 * ENTRY_BYTES;
  }

  /** How far it has come: what was put last lies below. */
  get written(): number {
    return this.#written;
  }

  /** How far the reader has come, as it says now. */
  get read(): number {
    this.#read += (Atomics.load(this.#memory.head, READ) - (this.#read | 0)) >>> 0;
    return this.#read;
  }

  /** False: there is no room. */
  put(kind: number, id: number, extra: number, data: Uint8Array | null): boolean {
    const length = data === null ? 0 : data.length;
    assert(length <= this.lengthMax, 'an entry fits its ring');
    const size = sizeOf(length);
    const capacity = this.#capacity;
    const { words, bytes, head } = this.#memory;
    let at = this.#at;
    const left = capacity - at;
    const needed = left < size ? left + size : size;
    if (this.#written + needed - this.#read > capacity && this.#written + needed - this.read > capacity) return false;
    if (left < size) {
      entry(words, at, WRAP, 0, 0, left - ENTRY_BYTES);
      at = 0;
    }
    entry(words, at, kind, id, extra, length);
    if (data !== null) bytes.set(data, at + ENTRY_BYTES);
    this.#at = at + size === capacity ? 0 : at + size;
    this.#written += needed;
    Atomics.store(head, WRITTEN, this.#written | 0);
    const rest = Atomics.load(head, REST);
    if (rest !== AWAKE) this.#wake(rest);
    return true;
  }

  #wake(rest: number): void {
    const { head } = this.#memory;
    if (Atomics.compareExchange(head, REST, rest, AWAKE) !== rest) return;
    if (rest === NAPPING) Atomics.notify(head, REST);
    else if (rest === ASLEEP) this.#call();
  }
}

function sizeOf(length: number): number {
  return ENTRY_BYTES + Math.ceil(length / ENTRY_BYTES) * ENTRY_BYTES;
}

function entry(words: Int32Array, at: number, kind: number, id: number, extra: number, length: number): void {
  const word = at / 4;
  words[word] = kind;
  words[word + 1] = id;
  words[word + 2] = extra;
  words[word + 3] = length;
}
