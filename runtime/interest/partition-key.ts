import type { ColumnBuffer, ColumnPlan, StorageKind, TypePlan } from '@tickbase/schema/plan';
import { storageKindOf } from '@tickbase/schema/plan';
import type { TableView } from '../store/index.ts';

/** The values of a partitioning's key columns in their stored form; equal keys have equal words and texts. */
export interface PartitionKey {
  readonly words: Uint32Array;
  readonly texts: readonly string[];
  readonly hash: number;
  /** The JavaScript values that it was made of. */
  readonly values: readonly unknown[];
}

/** True when equality of the column's stored form is equality of its values: floats and encoded values are not so. */
export function isKeyColumn(column: ColumnPlan): boolean {
  const storage = storageKindOf(column.type);
  return column.quantize === null && storage !== 'encoded' && storage !== 'f32' && storage !== 'f64';
}

/** Words of a value in a key; strings have none. */
function wordCountOf(storage: StorageKind): number {
  if (storage === 'string') return 0;
  if (storage === 'i64' || storage === 'u64') return 2;
  if (storage === 'wide128') return 4;
  return storage === 'wide256' ? 8 : 1;
}

/** The key of a partition from JavaScript values (see TypePlan); null when no row can have them. */
export function keyOfValues(types: readonly TypePlan[], values: readonly unknown[]): PartitionKey | null {
  const words: number[] = [];
  const texts: string[] = [];
  for (const [i, type] of types.entries()) {
    const storage = storageKindOf(type);
    if (storage === 'string') {
      if (typeof values[i] !== 'string') return null;
      texts.push(values[i]);
      continue;
    }
    const number = storedNumberOf(type, values[i]);
    if (number === null || !isInRange(storage, number)) return null;
    const bits = BigInt(number);
    for (let w = 0; w < wordCountOf(storage); w++) words.push(Number((bits >> BigInt(32 * w)) & 0xffff_ffffn));
  }
  const allWords = Uint32Array.from(words);
  return { words: allWords, texts, hash: hashOf(allWords, allWords.length, texts), values };
}

/** The whole number that stands for a value in its column; null when the value is not of the type. */
export function storedNumberOf(type: TypePlan, value: unknown): number | bigint | null {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? Number(value) : null;
    case 'enum': {
      const tag = (value as { tag?: unknown } | null)?.tag;
      return type.variants.find((variant) => variant.name === tag)?.id ?? null;
    }
    case 'identity':
      return bigintIn(value, '__identity__');
    case 'connectionId':
      return bigintIn(value, '__connection_id__');
    case 'uuid':
      return bigintIn(value, '__uuid__');
    case 'timestamp':
      return bigintIn(value, '__timestamp_micros_since_unix_epoch__');
    case 'timeDuration':
      return bigintIn(value, '__time_duration_micros__');
    default:
      if (typeof value === 'bigint') return value;
      return Number.isInteger(value) ? (value as number) : null;
  }
}

function bigintIn(value: unknown, member: string): bigint | null {
  const inner = (value as Record<string, unknown> | null)?.[member];
  return typeof inner === 'bigint' ? inner : null;
}

const RANGES: Partial<Record<StorageKind, readonly [bigint, bigint]>> = {
  u8: [0n, 255n],
  i8: [-128n, 127n],
  u16: [0n, 65_535n],
  i16: [-32_768n, 32_767n],
  u32: [0n, 4_294_967_295n],
  i32: [-2_147_483_648n, 2_147_483_647n],
  u64: [0n, (1n << 64n) - 1n],
  i64: [-(1n << 63n), (1n << 63n) - 1n],
};

function isInRange(storage: StorageKind, value: number | bigint): boolean {
  const range = RANGES[storage];
  return range === undefined || (value >= range[0] && value <= range[1]);
}

/** Of keys of the same columns. */
export function areSameKeys(a: PartitionKey, b: PartitionKey): boolean {
  return (
    a.hash === b.hash &&
    a.words.every((word, i) => word === b.words[i]) &&
    a.texts.every((text, i) => text === b.texts[i])
  );
}

/** Reads keys of rows into scratch and compares them with partitions' keys, without an object for each row. */
export class KeyReader {
  private readonly columns: readonly number[];
  private readonly storages: readonly StorageKind[];
  private readonly words: Uint32Array;
  private readonly texts: string[];
  /** By place in `columns`: the column itself, or its memory as words for values of several words. */
  private buffers: (ColumnBuffer | Uint32Array)[] = [];
  private source: readonly ColumnBuffer[] = [];

  constructor(columns: readonly number[], plans: readonly ColumnPlan[]) {
    this.columns = columns;
    this.storages = columns.map((c) => storageKindOf(plans[c]!.type));
    this.words = new Uint32Array(this.storages.reduce((sum, storage) => sum + wordCountOf(storage), 0));
    this.texts = this.storages.filter((storage) => storage === 'string').map(() => '');
  }

  /** Takes the row's key into scratch and gives its hash. */
  read(view: TableView, slot: number): number {
    this.bind(view);
    let w = 0;
    let t = 0;
    for (let i = 0; i < this.columns.length; i++) {
      const storage = this.storages[i]!;
      if (storage === 'string') {
        this.texts[t++] = (this.buffers[i] as string[])[slot]!;
        continue;
      }
      const count = wordCountOf(storage);
      const buffer = this.buffers[i] as Uint32Array;
      for (let k = 0; k < count; k++) this.words[w++] = buffer[slot * count + k]!;
    }
    return hashOf(this.words, this.words.length, this.texts);
  }

  /** True when the key in scratch is `key`. */
  isAt(key: PartitionKey): boolean {
    for (let i = 0; i < this.words.length; i++) if (this.words[i] !== key.words[i]) return false;
    for (let i = 0; i < this.texts.length; i++) if (this.texts[i] !== key.texts[i]) return false;
    return true;
  }

  private bind(view: TableView): void {
    let isBound = this.source.length > 0;
    for (let i = 0; isBound && i < this.columns.length; i++)
      isBound = this.source[i] === view.columns[this.columns[i]!]!.data;
    if (isBound) return;
    this.source = this.columns.map((c) => view.columns[c]!.data);
    this.buffers = this.source.map((data, i) => {
      if (wordCountOf(this.storages[i]!) < 2) return data;
      const memory = data as BigInt64Array;
      return new Uint32Array(memory.buffer, memory.byteOffset, memory.byteLength / 4);
    });
  }
}

/** FNV-1a over whole words and over the code units of texts; a bucket's keys are compared in full. */
function hashOf(words: Uint32Array, wordCount: number, texts: readonly string[]): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < wordCount; i++) {
    hash = Math.imul(hash ^ words[i]!, 0x0100_0193);
    hash ^= hash >>> 15;
  }
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
    hash = Math.imul(hash ^ 0xffff, 0x0100_0193);
  }
  return hash >>> 0;
}
