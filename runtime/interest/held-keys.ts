import type { ColumnPlan } from '@tickbase/schema/plan';
import type { KeyBook, KeySource } from './key-book.ts';
import type { KeySet } from './key-set.ts';
import { keyOfValues, type PartitionKey, storedNumberOf } from './partition-key.ts';
import type { Viewer } from './viewer.ts';

/** The keys of a source that follow rows of other tables: all combinations of what the parts give. */
export interface WantedKeys {
  /** By place in the rule's key columns; where a part stands, nothing. */
  readonly values: readonly unknown[];
  readonly parts: readonly WantedPart[];
}

/** A key column whose values are those that all of these sets have. */
export interface WantedPart {
  /** Place in the rule's key columns. */
  readonly at: number;
  readonly sets: readonly SetAddress[];
  /** Only these of them; null: all. */
  readonly allowed: readonly unknown[] | null;
}

/** A key set by the name under which the book has it. */
export interface SetAddress {
  readonly source: KeySource;
  readonly key: PartitionKey | null;
  /** Equal for equal sets. */
  readonly text: string;
}

/** What one viewer holds of a source whose keys follow other rows: the sets, and the keys that it watches by them. */
export class HeldKeys {
  readonly viewer: Viewer;
  /** Of the source in `viewer.sources`. */
  readonly sourceText: string;
  /** By the text of the key. */
  readonly keys = new Map<string, PartitionKey>();
  /** A set of it has changed, and it waits to be told. */
  isStale = false;
  private readonly wanted: WantedKeys;
  private readonly columns: readonly ColumnPlan[];
  private readonly sets: readonly (readonly { readonly source: KeySource; readonly set: KeySet }[])[];

  /** `columns`: of the rule's key. Ends with `release`. */
  constructor(viewer: Viewer, sourceText: string, wanted: WantedKeys, columns: readonly ColumnPlan[], book: KeyBook) {
    this.viewer = viewer;
    this.sourceText = sourceText;
    this.wanted = wanted;
    this.columns = columns;
    this.sets = wanted.parts.map(({ sets }) =>
      sets.map(({ source, key }) => {
        const set = book.acquire(source, key);
        set.users.add(this);
        return { source, set };
      }),
    );
    this.follow(
      () => {},
      () => {},
    );
  }

  release(book: KeyBook): void {
    for (const { source, set } of this.sets.flat()) {
      set.users.delete(this);
      book.release(source, set);
    }
  }

  /** Brings `keys` to what the sets are now, and tells which came and which went. */
  follow(onCome: (key: PartitionKey) => void, onGo: (key: PartitionKey) => void): void {
    this.isStale = false;
    const wanted = new Map<string, PartitionKey>();
    this.collect(0, [...this.wanted.values], wanted);
    for (const [text, key] of this.keys) {
      if (wanted.has(text)) continue;
      this.keys.delete(text);
      onGo(key);
    }
    for (const [text, key] of wanted) {
      if (this.keys.has(text)) continue;
      this.keys.set(text, key);
      onCome(key);
    }
  }

  private collect(part: number, values: unknown[], wanted: Map<string, PartitionKey>): void {
    if (part === this.wanted.parts.length) {
      const key = keyOfValues(
        this.columns.map(({ type }) => type),
        values,
      );
      if (key !== null) wanted.set(textOfKey(key), { ...key, values: [...values] });
      return;
    }
    const { at, allowed } = this.wanted.parts[part]!;
    const { type } = this.columns[at]!;
    const [first, ...others] = this.sets[part]!.map(({ set }) => set);
    for (const { plain, value } of first!.entries.values()) {
      if (!others.every((set) => set.has(plain))) continue;
      if (allowed !== null && !allowed.some((other) => isSame(plain, storedNumberOf(type, other) ?? other))) continue;
      values[at] = value;
      this.collect(part + 1, values, wanted);
    }
  }
}

/** The same for equal keys of the same columns. */
export function textOfKey({ words, texts }: PartitionKey): string {
  return [...words, ...texts.map((text) => JSON.stringify(text))].join(',');
}

/** A number and a bigint of equal value are equal. */
function isSame(a: unknown, b: unknown): boolean {
  // oxlint-disable-next-line eqeqeq -- see above
  return a == b;
}
