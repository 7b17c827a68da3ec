import { CHANGE_UPDATE, type TableChange, type TableView } from '../store/index.ts';
import type { TickChanges } from './own-tables.ts';
import { type KeyEntry, KeySet } from './key-set.ts';
import { areSameKeys, KeyReader, type PartitionKey } from './partition-key.ts';
import { forEachWithKey } from './partition-rule.ts';
import { PlainColumn } from './plain-column.ts';
import type { SlotPredicate } from './slot-predicate.ts';

/** Which rows of a table give which values: what tells one key set from another, apart from its key. */
export interface KeySource {
  readonly view: TableView;
  /** Column whose values the sets hold; a key column (see isKeyColumn). */
  readonly column: number;
  /** Columns, ascending, whose values lead to the set. */
  readonly keyColumns: readonly number[];
  readonly residual: SlotPredicate | null;
  /** Equal for equal sources. */
  readonly text: string;
}

export function keySource(
  view: TableView,
  column: number,
  keyColumns: readonly number[],
  residual: SlotPredicate | null,
): KeySource {
  const text = `${view.position} ${column} [${keyColumns.join(' ')}] ${residual?.text ?? ''}`;
  return { view, column, keyColumns, residual, text };
}

/** All key sets in use. A changed row of a table costs a look for each source on it, however many sets there are. */
export class KeyBook {
  /** By the source's text. */
  private readonly groups = new Map<string, KeyGroup>();
  /** Sets in which values came or left with the last record. */
  readonly changedSets: KeySet[] = [];

  get setCount(): number {
    let count = 0;
    for (const group of this.groups.values()) count += group.setCount;
    return count;
  }

  /** The set of a key, filled from the rows as they are now when nobody used it. Each use ends with `release`. */
  acquire(source: KeySource, key: PartitionKey | null): KeySet {
    let group = this.groups.get(source.text);
    if (group === undefined) this.groups.set(source.text, (group = new KeyGroup(source)));
    const set = group.open(key);
    set.useCount++;
    return set;
  }

  release(source: KeySource, set: KeySet): void {
    if (--set.useCount > 0) return;
    const group = this.groups.get(source.text)!;
    group.close(set);
    if (group.setCount === 0) this.groups.delete(source.text);
  }

  /** Takes in a record; afterwards `changedSets` tells of it, and so does `turned` of each of them. */
  takeRecord(record: TickChanges): void {
    const { changedSets } = this;
    if (changedSets.length > 0) {
      for (const set of changedSets) set.turned.length = 0;
      changedSets.length = 0;
    }
    if (this.groups.size === 0) return;
    for (const group of this.groups.values()) {
      const change = record.tables.find(({ position }) => position === group.source.view.position);
      if (change !== undefined) group.takeChanges(change, changedSets);
    }
  }
}

/** The key sets of one source. It remembers of each row that gives a value which set and which value. */
class KeyGroup {
  readonly source: KeySource;
  setCount = 0;
  private readonly keyReader: KeyReader | null;
  private readonly values: PlainColumn;
  private readonly byHash = new Map<number, KeySet>();
  private readonly givenBy = new Map<number, { readonly set: KeySet; readonly entry: KeyEntry }>();

  constructor(source: KeySource) {
    this.source = source;
    const { view, keyColumns, column } = source;
    this.keyReader = keyColumns.length === 0 ? null : new KeyReader(keyColumns, view.plan.columns);
    this.values = new PlainColumn(view, column);
  }

  open(key: PartitionKey | null): KeySet {
    const hash = key?.hash ?? 0;
    let known = this.byHash.get(hash) ?? null;
    while (known !== null && !isOf(known, key)) known = known.nextOfHash;
    if (known !== null) return known;
    const set = new KeySet(key);
    set.nextOfHash = this.byHash.get(hash) ?? null;
    this.byHash.set(hash, set);
    this.setCount++;
    const { view, keyColumns } = this.source;
    forEachWithKey(view, keyColumns, key, (slot) => {
      if (this.setOf(slot) === set) this.give(slot, set);
    });
    set.settle();
    set.turned.length = 0;
    return set;
  }

  close(set: KeySet): void {
    this.setCount--;
    for (const slot of set.slots) this.givenBy.delete(slot);
    const hash = set.key?.hash ?? 0;
    let before = this.byHash.get(hash)!;
    if (before === set) {
      if (set.nextOfHash === null) this.byHash.delete(hash);
      else this.byHash.set(hash, set.nextOfHash);
      return;
    }
    while (before.nextOfHash !== set) before = before.nextOfHash!;
    before.nextOfHash = set.nextOfHash;
  }

  takeChanges(change: TableChange, changed: KeySet[]): void {
    const { view } = this.source;
    const dirty: KeySet[] = [];
    for (let i = 0; i < change.count; i++) {
      if (change.ops[i] === CHANGE_UPDATE && !this.isConcerned(change, i)) continue;
      const slot = change.slots[i]!;
      const given = this.givenBy.get(slot);
      if (given !== undefined) {
        if (!given.set.isTouched) dirty.push(given.set);
        given.set.drop(given.entry, slot);
        this.givenBy.delete(slot);
      }
      const set = view.live[slot] === 1 ? this.setOf(slot) : null;
      if (set === null) continue;
      if (!set.isTouched) dirty.push(set);
      this.give(slot, set);
    }
    for (const set of dirty) {
      set.settle();
      if (set.turned.length > 0) changed.push(set);
    }
  }

  private isConcerned({ masks, maskWords }: TableChange, i: number): boolean {
    const { column, keyColumns, residual } = this.source;
    const isChanged = (c: number): boolean => (masks[i * maskWords + (c >> 5)]! & (1 << (c & 31))) !== 0;
    return isChanged(column) || keyColumns.some(isChanged) || (residual?.columns.some(isChanged) ?? false);
  }

  private give(slot: number, set: KeySet): void {
    const { view, column } = this.source;
    this.givenBy.set(slot, { set, entry: set.add(slot, this.values.at(slot), () => view.valueAt(column, slot)) });
  }

  /** The set in use that the row as it is gives its value to, or null. */
  private setOf(slot: number): KeySet | null {
    const { view, residual } = this.source;
    let set = this.byHash.get(this.keyReader?.read(view, slot) ?? 0) ?? null;
    while (set !== null && set.key !== null && !this.keyReader!.isAt(set.key)) set = set.nextOfHash;
    return set === null || (residual !== null && !residual.holds(slot)) ? null : set;
  }
}

function isOf(set: KeySet, key: PartitionKey | null): boolean {
  return key === null || areSameKeys(set.key!, key);
}
