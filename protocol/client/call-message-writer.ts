import { assert, type ByteWriter } from '@tickbase/base';

/**
 * Writes client messages that hold calls and nothing else, as most messages of a client that plays do: the same bytes as
 * encodeClientMessage's, without its objects; a test compares the two. Used again and again.
 *
 * Everything but the arguments is 32-bit words: the root's offset, vtable and table, then for each call the table of its item (offset of its vtable,
 * offset of the call, tag) and its own (offset of its vtable, sequence, reducer id, offset of the arguments), and the arguments' length. The two
 * vtables that all calls share lie before the first item and behind it.
 */
export class CallMessageWriter {
  #writer!: ByteWriter;
  /** The offset in the message of the next item's place in the list of items, and of the first item. */
  #place = 0;
  #first = 0;

  /** Begins a message of `count` calls, one at least, in place of what the writer held, which is the caller's again after `end`. */
  begin(writer: ByteWriter, receiptTick: number, count: number): void {
    writer.reset();
    this.#writer = writer;
    this.#place = 4 * HEAD_WORDS;
    this.#first = 4 * (HEAD_WORDS + count) + 8;
    writer.reserve(this.#first);
    putWords(writer, 0, [12, 0x10_0008, 0xc_0004, 8, receiptTick, receiptTick / 0x1_0000_0000, 4, count]);
    putWords(writer, this.#first - 8, [0x9_0008, 0x4_0008]);
    writer.length = this.#first;
  }

  /** The next call; its arguments are bytes[start…end). */
  add(sequence: number, reducerId: number, bytes: Uint8Array, start: number, end: number): void {
    const writer = this.#writer;
    const item = writer.length;
    const first = this.#first;
    const length = end - start;
    writer.reserve(CALL_BYTES_MAX + length);
    const { data } = writer;
    data.setUint32(this.#place, item - this.#place, true);
    this.#place += 4;
    let call = item + 12;
    if (item === first) {
      putWords(writer, item, [8, 16, 0xa_0002, 0x4_0010, 0xc_0008]);
      call += 8;
    } else {
      data.setUint32(item, item - first + 8, true);
      data.setUint32(item + 4, 8, true);
      data.setUint32(item + 8, 2, true);
    }
    data.setUint32(call, call - first - 10, true);
    data.setUint32(call + 4, sequence, true);
    data.setUint32(call + 8, reducerId, true);
    data.setUint32(call + 12, 4, true);
    data.setUint32(call + 16, length, true);
    let at = call + 20;
    data.setUint32(at + (length & -4), 0, true); // the padding
    writer.length = at + ((length + 3) & -4);
    // Mostly a few bytes, for which a view and the engine's own copy cost more.
    for (let from = start; from < end; from++) writer.bytes[at++] = bytes[from]!;
  }

  /** Ends the message, when all calls were added. */
  end(): void {
    assert(this.#place === this.#first - 8, 'a message of calls is ended with as many as were announced');
    this.#writer.alignTo(8);
  }
}

function putWords(writer: ByteWriter, at: number, words: readonly number[]): void {
  words.forEach((word, index) => writer.data.setUint32(at + 4 * index, word, true));
}

/** From the root's offset to the count of items. */
const HEAD_WORDS = 8;
/** Two tables, a vtable, the arguments' length and padding. */
const CALL_BYTES_MAX = 48;
