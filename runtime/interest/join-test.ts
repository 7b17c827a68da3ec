import { assert } from '@tickbase/base';
import type { KeyBook, KeySource } from './key-book.ts';
import type { KeySet } from './key-set.ts';
import type { PartitionKey } from './partition-key.ts';
import { PlainColumn } from './plain-column.ts';
import type { SlotPredicate } from './slot-predicate.ts';
import type { TableView } from '../store/index.ts';

/** Whether a row's column has one of the values of a key set. Works while it is bound. */
export class JoinTest {
  readonly column: number;
  readonly text: string;
  private readonly source: KeySource;
  private readonly key: PartitionKey | null;
  private readonly values: PlainColumn;
  private set: KeySet | null = null;
  private boundCount = 0;

  constructor(view: TableView, column: number, source: KeySource, key: PartitionKey | null, keyText: string) {
    this.column = column;
    this.source = source;
    this.key = key;
    this.values = new PlainColumn(view, column);
    this.text = `${column} in (${source.text} | ${keyText})`;
  }

  /** As often as `unbind`. */
  bind(book: KeyBook): void {
    if (this.boundCount++ === 0) this.set = book.acquire(this.source, this.key);
  }

  unbind(book: KeyBook): void {
    if (--this.boundCount > 0) return;
    book.release(this.source, this.set!);
    this.set = null;
  }

  /** Its set; the same object for all tests of the same text. */
  get keys(): KeySet {
    assert(this.set !== null, 'a join is tested while it is bound');
    return this.set;
  }

  holds(slot: number): boolean {
    return this.keys.has(this.values.at(slot));
  }
}

/** What holds where both do. */
export function joinedPredicate(predicate: SlotPredicate | null, join: JoinTest): SlotPredicate {
  const columns = new Set([...(predicate?.columns ?? []), join.column]);
  return {
    text: `${predicate?.text ?? ''} ${join.text}`,
    columns: [...columns].sort((a, b) => a - b),
    join,
    holds: (slot) => (predicate === null || predicate.holds(slot)) && join.holds(slot),
  };
}
