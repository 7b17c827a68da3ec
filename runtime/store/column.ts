import { assert } from '@tickbase/base';
import { type ColumnBuffer, type ColumnPlan, type StorageKind, storageKindOf } from '@tickbase/schema/plan';
import type { ColumnView } from './table-view.ts';
import type { KeptChunks } from './kept-chunks.ts';
import { type ValueCodec, valueCodecOf } from './value-codec.ts';

/**
 * The memory of one column, indexed by slot. Beside the rows' slots it has RESERVED_SLOTS more, which belong to the table: values
 * are checked into the probe slot first, so that every comparison, hash and copy is between two slots and none can fail.
 *
 * One class for all kinds, told apart by small numbers: each branch then sees one kind of array only, which is what
 * lets V8 turn it into a plain load (a class for each kind costs a megamorphic call at every column of every row).
 */
export class Column implements ColumnView {
  readonly plan: ColumnPlan;
  readonly position: number;
  readonly tableName: string;
  /** Part of a key or an index: NaN is refused, and -0 is held as 0, so that equal values have equal bits. */
  readonly isKey: boolean;
  /** A coordinate: only finite numbers. */
  readonly isCoordinate: boolean;
  readonly codec: ValueCodec;
  /** `codec.code` and `plan.accessor`, a step nearer to the loops that ask for them at every cell. */
  readonly typeCode: number;
  readonly accessor: string;
  readonly storage: StorageKind;
  readonly shape: number;
  /** 32-bit words a slot for SHAPE_WORDS; 1, 2, 4 or 8. */
  readonly wordsPerSlot: number;
  /** 0 for strings and encoded values. */
  readonly bytesPerSlot: number;
  /** The transaction that has saved this column whole: until its end, cells may be stored without a note. See WholeColumns. */
  wholeTransaction = -1;
  /** The epoch (see UndoLog) in which `wholeTransaction` was seen to be the open one, and the table free to be written. */
  quickEpoch = -1;
  /** While a snapshot is written: asked before a value that is a row's is overwritten. */
  kept: KeptChunks | null = null;
  data: ColumnBuffer;
  /** Views of the numbers' memory; empty for strings and encoded values. */
  bytes: Uint8Array;
  halves: Uint16Array;
  words: Uint32Array;
  quads: BigUint64Array;
  strings: string[];
  blobs: Uint8Array[];

  constructor(place: ColumnPlace, slotCapacity: number) {
    const plan = place.plan;
    this.plan = plan;
    this.position = place.position;
    this.tableName = place.tableName;
    this.isKey = place.isKey;
    this.isCoordinate = place.isCoordinate;
    this.codec = valueCodecOf(plan.type);
    this.typeCode = this.codec.code;
    this.accessor = plan.accessor;
    this.storage = storageKindOf(plan.type);
    this.shape = SHAPE_OF[this.storage];
    this.wordsPerSlot = WORDS_OF[this.storage];
    this.bytesPerSlot = BYTES_OF[this.storage];
    this.bytes = EMPTY_BYTES;
    this.halves = EMPTY_HALVES;
    this.words = EMPTY_WORDS;
    this.quads = EMPTY_QUADS;
    this.strings = [];
    this.blobs = [];
    this.data = EMPTY_BYTES;
    this.#allocate(slotCapacity, EMPTY_BYTES);
  }

  /** Replaces the arrays by larger ones; what the old ones hold is carried over up to `slotsKept`. */
  grow(slotCapacity: number, slotsKept: number): void {
    if (this.shape === SHAPE_STRING) {
      this.data = this.strings = grownList(this.strings, slotCapacity, slotsKept, '');
    } else if (this.shape === SHAPE_BLOB) {
      this.data = this.blobs = grownList(this.blobs, slotCapacity, slotsKept, EMPTY_BYTES);
    } else {
      this.#allocate(slotCapacity, this.bytes.subarray(0, slotsKept * this.bytesPerSlot));
    }
  }

  copy(from: number, to: number): void {
    switch (this.shape) {
      case SHAPE_BYTE:
        this.bytes[to] = this.bytes[from]!;
        return;
      case SHAPE_HALF:
        this.halves[to] = this.halves[from]!;
        return;
      case SHAPE_WORDS: {
        const count = this.wordsPerSlot;
        const words = this.words;
        for (let i = 0; i < count; i++) words[to * count + i] = words[from * count + i]!;
        return;
      }
      case SHAPE_STRING:
        this.strings[to] = this.strings[from]!;
        return;
      default:
        this.blobs[to] = this.blobs[from]!;
    }
  }

  /** True when both slots hold the same bits. */
  isEqual(a: number, b: number): boolean {
    switch (this.shape) {
      case SHAPE_BYTE:
        return this.bytes[a] === this.bytes[b];
      case SHAPE_HALF:
        return this.halves[a] === this.halves[b];
      case SHAPE_WORDS: {
        const count = this.wordsPerSlot;
        const words = this.words;
        for (let i = 0; i < count; i++) if (words[a * count + i] !== words[b * count + i]) return false;
        return true;
      }
      case SHAPE_STRING:
        return this.strings[a] === this.strings[b];
      default:
        return areBytesEqual(this.blobs[a]!, this.blobs[b]!);
    }
  }

