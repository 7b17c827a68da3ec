import { assert } from '@tickbase/base';
import type { LeaveReason } from '@tickbase/client';
import { quantizeToInteger } from '@tickbase/protocol';
import { shownTable, type TablePlan } from '@tickbase/schema/plan';
import { equalValues } from '@tickbase/schema/values';
import type { FrameLag } from './lag-rules.ts';
import { objectOf } from './object-of.ts';
import { OwnedTable } from './owned-table.ts';
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
  /** `plain` is of this tick, or looked the same then. */
  tick: number;
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
  /** What may be older than the frame; null: nothing. */
  readonly lag: FrameLag | null;
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
  /** What the client knows of it. */
  readonly #plan: TablePlan;
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
  /** By key, of rows that the client's own calls wrote: versions whose exact values the server may have sent. */
  readonly #exact = new Map<string, readonly PlainRow[]>();
  #isExactLate = false;
  /** Rows inserted since the last comparison: they came with the frame, and are as old as it is. */
  readonly #fresh = new Set<Mirrored>();
  /** By key, of rows that were not as in the frame: in how many frames so far. */
  #late = new Map<string, number>();
  /** By key, of rows that went while they were in view: when. */
  readonly #departedAt = new Map<string, number>();
  /** The last comparison was with this, and nothing has been told since. */
  #compared: {
    readonly state: TableState;
    readonly sets: SessionView['sets'];
    readonly areas: SessionView['areas'];
  } | null = null;

  constructor(table: PlainTable, coverage: WalkCoverage) {
    this.table = table;
    this.#plan = shownTable(table.plan);
    this.#coverage = coverage;
    this.#isKeyed = table.plan.primaryKey !== null;
    this.#isStreamed = this.#plan.columns.some(({ quantize }) => quantize !== null);
  }

  get size(): number {
    return this.#byRow.size;
  }

  /** Rows that were older than the last frame, or that the client did not have. */
  get lateCount(): number {
    return this.#late.size;
  }

  /** Of these, those that it had. */
  get heldLateCount(): number {
    let count = 0;
    for (const key of this.#late.keys()) if (this.#byKey.has(key)) count++;
    return count;
  }

  /** The client did not have it in its last frame, although it was in view. */
  isToCome(key: string): boolean {
    return this.#late.has(key) && !this.#byKey.has(key);
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
    const mirrored: Mirrored = { table: this.table, key, row, plain: null, tick: 0 };
    this.#add(mirrored);
    this.#fresh.add(mirrored);
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
    this.#late.clear();
    this.#departedAt.clear();
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
    this.#fresh.clear();
    if (!frame.mayBeStale) this.#stale.clear();
    const { sets, areas } = frame.view;
    this.#compared = { state: frame.moment.tables[this.table.position]!, sets, areas };
  }

  /** The comparison with this frame would be the last one over again. */
  isAsCompared({ truth, moment, view }: AppliedFrame): boolean {
    const last = this.#compared;
    if (truth.questionsOf(view, this.table.position).some(({ isJoined }) => isJoined)) return false;
    if (last === null || last.sets !== view.sets || this.#late.size > 0) return false;
    return last.state === moment.tables[this.table.position] && last.areas === view.areas;
  }

  #compareKeyed(frame: AppliedFrame): void {
    const { truth, moment, view, mayBeStale, lag } = frame;
    const { spatial, visibleToColumn } = this.table.plan;
    const { tick } = moment;
    const late: string[] = [];
    let count = 0;
    for (const [row, cell] of truth.visible(moment, view, this.table.position)) {
      const mirrored = this.#byKey.get(row.key);
      if (mirrored === undefined) {
        if (!this.#mayComeLater(frame, row, cell)) return this.#fail(row.key, 'is missing', row);
        late.push(row.key);
        continue;
      }
      count++;
      const column = mirrored.plain?.seen === row.seen ? -1 : this.#differingColumn(mirrored, row);
      if (column < 0) {
        mirrored.plain = row;
        mirrored.tick = tick;
        // While pages wait for bytes a stale row may be as it should by chance.
        if (mayBeStale && lag?.rules.isShort !== true) this.#stale.delete(mirrored);
      } else if (this.#isOfOlderPage(frame, mirrored, cell)) late.push(row.key);
      else return this.#failAt(column, mirrored, row);
    }
    this.#coverage.rowsCompared += count;
    if (spatial?.kind === 'follows') this.#coverage.followersSeen += count;
    if (visibleToColumn !== null) this.#coverage.ownRowsVisible += count;
    if (this.table instanceof OwnedTable) this.#coverage.ownersRowsSeen += count;
    if (count < this.#byKey.size) {
      const expected = new Set(Array.from(truth.visible(moment, view, this.table.position), ([{ key }]) => key));
      for (const mirrored of this.#byKey.values()) {
        if (expected.has(mirrored.key) || (mayBeStale && this.#stale.has(mirrored))) continue;
        if (!this.#isKeptByOlderPage(frame, mirrored)) {
          this.#fail(mirrored.key, `should not be there: ${valueText(mirrored.row)}`);
        }
        late.push(mirrored.key);
      }
    }
    if (late.length > 0 || this.#late.size > 0) this.#noteLate(late, lag!);
  }

  // Rows of pages that are older than the frame.

  /** The client lacks a row that is in view: its page has not come, or is older than the row's being there. */
  #mayComeLater({ truth, moment, view, lag }: AppliedFrame, { key }: PlainRow, cell: string | null): boolean {
    const { position } = this.table;
    if (lag?.mayCellLag(position, cell) !== true) return false;
    this.#coverage.rowsToComeLater++;
    if (lag.rules.isShort) return true;
    const ticks = lag.allTicks(position, cell!);
    const isInAll = ticks.every(
      (tick) => tick === moment.tick || truth.seenAt(tick, view, position, key)?.[1] === cell,
    );
    return ticks.length === 0 || !isInAll || (this.#departedAt.get(key) ?? -1) > Math.min(...ticks);
  }

  /** A row in view has other values than in the frame: it must be what it was when the client was told of its page last. */
  #isOfOlderPage(frame: AppliedFrame, mirrored: Mirrored, cell: string | null): boolean {
    const { truth, view, lag, mayBeStale } = frame;
    const { position } = this.table;
    if (lag === null || !lag.rules.mayTableLag(position)) return false;
    if (mayBeStale && lag.rules.isShort && this.#stale.has(mirrored)) return true;
    if (this.#fresh.has(mirrored)) return false;
    const { key, plain } = mirrored;
    const oldTicks = lag.oldTicks(position);
    let newest = -1;
    const isAsIn = (tick: number): boolean => {
      const seen = truth.seenAt(tick, view, position, key);
      if (seen === null || oldTicks.get(seen[1]!)?.includes(tick) !== true) return false;
      newest = Math.max(newest, tick);
      if (this.#differingColumn(mirrored, seen[0]) >= 0) return false;
      mirrored.plain = seen[0];
      mirrored.tick = Math.max(mirrored.tick, tick);
      return true;
    };
    const here = (cell === null ? undefined : oldTicks.get(cell)) ?? [];
    this.#coverage.rowsOfOlderPages++;
    if (here.some(isAsIn)) return true;
    // One page, and the row has been in it all the time: there is nothing else that it could be of.
    if (here.length === 1 && newest >= mirrored.tick && this.#hasStayed(frame, mirrored, newest)) return false;
    if (here.length === 0 && this.#wasToldNow(frame, mirrored, cell)) return false;
    // It is on the way to a page that has not come, or another page brought it further than this one; so it is as it was.
    if (plain !== null && plain.seen !== NEVER_SEEN && this.#differingColumn(mirrored, plain) < 0) return true;
    return [...new Set([...oldTicks.values()].flat())].some(isAsIn);
  }

  /** The row has stayed where it is, and the client was told of its cell with this frame. */
  #wasToldNow(frame: AppliedFrame, mirrored: Mirrored, cell: string | null): boolean {
    const { moment, lag } = frame;
    if (cell === null || !lag!.allTicks(this.table.position, cell).includes(moment.tick)) return false;
    return this.#hasStayed(frame, mirrored, moment.tick);
  }

  /** The row that is mirrored has been in one cell, and in what is asked for, up to this tick. */
  #hasStayed({ truth, view }: AppliedFrame, { key, tick, plain }: Mirrored, to: number): boolean {
    const { position } = this.table;
    const row = truth.rowAt(to, position, key);
    if (row === null || row.life !== plain?.life) return false;
    const way = truth.wayOf(position, key, tick, to);
    if (way.length > 1) return false;
    // A page of the cell may be of a query that does not ask for the row.
    if (!truth.questionsOf(view, position).every((asked) => truth.isSeenBy(asked, row.seen, way[0]!, view)))
      return false;
    return truth.isAskedAllTheTime(view, position, key, tick, to);
  }

  /** A row that is out of view or no more stays as long as no page says so: one in which it was, or to which it is on the way. */
  #isKeptByOlderPage({ truth, moment, view, lag, mayBeStale }: AppliedFrame, mirrored: Mirrored): boolean {
    const { position } = this.table;
    if (lag === null || !lag.rules.mayTableLag(position) || this.#fresh.has(mirrored)) return false;
    if (mayBeStale && lag.rules.isShort) return true;
    if (mirrored.plain?.seen === NEVER_SEEN) {
      // The last news of a page that ended with this frame, which another one still holds: it is of this tick.
      const row = truth.rowAt(moment.tick, position, mirrored.key);
      if (row === null || this.#differingColumn(mirrored, row) >= 0) return false;
      mirrored.plain = row;
      mirrored.tick = moment.tick;
    }
    const oldTicks = lag.oldTicks(position);
    let oldest = moment.tick;
    for (const ticks of oldTicks.values()) for (const tick of ticks) oldest = Math.min(oldest, tick);
    this.#coverage.rowsKeptByOlderPages++;
    for (const { tick } of truth.between(oldest - 1, moment.tick - 1)) {
      const seen = truth.seenAt(tick, view, position, mirrored.key);
      if (seen !== null && oldTicks.get(seen[1]!)?.some((told) => told <= tick) === true) return true;
    }
    return false;
  }

  #noteLate(keys: readonly string[], { rules }: FrameLag): void {
    const late = new Map<string, number>();
    for (const key of keys) {
      const frames = (this.#late.get(key) ?? 0) + 1;
      if (!rules.isShort && frames > rules.framesMax) this.#fail(key, `is behind for ${frames} frames`);
      late.set(key, frames);
    }
    for (const key of this.#late.keys()) if (!late.has(key)) this.#coverage.lateRowsHealed++;
    this.#late = late;
  }

  #compareUnkeyed({ truth, moment, view, mayBeStale }: AppliedFrame): void {
    const { position } = this.table;
    const expected = new Map<string, number>();
    for (const [row] of truth.visible(moment, view, position)) {
      const text = this.#seenText(objectOf(this.#plan, row.seen.values));
      expected.set(text, (expected.get(text) ?? 0) + 1);
      this.#coverage.rowsCompared++;
    }
    // A stale row with an exact value may look like one that has come anew beside it: that one is meant.
    const held = [...this.#byRow.values()];
    const isStale = (mirrored: Mirrored): boolean => mayBeStale && this.#stale.has(mirrored);
    const inOrder = mayBeStale ? [...held.filter((row) => !isStale(row)), ...held.filter(isStale)] : held;
    for (const mirrored of inOrder) {
      const text = this.#seenText(mirrored.row);
      const left = expected.get(text) ?? 0;
      if (left > 0) {
        expected.set(text, left - 1);
        this.#stale.delete(mirrored);
      } else if (!isStale(mirrored)) this.#fail('', `should not be there: ${text}`);
    }
    for (const [text, left] of expected) if (left > 0) this.#fail('', `is missing: ${text}`);
  }

  /** A column in which what is held is not what clients see of this version; -1: there is none. */
  #differingColumn(mirrored: Mirrored, row: PlainRow): number {
    const { columns } = this.#plan;
    for (let c = 0; c < columns.length; c++) {
      const { accessor, type, quantize } = columns[c]!;
      const held = mirrored.row[accessor];
      if (equalValues(type, held, row.seen.values[c])) continue;
      const isExact =
        quantize !== null &&
        quantizeToInteger(quantize, held as number) === quantizeToInteger(quantize, row.values[c] as number) &&
        this.#exactOf(row).some(({ values }) => values[c] === held);
      if (!isExact) return c;
    }
    return -1;
  }

  /** Versions of a row whose exact values the client may hold. An exact copy that waits for its page is of what the row has become. */
  #exactOf(row: PlainRow): readonly PlainRow[] {
    const noted = this.#exact.get(row.key);
    return noted === undefined ? [] : this.#isExactLate ? [row, ...noted] : noted;
  }

  #failAt(column: number, mirrored: Mirrored, row: PlainRow): never {
    const { accessor } = this.#plan.columns[column]!;
    const [expected, actual] = [row.seen.values[column], mirrored.row[accessor]].map(valueText);
    this.#fail(row.key, `column ${accessor}: expected ${expected}, actual ${actual}`);
  }

  /** Rows that the client's own calls wrote up to here may be exact, and those that it saw all the time must be. */
  noteOwnWrites({ moment, lag }: AppliedFrame, writes: readonly OwnWrite[]): Mirrored[] {
    if (!this.#isStreamed || !this.#isKeyed) return [];
    this.#isExactLate = lag?.rules.isShort === true;
    const due: Mirrored[] = [];
    for (const { key, life, isDue } of writes) {
      const mirrored = this.#byKey.get(key);
      const row = moment.tables[this.table.position]!.rows.find((candidate) => candidate.life === life);
      if (row === undefined || (mirrored === undefined && lag === null)) continue;
      this.#exact.set(key, [row, ...(this.#exact.get(key) ?? []).slice(0, EXACT_KEPT)]);
      if (mirrored === undefined) continue;
      // Of a key that was made again the client may have the old row still, on a page that has not come.
      if (isDue && (lag === null || mirrored.plain?.life === life)) due.push(mirrored);
    }
    return due;
  }

  checkExact({ truth, moment, view, lag }: AppliedFrame, due: readonly Mirrored[]): void {
    const { position } = this.table;
    for (const mirrored of due) {
      const row = this.#exact.get(mirrored.key)![0]!;
      if (this.#byKey.get(mirrored.key) !== mirrored) continue;
      const cell = lag && (truth.seenAt(moment.tick, view, position, mirrored.key)?.[1] ?? null);
      // It has gone to a cell that is left out of what the client is shown.
      if (lag?.rules.isCut === true && cell !== null && lag.allTicks(position, cell).length === 0) continue;
      this.#plan.columns.forEach(({ accessor, type }, c) => {
        if (equalValues(type, mirrored.row[accessor], row.values[c])) return;
        const [expected, actual] = [valueText(row.values[c]), valueText(mirrored.row[accessor])];
        this.#fail(row.key, `column ${accessor} of an own write: expected exactly ${expected}, actual ${actual}`);
      });
      this.#coverage.ownRowsExact++;
      if (cell !== null && lag!.oldTicks(position).has(cell)) this.#coverage.ownRowsOverOlderPages++;
    }
  }

  /** True when a row is held as this version of it, or as it was in `tick` or later. */
  holds(row: PlainRow, tick: number): boolean {
    const mirrored = this.#byKey.get(row.key);
    return mirrored !== undefined && (mirrored.tick >= tick || this.#differingColumn(mirrored, row) < 0);
  }

  /** Leaves say whether the row is no more or out of view. */
  #checkDepartures(frame: AppliedFrame): void {
    const { truth, moment, view, before, isCaughtUp, lag } = frame;
    const mayLag = lag?.rules.mayTableLag(this.table.position) === true;
    const departures = this.#departures;
    this.#departures = [];
    if (!this.#isKeyed || before === null) return;
    const { rows } = moment.tables[this.table.position]!;
    const lives = new Set(rows.map(({ life }) => life));
    const keys = new Set(rows.map(({ key }) => key));
    for (const { gone, reason } of departures) {
      if (mayLag) this.#departedAt.set(gone.key, moment.tick);
      if (gone.plain === null) continue;
      const isAlive = lives.has(gone.plain.life);
      this.#coverage[isAlive ? 'rowsOutOfView' : 'rowsDespawned']++;
      if (this.#crossedSince(truth, gone.plain, before.tick, moment.tick)) this.#coverage.leavesInTransit++;
      if (isAlive && reason === 'deleted') this.#fail(gone.key, 'left as deleted and lives on');
      if (isAlive && mayLag && isCaughtUp && this.#isStillToCome(frame, gone)) {
        this.#fail(gone.key, 'left, and has only gone to a page that is to come');
      }
      // Who dies on the way to a page that is to come is told of by no leave.
      if (mayLag) continue;
      // Of a key that was made again the client may have met the new row in the same step, and that one is out of its view.
      if (isAlive || reason === 'deleted' || !isCaughtUp || keys.has(gone.key)) continue;
      if (this.#wasWatchedAllTheTime(truth, gone.plain, before, view)) {
        this.#fail(gone.key, 'left as out of view and is no more');
      }
    }
  }

  /** The row went straight from its page to another that the client watches, and that has not been told of since: it should be in transit. */
  #isStillToCome({ truth, moment, view, before, lag }: AppliedFrame, gone: Mirrored): boolean {
    const { position } = this.table;
    if (lag!.rules.isShort || view.sets !== before!.view.sets) return false;
    const seen = truth.seenAt(moment.tick, view, position, gone.key);
    if (seen === null || seen[0].life !== gone.plain!.life) return false;
    const ticks = lag!.allTicks(position, seen[1]!);
    if (ticks.length === 0 || ticks.includes(moment.tick)) return false;
    // Who is back in the first cell before the next one is told of ends with the page of the next, and comes anew with that of the first.
    if (truth.wayOf(position, gone.key, gone.tick, moment.tick).length > 2) return false;
    // Who was itself in transit to the page that it left ends with the first news of that page: they know it by no name.
    const { cell, since } = truth.stayOf(position, gone.key, gone.tick);
    // A cell that was left and is watched again has a new page: rows of the old one ended with it.
    if (lag!.isAnnounced(position, cell)) return false;
    if (!lag!.wasToldSince(position, cell, since)) return false;
    return truth.isAskedAllTheTime(view, position, gone.key, gone.tick, moment.tick);
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
    const values = this.#plan.columns.map(({ accessor }) => row[accessor]);
    return this.#isStreamed ? valueText(seenRowOf(this.#plan, values, null).values) : valueText(values);
  }

  #areEqual(a: Row, b: Row): boolean {
    return this.#plan.columns.every(({ accessor, type }) =>
      typeof a[accessor] === 'number'
        ? Object.is(a[accessor], b[accessor])
        : equalValues(type, a[accessor], b[accessor]),
    );
  }

  #fail(key: string, what: string, expected: PlainRow | null = null): never {
    const more = expected === null ? '' : `: ${valueText(objectOf(this.#plan, expected.seen.values))}`;
    assert(false, `table ${this.table.plan.name}, key ${key}: ${what}${more}`);
  }
}

const NEVER_SEEN = { values: [], answers: [] };
const EXACT_KEPT = 5;
