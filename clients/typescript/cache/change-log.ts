import type { CachedRow } from './cached-row.ts';
import type { CachedTable } from './cached-table.ts';
import type { ChangeCause, RowChange } from './row-change.ts';
import type { Row } from './row.ts';
import type { Key } from './value-key.ts';

/**
 * What one section did to the cached rows. `touch` comes before each real change of a row; `take` gives the net changes in the
 * order of these first touches: what came and went is silent, a delete and an insert under one key are one update, and a
 * row that ends as it was keeps its object.
 */
export class ChangeLog {
  #section = 1;
  #touched: Touch[] = [];

  /** Number of the section that is being applied. */
  get section(): number {
    return this.#section;
  }

  touch(table: CachedTable, entry: CachedRow, cause: ChangeCause): void {
    if (entry.changedIn === this.#section) {
      entry.changeCount++;
      return;
    }
    entry.changedIn = this.#section;
    entry.changeCount = 1;
    this.#touched.push({ table, entry, before: entry.row, said: null, cause, successor: null, isFused: false });
  }

  /** Adds what stands for itself: an event row, a count of missed events. */
  say(said: RowChange): void {
    const { table } = said;
    this.#touched.push({ table, entry: null, before: null, said, cause: 'news', successor: null, isFused: false });
  }

  /** Ends the section. */
  take(): RowChange[] {
    const touched = this.#touched;
    this.#touched = [];
    this.#section++;
    fuse(touched);
    const changes: RowChange[] = [];
    for (const touch of touched) if (!touch.isFused) settle(touch, changes);
    return changes;
  }
}

interface Touch {
  readonly table: CachedTable;
  /** Null exactly when `said` is there. */
  readonly entry: CachedRow | null;
  readonly before: Row | null;
  readonly said: RowChange | null;
  readonly cause: ChangeCause;
  /** The entry that came under the key of one that went. */
  successor: CachedRow | null;
  /** Told of by the touch that it succeeds. */
  isFused: boolean;
}

/** Joins each row that came with one that went under the same key. */
function fuse(touched: readonly Touch[]): void {
  let gone: Map<CachedTable, Map<Key, Touch[]>> | null = null;
  for (const touch of touched) {
    if (touch.before === null || touch.entry?.row !== null) continue;
    gone ??= new Map();
    let byKey = gone.get(touch.table);
    if (byKey === undefined) gone.set(touch.table, (byKey = new Map()));
    const key = touch.table.keyOf(touch.before);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [touch]);
    else same.push(touch);
  }
  if (gone === null) return;
  for (const touch of touched) {
    const row = touch.entry?.row ?? null;
    if (touch.before !== null || row === null) continue;
    const left = gone.get(touch.table)?.get(touch.table.keyOf(row))?.shift();
    if (left === undefined) continue;
    left.successor = touch.entry;
    touch.isFused = true;
  }
}

function settle(touch: Touch, changes: RowChange[]): void {
  const { table, before, cause } = touch;
  if (touch.said !== null) {
    changes.push(touch.said);
    return;
  }
  const entry = touch.successor ?? touch.entry;
  const row = entry?.row ?? null;
  if (entry === null || before === row) return;
  if (before === null) {
    changes.push({ kind: 'insert', table, row: row as Row, cause });
  } else if (row === null) {
    changes.push({ kind: 'delete', table, row: before, cause, reason: entry.isDeleted ? 'deleted' : 'outOfView' });
  } else if ((touch.successor !== null || entry.changeCount > 1) && table.isEqual(before, row)) {
    entry.row = before;
  } else if (table.hasPrimaryKey) {
    changes.push({ kind: 'update', table, before, row, cause });
  } else {
    changes.push(
      { kind: 'delete', table, row: before, cause, reason: 'deleted' },
      { kind: 'insert', table, row, cause },
    );
  }
}
