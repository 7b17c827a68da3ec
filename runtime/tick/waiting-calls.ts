import type { InboxItem, TickClient } from './tick-ports.ts';

/**
 * Calls of one client's message that wait in the inbox as one entry, with what they carry side by side in memory: an object for each would be
 * met again when thousands of others were looked at. Their sequences follow one another.
 */
export class WaitingCalls {
  readonly kind = 'calls';
  readonly client: TickClient;
  /** How many have had no turn yet. */
  count: number;
  #sequence: number;
  readonly #memory: CallMemory;
  /** Where the next one is, in words. */
  #at: number;

  /** `at`: place of the first call's words in `memory`. */
  constructor(client: TickClient, firstSequence: number, count: number, memory: CallMemory, at: number) {
    this.client = client;
    this.count = count;
    this.#sequence = firstSequence;
    this.#memory = memory;
    this.#at = at;
  }

  /** Takes out the next call, of which there is one. */
  take(): InboxItem & { kind: 'call' } {
    const { words, bytes } = this.#memory;
    const at = this.#at;
    const argsStart = 4 * (at + HEAD_WORDS);
    const argsEnd = argsStart + words[at + 1]!;
    this.count--;
    this.#at = (argsEnd + 3) >>> 2;
    const reducer = words[at]!;
    return { kind: 'call', client: this.client, sequence: this.#sequence++, reducer, args: bytes, argsStart, argsEnd };
  }
}

/**
 * Memory of waiting calls, many messages' in one piece, which goes with the last of them. A call is two words, its reducer's position and the length of its arguments,
 * and then these, up to the next whole word.
 */
export class CallMemory {
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  /** In words: what lies before it is given out. */
  end = 0;

  constructor(byteLength: number) {
    this.words = new Uint32Array((byteLength + 3) >>> 2);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** Adds a call, for which there is room; its arguments are the bytes of `data` from `start` to before `end`. */
  add(reducer: number, data: DataView, start: number, end: number): void {
    const { words, bytes } = this;
    let word = this.end;
    words[word++] = reducer;
    words[word++] = end - start;
    let from = start;
    for (; from + 4 <= end; from += 4) words[word++] = data.getUint32(from, true);
    for (let to = 4 * word; from < end; from++) bytes[to++] = data.getUint8(from);
    this.end += CallMemory.wordsOf(end - start);
  }

  /** Room that a call with so many bytes of arguments takes, in words. */
  static wordsOf(argsLength: number): number {
    return HEAD_WORDS + ((argsLength + 3) >>> 2);
  }
}

const HEAD_WORDS = 2;
