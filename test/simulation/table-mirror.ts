import { assert } from '@tickbase/base';
import type { LeaveReason } from '@tickbase/client';
import { quantizeToInteger } from '@tickbase/protocol';
import { equalValues } from '@tickbase/schema/values';
import { objectOf } from './object-of.ts';
import { type PlainRow, seenRowOf } from './plain-row.ts';
import type { PlainTable } from './plain-table.ts';
import type { Moment, OwnWrite, SessionView, TableState, Truth } from './truth.ts';
import { valueText } from './value-text.ts';
import type { WalkCoverage } from './walk-coverage.ts';

type Row = Readonly<Record<string, unknown>>;

interface Mirrored {
  readonly table: PlainTable;
  readonly key: string;
  row: Row;
  /** The version of the oracle's row that it was found equal to; null: not compared yet. */
  plain: PlainRow | null;
  /** Versions whose exact values the server may have sent. */
  exact: readonly PlainRow[];
}

/** A section that a client has applied, and what it must hold now. */
export interface AppliedFrame {
  readonly truth: Truth;
  readonly moment: Moment;
  readonly view: SessionView;
  /** The frame before of the same session; null: this is the first. */
  readonly before: { readonly view: SessionView; readonly tick: number } | null;
  /** The frame before is not older than the server's rings of leaves. */
  readonly isCaughtUp: boolean;
  /** Rows of the session before may still be here. */
  readonly mayBeStale: boolean;
}

interface Departure {
  readonly gone: Mirrored;
  readonly reason: LeaveReason;
}

/**
 * One table of a client as its callbacks have told it, replayed row by row. After each applied section it must hold just the objects
 * that the cache holds, and these must be what the oracle says.
 */
