import { ASLEEP, AWAKE, ENTRY_BYTES, NAPPING, READ, REST, type RingMemory, WRAP, WRITTEN } from './ring-memory.ts';

/** The end of a ring at which entries are taken out, in their order. */
export class RingReader {
  readonly #memory: RingMemory;
  #read = 0;

  constructor(memory: RingMemory) {
    this.#memory = memory;
  }

  get hasNews(): boolean {
    return Atomics.load(this.#memory.head, WRITTEN) !== this.#read;
  }

  /** Bytes of all entries that wait. */
  get waiting(): number {
    return (Atomics.load(this.#memory.head, WRITTEN) - this.#read) >>> 0;
  }

  /** Those of them that lie in one piece from the next entry on. */
  get available(): number {
    return Math.min(this.waiting, this.#memory.bytes.length - this.at);
  }

  /** Where the next entry begins. */
  get at(): number {
    return (this.#read >>> 0) % this.#memory.bytes.length;
  }

  /** These bytes may be written again. */
  advance(length: number): void {
    this.#read = (this.#read + length) | 0;
    Atomics.store(this.#memory.head, READ, this.#read);
  }

  /** From here on the writer's next entry calls. False: it has written one meanwhile, and will not. */
  fallAsleep(): boolean {
    return this.#rest(ASLEEP);
  }

  /** Stops this thread until something is written, or so long. */
  nap(ms: number): void {
    const { head } = this.#memory;
    if (!this.#rest(NAPPING)) return;
    Atomics.wait(head, REST, NAPPING, ms);
    Atomics.store(head, REST, AWAKE);
  }

  wakeUp(): void {
    Atomics.store(this.#memory.head, REST, AWAKE);
  }

  #rest(how: number): boolean {
    const { head } = this.#memory;
    Atomics.store(head, REST, how);
    if (!this.hasNews) return true;
    Atomics.store(head, REST, AWAKE);
    return false;
  }
}

/**
 * The entries of `words` that begin between two places, in bytes; returns where the last one ends. `take` is given where an entry's bytes begin and how
 * many they are.
 */
export function forEachEntry(words: Int32Array, from: number, to: number, take: TakeEntry): number {
  let at = from;
  while (at < to) {
    const word = at / 4;
    const kind = words[word]!;
    const length = words[word + 3]!;
    if (kind !== WRAP) take(kind, words[word + 1]!, words[word + 2]!, at + ENTRY_BYTES, length);
    at += ENTRY_BYTES + Math.ceil(length / ENTRY_BYTES) * ENTRY_BYTES;
  }
  return at;
}

export type TakeEntry = (kind: number, id: number, extra: number, start: number, length: number) => void;