  /** Mixes the slot's value into a running 32-bit hash. Slots that are equal hash alike. */
  hash(slot: number, seed: number): number {
    switch (this.shape) {
      case SHAPE_BYTE:
        return mix(seed, this.bytes[slot]!);
      case SHAPE_HALF:
        return mix(seed, this.halves[slot]!);
      case SHAPE_WORDS: {
        const count = this.wordsPerSlot;
        const words = this.words;
        let hash = seed;
        for (let i = 0; i < count; i++) hash = mix(hash, words[slot * count + i]!);
        return hash;
      }
      case SHAPE_STRING: {
        const text = this.strings[slot]!;
        let hash = mix(seed, text.length);
        for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
        return mix(hash, 0);
      }
      default: {
        const blob = this.blobs[slot]!;
        let hash = mix(seed, blob.length);
        for (let i = 0; i < blob.length; i++) hash = Math.imul(hash ^ blob[i]!, 0x01000193);
        return mix(hash, 0);
      }
    }
  }

  /** Lets go of what a dead slot refers to; numbers stay as they are. From here on the slot may be used again without another word to `kept`. */
  forget(slot: number): void {
    if (this.kept !== null) this.kept.keep(slot);
    if (this.shape === SHAPE_STRING) this.strings[slot] = '';
    else if (this.shape === SHAPE_BLOB) this.blobs[slot] = EMPTY_BYTES;
  }

  /** The arrays are put in place when all of them are made and filled: a stop in here leaves the old ones. */
  #allocate(slotCapacity: number, kept: Uint8Array): void {
    if (this.shape === SHAPE_STRING) {
      this.data = this.strings = grownList<string>([], slotCapacity, 0, '');
      return;
    }
    if (this.shape === SHAPE_BLOB) {
      this.data = this.blobs = grownList<Uint8Array>([], slotCapacity, 0, EMPTY_BYTES);
      return;
    }
    const buffer = new ArrayBuffer(Math.ceil((slotCapacity * this.bytesPerSlot) / 8) * 8);
    const bytes = new Uint8Array(buffer);
    const halves = new Uint16Array(buffer);
    const words = new Uint32Array(buffer);
    const quads = new BigUint64Array(buffer);
    const data = viewOf(this.storage, { buffer, bytes, halves, words, quads });
    assert(data.length >= slotCapacity, 'a column is shorter than its slots');
    bytes.set(kept);
    this.bytes = bytes;
    this.halves = halves;
    this.words = words;
    this.quads = quads;
    this.data = data;
  }
}

export interface ColumnPlace {
  readonly plan: ColumnPlan;
  readonly position: number;
  readonly tableName: string;
  readonly isKey: boolean;
  readonly isCoordinate: boolean;
}

export const SHAPE_BYTE = 0;
export const SHAPE_HALF = 1;
export const SHAPE_WORDS = 2;
export const SHAPE_STRING = 3;
export const SHAPE_BLOB = 4;

const EMPTY_BYTES = new Uint8Array(0);
const EMPTY_HALVES = new Uint16Array(0);
const EMPTY_WORDS = new Uint32Array(0);
const EMPTY_QUADS = new BigUint64Array(0);

const SHAPE_OF: Record<StorageKind, number> = {
  u8: SHAPE_BYTE,
  i8: SHAPE_BYTE,
  u16: SHAPE_HALF,
  i16: SHAPE_HALF,
  u32: SHAPE_WORDS,
  i32: SHAPE_WORDS,
  f32: SHAPE_WORDS,
  f64: SHAPE_WORDS,
  i64: SHAPE_WORDS,
  u64: SHAPE_WORDS,
  wide128: SHAPE_WORDS,
  wide256: SHAPE_WORDS,
  string: SHAPE_STRING,
  encoded: SHAPE_BLOB,
};

const WORDS_OF: Record<StorageKind, number> = {
  u8: 0,
  i8: 0,
  u16: 0,
  i16: 0,
  u32: 1,
  i32: 1,
  f32: 1,
  f64: 2,
  i64: 2,
  u64: 2,
  wide128: 4,
  wide256: 8,
  string: 0,
  encoded: 0,
};

/** Bytes a slot, by kind of number. */
const BYTES_OF: Record<StorageKind, number> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  f64: 8,
  i64: 8,
  u64: 8,
  wide128: 16,
  wide256: 32,
  string: 0,
  encoded: 0,
};

interface ColumnMemory {
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly quads: BigUint64Array;
}

function viewOf(storage: StorageKind, memory: ColumnMemory): ColumnBuffer {
  const { buffer } = memory;
  switch (storage) {
    case 'u8':
      return memory.bytes;
    case 'i8':
      return new Int8Array(buffer);
    case 'u16':
      return memory.halves;
    case 'i16':
      return new Int16Array(buffer);
    case 'i32':
      return new Int32Array(buffer);
    case 'f32':
      return new Float32Array(buffer);
    case 'f64':
      return new Float64Array(buffer);
    case 'i64':
      return new BigInt64Array(buffer);
    case 'u64':
      return memory.quads;
    default:
      return memory.words;
  }
}

function grownList<T>(old: readonly T[], capacity: number, kept: number, empty: T): T[] {
  const list = old.slice(0, kept);
  for (let slot = kept; slot < capacity; slot++) list.push(empty);
  return list;
}

function areBytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** One round of a 32-bit mixer (constants of MurmurHash3's finaliser). */
export function mix(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