export class TableMirror {
  readonly table: PlainTable;
  readonly #coverage: WalkCoverage;
  readonly #isKeyed: boolean;
  readonly #isStreamed: boolean;
  readonly #byRow = new Map<Row, Mirrored>();
  /** Of tables with a primary key. */
  readonly #byKey = new Map<string, Mirrored>();
  #departures: Departure[] = [];
  #events: Row[] = [];
  #missedCount = 0;
  /** Rows of a lost session that were neither sent again nor swept. */
  #stale = new Set<Mirrored>();
  /** The last comparison was with this, and nothing has been told since. */
  #compared: {
    readonly state: TableState;
    readonly sets: SessionView['sets'];
    readonly areas: SessionView['areas'];
  } | null = null;

  constructor(table: PlainTable, coverage: WalkCoverage) {
    this.table = table;
    this.#coverage = coverage;
    this.#isKeyed = table.plan.primaryKey !== null;
    this.#isStreamed = table.plan.columns.some(({ quantize }) => quantize !== null);
  }

  get size(): number {
    return this.#byRow.size;
  }

  // What the callbacks say.

  inserted(row: Row): void {
    this.#coverage.callbacks++;
    this.#compared = null;
    if (this.table.plan.isEvent) {
      this.#events.push(row);
      return;
    }
    const key = this.#keyOf(row);
    if (this.#byRow.has(row)) this.#fail(key, 'is inserted twice');
    if (this.#isKeyed && this.#byKey.has(key)) this.#fail(key, 'is inserted while it is there');
    this.#add({ table: this.table, key, row, plain: null, exact: [] });
  }

  updated(before: Row, row: Row): void {
    this.#coverage.callbacks++;
    this.#compared = null;
    const mirrored = this.#byRow.get(before);
    const key = this.#keyOf(row);
    if (mirrored === undefined) return this.#fail(key, 'is updated from a row that is not there');
    if (mirrored.key !== key) this.#fail(key, `is updated from ${mirrored.key}`);
    if (this.#areEqual(before, row)) this.#fail(key, `is updated without a difference: ${valueText(row)}`);
    this.#byRow.delete(before);
    this.#stale.delete(mirrored);
    mirrored.row = row;
    mirrored.plain = mirrored.plain === null ? null : { ...mirrored.plain, seen: NEVER_SEEN };
    this.#byRow.set(row, mirrored);
  }

  deleted(row: Row, reason: LeaveReason): void {
    this.#coverage.callbacks++;
    this.#compared = null;
    const mirrored = this.#byRow.get(row);
    if (mirrored === undefined) return this.#fail(this.#keyOf(row), 'is deleted and was not there');
    this.#byRow.delete(row);
    if (this.#isKeyed) this.#byKey.delete(mirrored.key);
    if (this.#stale.delete(mirrored)) this.#coverage.staleRowsSwept++;
    else this.#departures.push({ gone: mirrored, reason });
  }

  missed(count: number): void {
    this.#missedCount += count;
  }

  /** A session without a past begins: what is here waits to be sent again. */
  sessionLost(): void {
    this.#compared = null;
    this.#stale = new Set(this.#byRow.values());
    this.#coverage.staleRowsKept += this.#stale.size;
    this.#departures = [];
  }

  // What must be.

  /** The cache holds just the objects that the callbacks have told of. */
  compareWithCache(rows: Iterable<Row>): void {
    let count = 0;
    for (const row of rows) {
      if (!this.#byRow.has(row)) this.#fail(this.#keyOf(row), 'is cached and no callback told of it');
      count++;
    }
    if (count === this.#byRow.size) return;
    this.#fail('', `${count} rows are cached, the callbacks make ${this.#byRow.size}`);
  }

  compareWithTruth(frame: AppliedFrame): void {
    if (this.#departures.length > 0) this.#checkDepartures(frame);
    if (this.#isKeyed) this.#compareKeyed(frame);
    else this.#compareUnkeyed(frame);
    const { sets, areas } = frame.view;
    this.#compared = { state: frame.moment.tables[this.table.position]!, sets, areas };
  }

  /** The comparison with this frame would be the last one over again. */
  isAsCompared({ moment, view }: AppliedFrame): boolean {
    const last = this.#compared;
    if (last === null || last.sets !== view.sets) return false;
    return last.state === moment.tables[this.table.position] && last.areas === view.areas;
  }

  #compareKeyed({ truth, moment, view, mayBeStale }: AppliedFrame): void {
    const { spatial, visibleToColumn } = this.table.plan;
    let count = 0;
    for (const [row] of truth.visible(moment, view, this.table.position)) {
      count++;
      const mirrored = this.#byKey.get(row.key);
      if (mirrored === undefined) return this.#fail(row.key, 'is missing', row);
      if (mirrored.plain?.seen !== row.seen) this.#compareRow(mirrored, row);
      mirrored.plain = row;
      if (mayBeStale) this.#stale.delete(mirrored);
    }
    this.#coverage.rowsCompared += count;
    if (spatial?.kind === 'follows') this.#coverage.followersSeen += count;
    if (visibleToColumn !== null) this.#coverage.ownRowsVisible += count;
    if (count === this.#byKey.size) return;
    const expected = new Set(Array.from(truth.visible(moment, view, this.table.position), ([{ key }]) => key));
    for (const mirrored of this.#byKey.values()) {
      if (expected.has(mirrored.key) || (mayBeStale && this.#stale.has(mirrored))) continue;
      this.#fail(mirrored.key, `should not be there: ${valueText(mirrored.row)}`);
    }
  }

  #compareUnkeyed({ truth, moment, view, mayBeStale }: AppliedFrame): void {
    const { plan, position } = this.table;
    const expected = new Map<string, number>();
    for (const [row] of truth.visible(moment, view, position)) {
      const text = this.#seenText(objectOf(plan, row.seen.values));
      expected.set(text, (expected.get(text) ?? 0) + 1);
      this.#coverage.rowsCompared++;
    }
    for (const mirrored of this.#byRow.values()) {
      const text = this.#seenText(mirrored.row);
      const left = expected.get(text) ?? 0;
      if (left > 0) {
        expected.set(text, left - 1);
        this.#stale.delete(mirrored);
      } else if (!(mayBeStale && this.#stale.has(mirrored))) this.#fail('', `should not be there: ${text}`);
    }
    for (const [text, left] of expected) if (left > 0) this.#fail('', `is missing: ${text}`);
  }

  #compareRow(mirrored: Mirrored, row: PlainRow): void {
    const { columns } = this.table.plan;
    for (let c = 0; c < columns.length; c++) {
      const { accessor, type, quantize } = columns[c]!;
      const held = mirrored.row[accessor];
      const seen = row.seen.values[c];
      if (equalValues(type, held, seen)) continue;
      const isExact =
        quantize !== null &&
        quantizeToInteger(quantize, held as number) === quantizeToInteger(quantize, row.values[c] as number) &&
        mirrored.exact.some(({ values }) => values[c] === held);
      if (!isExact) this.#fail(row.key, `column ${accessor}: expected ${valueText(seen)}, actual ${valueText(held)}`);
    }
  }

  /** Rows that the client's own calls wrote up to here may be exact, and those that it saw all the time must be. */
  noteOwnWrites(moment: Moment, writes: readonly OwnWrite[]): Mirrored[] {
    if (!this.#isStreamed || !this.#isKeyed) return [];
    const due: Mirrored[] = [];
    for (const { key, life, isDue } of writes) {
      const mirrored = this.#byKey.get(key);
      const row = mirrored && moment.tables[this.table.position]!.rows.find((candidate) => candidate.life === life);
      if (mirrored === undefined || row === undefined) continue;
      mirrored.exact = [row, ...mirrored.exact.slice(0, EXACT_KEPT)];
      if (isDue) due.push(mirrored);
    }
    return due;
  }

  checkExact(due: readonly Mirrored[]): void {
    for (const mirrored of due) {
      const row = mirrored.exact[0]!;
      if (this.#byKey.get(mirrored.key) !== mirrored) continue;
      this.table.plan.columns.forEach(({ accessor, type }, c) => {
        if (equalValues(type, mirrored.row[accessor], row.values[c])) return;
        const [expected, actual] = [valueText(row.values[c]), valueText(mirrored.row[accessor])];
        this.#fail(row.key, `column ${accessor} of an own write: expected exactly ${expected}, actual ${actual}`);
      });
      this.#coverage.ownRowsExact++;
    }
  }

  /** Leaves say whether the row is no more or out of view. */
  #checkDepartures({ truth, moment, view, before, isCaughtUp }: AppliedFrame): void {
    const departures = this.#departures;
    this.#departures = [];
    if (!this.#isKeyed || before === null) return;
    const { rows } = moment.tables[this.table.position]!;
    const lives = new Set(rows.map(({ life }) => life));
    const keys = new Set(rows.map(({ key }) => key));
    for (const { gone, reason } of departures) {
      if (gone.plain === null) continue;
      const isAlive = lives.has(gone.plain.life);
      this.#coverage[isAlive ? 'rowsOutOfView' : 'rowsDespawned']++;
      if (this.#crossedSince(truth, gone.plain, before.tick, moment.tick)) this.#coverage.leavesInTransit++;
      if (isAlive && reason === 'deleted') this.#fail(gone.key, 'left as deleted and lives on');
      // Of a key that was made again the client may have met the new row in the same step, and that one is out of its view.
      if (isAlive || reason === 'deleted' || !isCaughtUp || keys.has(gone.key)) continue;
      if (this.#wasWatchedAllTheTime(truth, gone.plain, before, view)) {
        this.#fail(gone.key, 'left as out of view and is no more');
      }
    }
  }

  /** Some set that held the row at the frame before still stands, and with it the row's cell. */
  #wasWatchedAllTheTime(
    truth: Truth,
    row: PlainRow,
    before: { view: SessionView; tick: number },
    view: SessionView,
  ): boolean {
    const { rows, cells } = truth.at(before.tick).tables[this.table.position]!;
    const place = rows.findIndex(({ life }) => life === row.life);
    if (place < 0) return false;
    const cell = cells[place]!;
    const lasting = { ...before.view, sets: before.view.sets.filter((set) => view.sets.includes(set)) };
    return truth.questionsOf(lasting, this.table.position).some((question) => {
      if (!truth.isSeenBy(question, rows[place]!.seen, cell, before.view)) return false;
      if (question.area === null) return true;
      const heldSince = view.areas.get(question.area.key)?.heldSince.get(cell!);
      return heldSince !== undefined && heldSince <= before.tick;
    });
  }

  #crossedSince(truth: Truth, row: PlainRow, from: number, to: number): boolean {
    if (this.table.plan.spatial === null) return false;
    const cells = new Set<string | null>();
    for (const { tables } of truth.between(from - 1, to)) {
      const state = tables[this.table.position]!;
      const place = state.rows.findIndex(({ life }) => life === row.life);
      if (place >= 0) cells.add(state.cells[place]!);
    }
    return cells.size > 1;
  }

  takeEvents(): { readonly rows: readonly Row[]; readonly missedCount: number } {
    const taken = { rows: this.#events, missedCount: this.#missedCount };
    if (this.#events.length > 0) this.#events = [];
    this.#missedCount = 0;
    return taken;
  }

  #add(mirrored: Mirrored): void {
    this.#byRow.set(mirrored.row, mirrored);
    if (this.#isKeyed) this.#byKey.set(mirrored.key, mirrored);
  }

  #keyOf(row: Row): string {
    const { columns } = this.table.plan;
    return this.table.keyColumns.map((c) => valueText(row[columns[c]!.accessor])).join(' ');
  }

  /** The row as text, quantized values as such: what the client wrote itself it may hold exactly. */
  #seenText(row: Row): string {
    const { plan } = this.table;
    const values = plan.columns.map(({ accessor }) => row[accessor]);
    return this.#isStreamed ? valueText(seenRowOf(plan, values, null).values) : valueText(values);
  }

  #areEqual(a: Row, b: Row): boolean {
    return this.table.plan.columns.every(({ accessor, type }) =>
      typeof a[accessor] === 'number'
        ? Object.is(a[accessor], b[accessor])
        : equalValues(type, a[accessor], b[accessor]),
    );
  }

  #fail(key: string, what: string, expected: PlainRow | null = null): never {
    const more = expected === null ? '' : `: ${valueText(objectOf(this.table.plan, expected.seen.values))}`;
    assert(false, `table ${this.table.plan.name}, key ${key}: ${what}${more}`);
  }
}

const NEVER_SEEN = { values: [], answers: [] };
const EXACT_KEPT = 5;
