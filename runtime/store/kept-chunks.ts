import { type Column, SHAPE_STRING } from './column.ts';
import type { Table } from './table.ts';

/**
 * Copy-on-write of one column (or of a table's `live`) while a snapshot is being written: the snapshot holds the values of one moment,
 * ticks go on, and whoever is about to overwrite a slot says so by `keep` first. The chunk of slots around it is then copied, unless it
 * has been, or has been written already. Strings and encoded values are copied as references: they are never changed in place.
 *
 * A stop within `keep` leaves the chunk as one that is still to be copied, and the slot unwritten: the mark is the last store.
 */
export class KeptChunks {
  /** How many slots the table had at that moment. */
  readonly slotCount: number;
  readonly #table: Table;
  /** null: the table's `live`. */
  readonly #column: Column | null;
  readonly #bytesPerSlot: number;
  /** A chunk has 2^chunkShift slots. */
  readonly #chunkShift: number;
  /** u8[chunks]: one of CHUNK_*. */
  readonly #states: Uint8Array;
  /** Something was about to be overwritten. */
  isWritten = false;
  #isWatching = false;
  /** The copied chunks of numbers, each in its own place; the memory of others is never touched, and so costs nothing. */
  #bytes: Uint8Array | null = null;
  /** The copied chunks of strings and encoded values. */
  readonly #lists: ChunkList[] = [];

  /** `memory`: for the copies of numbers, if it is large enough. */
  constructor(table: Table, column: Column | null, chunkShift: number, memory: Uint8Array | null = null) {
    this.#table = table;
    this.#column = column;
    this.#bytesPerSlot = column === null ? 1 : column.bytesPerSlot;
    this.slotCount = table.slotCount;
    this.#chunkShift = chunkShift;
    this.#states = new Uint8Array(Math.ceil(table.slotCount / 2 ** chunkShift));
    if (memory !== null && memory.length >= table.slotCount * this.#bytesPerSlot) this.#bytes = memory;
  }

  /** Copies nothing, and tells by `isWritten` whether anything was overwritten. */
  static watch(table: Table, column: Column | null): KeptChunks {
    const kept = new KeptChunks(table, column, 31);
    kept.#isWatching = true;
    return kept;
  }

  /** The slot is about to be overwritten. Slots that came later are of no account. */
  keep(slot: number): void {
    const chunk = slot >>> this.#chunkShift;
    if (this.#states[chunk] === CHUNK_AS_IT_WAS) this.#copy(chunk);
  }

  /** Any slot may be overwritten from here on. */
  keepAll(): void {
    const states = this.#states;
    for (let chunk = 0; chunk < states.length; chunk++) if (states[chunk] === CHUNK_AS_IT_WAS) this.#copy(chunk);
  }

  /** The numbers of a chunk, at the places where the column has them. Valid until the next tick begins. */
  bytesOf(chunk: number): Uint8Array {
    if (this.#states[chunk] === CHUNK_COPIED) return this.#bytes!;
    return this.#column === null ? this.#table.live : this.#column.bytes;
  }

  /** The strings or encoded values of a chunk, from its first slot on when `isCopied`, else of the whole column. */
  listOf(chunk: number): { readonly isCopied: boolean; readonly list: ChunkList } {
    if (this.#states[chunk] === CHUNK_COPIED) return { isCopied: true, list: this.#lists[chunk]! };
    return { isCopied: false, list: listOf(this.#column!) };
  }

  /** The chunk has been written: nothing of it is kept any more. */
  pass(chunk: number): void {
    this.#states[chunk] = CHUNK_WRITTEN;
    if (this.#lists[chunk] !== undefined) this.#lists[chunk] = [];
  }

  #copy(chunk: number): void {
    this.isWritten = true;
    if (this.#isWatching) {
      this.#states[chunk] = CHUNK_WRITTEN;
      return;
    }
    const start = chunk << this.#chunkShift;
    const end = Math.min((chunk + 1) << this.#chunkShift, this.slotCount);
    const column = this.#column;
    if (column !== null && column.shape >= SHAPE_STRING) {
      this.#lists[chunk] = listOf(column).slice(start, end) as ChunkList;
    } else {
      const { bytes } = column ?? { bytes: this.#table.live };
      const perSlot = this.#bytesPerSlot;
      const kept = (this.#bytes ??= new Uint8Array(this.slotCount * perSlot));
      kept.set(bytes.subarray(start * perSlot, end * perSlot), start * perSlot);
    }
    this.#states[chunk] = CHUNK_COPIED;
  }
}

export type ChunkList = readonly string[] | readonly Uint8Array[];

const CHUNK_AS_IT_WAS = 0;
const CHUNK_COPIED = 1;
const CHUNK_WRITTEN = 2;

function listOf(column: Column): ChunkList {
  return column.shape === SHAPE_STRING ? column.strings : column.blobs;
}
