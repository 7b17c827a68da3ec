import type { HeldKeys } from './held-keys.ts';
import type { PartitionKey } from './partition-key.ts';
import type { PlainValue } from './plain-column.ts';

/** A value of a key set, and how many rows give it. */
export interface KeyEntry {
  readonly plain: PlainValue;
  /** The JavaScript value (see TypePlan). */
  readonly value: unknown;
  count: number;
}

/**
 * The values that one column has in some rows of a table: the guilds in which somebody is a member, the keys of bodies whose players are
 * online. Kept while somebody uses it, each value with the number of rows that give it.
 */
export class KeySet {
  /** What the rows have in the key columns of its book; null: there are no such columns. */
  readonly key: PartitionKey | null;
  readonly entries = new Map<PlainValue, KeyEntry>();
  /** The rows that give them. */
  readonly slots = new Set<number>();
  /** Whose keys have to follow. */
  readonly users = new Set<HeldKeys>();
  /** Uses of all kinds; the last one that ends forgets the set. */
  useCount = 0;
  /** Of the present record: values that came or left. Emptied with the next one. */
  readonly turned: KeyEntry[] = [];
  /** The next set with the same hash. */
  nextOfHash: KeySet | null = null;
  /** Scratch of a record: what was touched, with its count before. */
  private readonly touched = new Map<KeyEntry, number>();

  constructor(key: PartitionKey | null) {
    this.key = key;
  }

  has(plain: PlainValue): boolean {
    return (this.entries.get(plain)?.count ?? 0) > 0;
  }

  /** `value`: asked for once, for a value that is new. */
  add(slot: number, plain: PlainValue, value: () => unknown): KeyEntry {
    this.slots.add(slot);
    let entry = this.entries.get(plain);
    if (entry === undefined) this.entries.set(plain, (entry = { plain, value: value(), count: 0 }));
    this.touch(entry);
    entry.count++;
    return entry;
  }

  drop(entry: KeyEntry, slot: number): void {
    this.slots.delete(slot);
    this.touch(entry);
    entry.count--;
  }

  get isTouched(): boolean {
    return this.touched.size > 0;
  }

  /** Ends a record, or the first filling: what turned is in `turned`, what no row gives is forgotten. */
  settle(): void {
    this.turned.length = 0;
    for (const [entry, before] of this.touched) {
      if (before > 0 !== entry.count > 0) this.turned.push(entry);
      if (entry.count === 0) this.entries.delete(entry.plain);
    }
    this.touched.clear();
  }

  private touch(entry: KeyEntry): void {
    if (!this.touched.has(entry)) this.touched.set(entry, entry.count);
  }
}
