import type { LeaveReason } from '../cache/row-change.ts';
import type { Row } from '../cache/row.ts';
import type { QueryCallbacks } from './query-callbacks.ts';
import { PENDING, type QuerySnapshot } from './query-snapshot.ts';

/**
 * The rows of one query, kept by what changes and not looked for anew: a change of one row among n copies n references and nothing else. Rows
 * stand in the order of their arrival, and a row that changes keeps its place. Rows are told apart by object identity, which the cache keeps
 * while they are unchanged. What is told twice counts once, since rows may be looked up in the midst of a step that tells of them afterwards.
 */
export class QueryRows {
  readonly #matches: (row: Row) => boolean;
  readonly #places = new Map<Row, number>();
  #snapshot = PENDING;
  #isReady = false;
  /** The rows of the next snapshot, null for one that has left; null: they are those of this one. */
  #next: (Row | null)[] | null = null;
  #hasGaps = false;
  #told: ((callbacks: QueryCallbacks<Row>) => void)[] = [];

  constructor(matches: (row: Row) => boolean) {
    this.#matches = matches;
  }

  get snapshot(): QuerySnapshot {
    return this.#snapshot;
  }

  /** Takes in rows that are in the cache already. They are told to nobody. */
  load(rows: Iterable<Row>): void {
    for (const row of rows) this.#add(row);
    this.#told = [];
    this.flush();
  }

  /** True: the row is new here. */
  insert(row: Row): boolean {
    if (!this.#add(row)) return false;
    this.#told.push(({ onInsert }) => onInsert?.(row));
    return true;
  }

  delete(row: Row, reason: LeaveReason): boolean {
    if (!this.#remove(row)) return false;
    this.#told.push(({ onDelete }) => onDelete?.(row, reason));
    return true;
  }

  update(before: Row, after: Row): boolean {
    const place = this.#places.get(before);
    if (place === undefined) return this.insert(after);
    if (!this.#matches(after)) return this.delete(before, 'outOfView');
    this.#places.delete(before);
    this.#places.set(after, place);
    this.#draft()[place] = after;
    this.#told.push(({ onUpdate }) => onUpdate?.(before, after));
    return true;
  }

  /** A row of an event table: it is told of, and not kept. */
  pass(row: Row): boolean {
    if (!this.#matches(row)) return false;
    this.#told.push(({ onInsert }) => onInsert?.(row));
    return true;
  }

  /** Its first rows have all come. */
  ready(): void {
    this.#isReady = true;
    this.flush();
  }

  /** Ends a step: makes the snapshot of what has changed. */
  flush(): void {
    const [rows, wasReady] = this.#snapshot;
    if (this.#next === null && wasReady === this.#isReady) return;
    this.#snapshot = [this.#next === null ? rows : this.#settled(), this.#isReady];
  }

  /** What the step is to be told as, in its order; each is to be called for each watcher. */
  takeTold(): readonly ((callbacks: QueryCallbacks<Row>) => void)[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  #add(row: Row): boolean {
    if (this.#places.has(row) || !this.#matches(row)) return false;
    this.#places.set(row, this.#draft().push(row) - 1);
    return true;
  }

  #remove(row: Row): boolean {
    const place = this.#places.get(row);
    if (place === undefined) return false;
    this.#places.delete(row);
    this.#draft()[place] = null;
    this.#hasGaps = true;
    return true;
  }

  #draft(): (Row | null)[] {
    return (this.#next ??= this.#snapshot[0].slice());
  }

  #settled(): readonly Row[] {
    let rows = this.#next as Row[];
    this.#next = null;
    if (this.#hasGaps) {
      this.#hasGaps = false;
      rows = rows.filter((row) => row !== null);
      rows.forEach((row, place) => this.#places.set(row, place));
    }
    return rows;
  }
}
