import { assert } from '@tickbase/base';
import type { Plan, TablePlan } from '@tickbase/schema/plan';
import { type Predicate, type Query, toSql } from '@tickbase/schema/query';
import type { Identity } from '@tickbase/schema/values';
import { holdsFor, isAnswer, isVisible, type PlainRows } from '../../runtime/interest/testing/naive-query.ts';
import type { TableView } from '../../runtime/store/index.ts';
import type { InboxItem } from '../../runtime/tick/index.ts';
import { countCrossings } from './count-crossings.ts';
import { HiddenMarks } from './hidden-marks.ts';
import { plainCentres } from './plain-centres.ts';
import { movedArea, NO_AREA, type PlainArea, type PlainCentre } from './plain-area.ts';
import type { PlainRow, SeenRow } from './plain-row.ts';
import type { PlainTable } from './plain-table.ts';
import type { PlainWorld } from './plain-world.ts';
import { IDENTITIES, walkIdentity } from './random-column-value.ts';
import { valueText } from './value-text.ts';
import type { WalkCoverage } from './walk-coverage.ts';

/** A query of one client, with the area that bounds it. */
export interface Question {
  readonly number: number;
  readonly query: Query;
  readonly identity: Identity;
  readonly table: PlainTable;
  /** Null: no area bounds it. */
  readonly area: { readonly key: string; readonly cellM: number; readonly radiusM: number } | null;
  /** Rows of other tables have a say in which rows answer it. */
  readonly isJoined: boolean;
}

/** A query set that the server holds for a session. */
export interface HeldSet {
  readonly id: number;
  readonly sinceTick: number;
  readonly questions: readonly Question[];
}

/** What a session sees by, as of the end of one tick. */
export interface SessionView {
  readonly identity: Identity;
  readonly sets: readonly HeldSet[];
  /** By the key of a question's area. */
  readonly areas: ReadonlyMap<string, PlainArea>;
  /** Empty: nowhere, or nothing asks for them. */
  readonly centres: readonly PlainCentre[];
}

/** The rows of one table at the end of one tick. */
export interface TableState {
  readonly rows: readonly PlainRow[];
  /** By place in `rows`: the text of the cell; null: nowhere. */
  readonly cells: readonly (string | null)[];
}

export interface LoggedEvent {
  readonly row: PlainRow;
  readonly cell: string | null;
}

/** The world at the end of one tick. */
export interface Moment {
  readonly tick: number;
  /** By table position. */
  readonly tables: readonly TableState[];
  readonly sessions: ReadonlyMap<bigint, SessionView>;
  /** By position of an event table. */
  readonly events: ReadonlyMap<number, readonly LoggedEvent[]>;
  /** Rows that calls of a session wrote and that it saw then, if their table has quantized columns. */
  readonly ownWrites: ReadonlyMap<bigint, readonly OwnWrite[]>;
}

export interface OwnWrite {
  readonly table: PlainTable;
  readonly key: string;
  readonly life: number;
  /** The session saw the row before and after the tick's subscriptions: its next frame holds an exact copy. */
  readonly isDue: boolean;
}

/** What the walk knows of a client's questions by their numbers on the wire. */
export interface AskedThings {
  /** The queries of a set; null: it must be refused. */
  queriesOfSet(connectionId: bigint, querySetId: number): readonly Query[] | null;
  /** A one-off query. */
  queryOf(connectionId: bigint, requestId: number): Query;
  /** What it must give; null: it must be refused. */
  answered(connectionId: bigint, requestId: number, rows: readonly PlainRow[] | null): void;
}

/** What waits for the seal. */
type KeptItem = Exclude<InboxItem, { kind: 'call' | 'connect' | 'disconnect' }>;

interface Session {
  readonly identity: Identity;
  /** Of its avatar. */
  readonly key: string;
  view: SessionView;
  centres: readonly PlainCentre[];
  isAreaKnown: boolean;
}

/**
 * What every client must see, tick by tick: query sets, areas, cells, events, worked out from the oracle's own world alone. It
 * hears of what the tick takes from the inbox, in that order, and of nothing else that the server does.
 */
export class Truth {
  readonly world: PlainWorld;
  readonly marks = new HiddenMarks(Array.from({ length: IDENTITIES }, (_, n) => walkIdentity(n)));
  readonly #plan: Plan;
  readonly #asked: AskedThings;
  readonly #coverage: WalkCoverage;
  readonly #sessions = new Map<bigint, Session>();
  readonly #kept: KeptItem[] = [];
  readonly #written = new Map<bigint, Map<string, { table: PlainTable; key: string }>>();
  readonly #questions = new Map<string, Question>();
  readonly #history = new Map<number, Moment>();
  #last: Moment = {
    tick: 0,
    tables: [],
    sessions: new Map(),
    events: new Map(),
    ownWrites: new Map(),
  };

  constructor(world: PlainWorld, asked: AskedThings, coverage: WalkCoverage) {
    this.world = world;
    this.#plan = world.plan;
    this.#asked = asked;
    this.#coverage = coverage;
  }

  get lastTick(): number {
    return this.#last.tick;
  }

  at(tick: number): Moment {
    const moment = this.#history.get(tick);
    assert(moment !== undefined, `tick ${tick} was, and is not long ago`);
    return moment;
  }

  /** The moments after `from` up to `to`, oldest first. */
  *between(from: number, to: number): Generator<Moment, undefined, undefined> {
    for (let tick = from + 1; tick <= to; tick++) {
      const moment = this.#history.get(tick);
      if (moment !== undefined) yield moment;
    }
    return undefined;
  }

  /** True when rows of an event table were made after `from` up to `to`. */
  hasEvents(position: number, from: number, to: number): boolean {
    for (let tick = from + 1; tick <= to; tick++)
      if (this.#history.get(tick)?.events.has(position) === true) return true;
    return false;
  }

  // What the tick does.

  taken(item: InboxItem): void {
    if (item.kind !== 'call' && item.kind !== 'connect' && item.kind !== 'disconnect') this.#kept.push(item);
  }

  joined(connectionId: bigint, identity: Identity): void {
    const view = { identity, sets: [], areas: new Map(), centres: [] };
    this.#sessions.set(connectionId, { identity, key: valueText(identity), view, centres: [], isAreaKnown: false });
  }

  left(connectionId: bigint): void {
    this.#sessions.delete(connectionId);
  }

  /** A call of this session committed these writes. */
  wrote(connectionId: bigint, rows: readonly { readonly table: PlainTable; readonly key: string }[]): void {
    const written = this.#written.get(connectionId) ?? new Map();
    this.#written.set(connectionId, written);
    for (const row of rows) {
      if (row.table.plan.columns.some(({ quantize }) => quantize !== null)) {
        written.set(`${row.table.position} ${row.key}`, row);
      }
    }
  }

  /** The tick is sealed, and what waited for the seal was answered. */
  endTick(tick: number): void {
    const before = this.#last;
    const setsBefore = new Map([...this.#sessions].map(([id, { view }]) => [id, view.sets]));
    for (const owned of this.world.owned) owned.follow();
    const tables = this.#tableStates(before);
    const world = this.#rowsAsOf(tables);
    for (const table of this.world.known) {
      if (table.isChanged || table.plan.visibleBy !== undefined) this.marks.note(table, world);
    }
    const events = this.#eventsOf(tables);
    for (const session of this.#sessions.values()) this.#followArea(session, tick);
    for (const item of this.#kept.splice(0)) this.#answer(item, tick, tables);
    const sessions = new Map([...this.#sessions].map(([id, { view }]) => [id, view]));
    this.#last = { tick, tables, sessions, events, ownWrites: new Map() };
    const ownWrites = new Map(
      [...this.#written].map(([id, rows]) => [id, this.#ownWritesOf(id, rows.values(), setsBefore)]),
    );
    this.#last = { ...this.#last, ownWrites };
    if (tick % TICKS_BETWEEN_COUNTS === 0) countCrossings(this.world, before, this.#last, this.#coverage);
    this.#written.clear();
    this.#history.set(tick, this.#last);
    this.#history.delete(tick - HISTORY_TICKS);
    for (const table of this.world.known) table.endTick();
  }

  // What a client must have.

  /** The rows of a table that a session sees, each with its cell. */
  *visible(moment: Moment, view: SessionView, position: number): Generator<[PlainRow, string | null], undefined> {
    const questions = questionsOf(view, position);
    if (questions.length === 0) return;
    const { rows, cells } = moment.tables[position]!;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const cell = cells[i]!;
      for (const question of questions) {
        if (!this.isSeenBy(question, row.seen, cell, view, moment.tables)) continue;
        yield [row, cell];
        break;
      }
    }
  }

  /** True when a session sees a row that it wrote in a later moment, too, and it is still the same row. */
  seesStill({ sessions, tables }: Moment, connectionId: bigint, { table, key, life }: OwnWrite): boolean {
    const view = sessions.get(connectionId);
    if (view === undefined) return false;
    const { rows, cells } = tables[table.position]!;
    const place = rows.findIndex((row) => row.key === key && row.life === life);
    if (place < 0) return false;
    const { seen } = rows[place]!;
    return questionsOf(view, table.position).some((question) => this.isSeenBy(question, seen, cells[place]!, view));
  }

  /** A row as it was at the end of a tick, whoever sees it; null: it was not. */
  rowAt(tick: number, position: number, key: string): PlainRow | null {
    const state = this.at(tick).tables[position]!;
    const place = placesOf(state).get(key);
    return place === undefined ? null : state.rows[place]!;
  }

  /** A row as it was at the end of a tick, and its cell; null: it was not, or the session's questions do not ask for it. */
  seenAt(tick: number, view: SessionView, position: number, key: string): [PlainRow, string | null] | null {
    const state = this.at(tick).tables[position]!;
    const place = placesOf(state).get(key);
    if (place === undefined) return null;
    const row = state.rows[place]!;
    const cell = state.cells[place]!;
    const isSeen = questionsOf(view, position).some((question) => this.isSeenBy(question, row.seen, cell, view));
    return isSeen ? [row, cell] : null;
  }

  /** True when one question of the view has asked for the row in each tick from `from` on, wherever it was; `to` is the last of them. */
  isAskedAllTheTime(view: SessionView, position: number, key: string, from: number, to: number): boolean {
    let questions = questionsOf(view, position);
    for (const { tables } of this.between(from - 1, to)) {
      const place = placesOf(tables[position]!).get(key);
      if (place === undefined) return false;
      const row = tables[position]!.rows[place]!;
      const cell = tables[position]!.cells[place]!;
      questions = questions.filter((question) => this.isSeenBy(question, row.seen, cell, view));
    }
    return questions.length > 0;
  }

  /** The cells through which a row has gone from tick `from` to `to`, in order; one that it came back to is there again. */
  wayOf(position: number, key: string, from: number, to: number): (string | null)[] {
    const way: (string | null)[] = [];
    for (const { tables } of this.between(from - 1, to)) {
      const place = placesOf(tables[position]!).get(key);
      if (place === undefined) continue;
      const cell = tables[position]!.cells[place]!;
      if (way.length === 0 || way.at(-1) !== cell) way.push(cell);
    }
    return way;
  }

  /** Where the row of this key is in `tick`, and since when without a break. */
  stayOf(position: number, key: string, tick: number): { readonly cell: string | null; readonly since: number } {
    const cellAt = (at: number): string | null | undefined => {
      const state = this.#history.get(at)?.tables[position];
      const place = state && placesOf(state).get(key);
      return place === undefined ? undefined : state!.cells[place]!;
    };
    const cell = cellAt(tick);
    assert(cell !== undefined, `a row with key ${key} is there in tick ${tick}`);
    let since = tick;
    while (cellAt(since - 1) === cell) since--;
    return { cell, since };
  }

  /** `tables`: of the moment that is meant; without it questions that ask for rows of other tables have no answer. */
  isSeenBy(
    question: Question,
    seen: SeenRow,
    cell: string | null,
    view: SessionView,
    tables: readonly TableState[] | null = null,
  ): boolean {
    const { number, area, isJoined } = question;
    if (isJoined) {
      if (tables === null || !this.#isJoinedAnswer(question, seen, tables)) return false;
    } else if (!(seen.answers[number] ??= this.#isAnswer(question, seen))) return false;
    return area === null || (cell !== null && view.areas.get(area.key)?.held.has(cell) === true);
  }

  questionsOf(view: SessionView, position: number): readonly Question[] {
    return questionsOf(view, position);
  }

  /** Throws unless the server's tables hold what the oracle's do. */
  compareWithStore(views: readonly TableView[]): void {
    for (const table of this.world.tables) {
      if (table.plan.isEvent) continue;
      const view = views[table.position]!;
      const held: string[] = [];
      for (let slot = 0; slot < view.slotCount; slot++) {
        if (view.live[slot] === 1) held.push(valueText(table.plan.columns.map((_, c) => view.valueAt(c, slot))));
      }
      const expected = [...table.rows.values()].map(({ values }) => valueText(values)).sort();
      const actual = held.sort();
      const at = expected.findIndex((text, i) => text !== actual[i]);
      if (at < 0 && expected.length === actual.length) continue;
      throw new Error(
        `the server's table ${table.plan.name} differs: expected ${expected[at] ?? 'no more'}, actual ${actual[at < 0 ? expected.length : at] ?? 'no more'}`,
      );
    }
  }

  /** The query as its area and text tell it apart. */
  questionOf(query: Query, identity: Identity): Question {
    const table = this.world.known.find(({ plan }) => plan.name === query.table)!;
    const joined = query.join && this.world.known.find(({ plan }) => plan.name === query.join!.table)!;
    const text = `${toSql(query, table.plan, joined?.plan)} for ${identity.toHexString()}`;
    let question = this.#questions.get(text);
    if (question === undefined) {
      const isJoined = joined !== undefined || table.plan.visibleBy !== undefined;
      const area = this.#areaOf(query, table.plan);
      question = { number: this.#questions.size, query, identity, table, area, isJoined };
      this.#questions.set(text, question);
    }
    return question;
  }

  #isAnswer({ query, identity, table }: Question, seen: SeenRow): boolean {
    const { visibleToColumn } = table.plan;
    if (visibleToColumn !== null && !(seen.values[visibleToColumn] as Identity).isEqual(identity)) {
      this.#coverage.hiddenRows++;
      return false;
    }
    const holds = holdsFor(query.where, table.plan, seen.values, identity);
    if (holds && query.where !== null && asksSender(query.where)) this.#coverage.rowsOfTheSenderQuery++;
    return holds;
  }

  #isJoinedAnswer({ query, identity, table }: Question, { values }: SeenRow, tables: readonly TableState[]): boolean {
    const world = this.#rowsAsOf(tables);
    if (!isVisible(table.plan, values, identity, world)) {
      this.#coverage.hiddenRows++;
      return false;
    }
    if (!isAnswer(query, table.plan, values, identity, world)) return false;
    this.#coverage[query.join === undefined ? 'rowsSeenThroughOthers' : 'rowsJoined']++;
    return true;
  }

  #rowsAsOf(tables: readonly TableState[]): PlainRows {
    return (name) => {
      const { plan, position } = this.world.known.find((table) => table.plan.name === name)!;
      return { plan, rows: valuesOf(tables[position]!) };
    };
  }

  #areaOf(query: Query, table: TablePlan): Question['area'] {
    const { interest } = this.#plan;
    if (interest === null || table.spatial === null) return null;
    const { spatial } = table;
    const grid = spatial.kind === 'follows' ? this.world.tables.find(({ plan }) => plan.name === spatial.table)! : null;
    const placed = grid === null ? table : grid.plan;
    const radiusM = Math.min(query.withinM ?? interest.radiusMax, interest.radiusMax);
    return { key: `${placed.name} ${radiusM}`, cellM: (placed.spatial as { cell: number }).cell, radiusM };
  }

  #tableStates(before: Moment): TableState[] {
    return this.world.known.map((table, position) => {
      const { spatial } = table.plan;
      const old = before.tables[position];
      const followed =
        spatial?.kind === 'follows' ? this.world.tables.find(({ plan }) => plan.name === spatial.table)! : null;
      if (table.plan.isEvent && table.rows.size === 0) return NO_ROWS;
      if (old !== undefined && !table.isChanged && followed?.isChanged !== true) return old;
      const rows = [...table.rows.values()];
      const cells = rows.map((row) => this.#cellOf(table, row));
      return { rows, cells };
    });
  }

  #cellOf(table: PlainTable, row: PlainRow): string | null {
    if (table.plan.spatial?.kind !== 'follows') return row.cell?.text ?? null;
    return this.world.followed(table, row)?.cell?.text ?? null;
  }

  #eventsOf(tables: readonly TableState[]): Moment['events'] {
    const events = new Map<number, LoggedEvent[]>();
    for (const { plan, position } of this.world.tables) {
      const { rows, cells } = tables[position]!;
      if (plan.isEvent && rows.length > 0)
        events.set(
          position,
          rows.map((row, i) => ({ row, cell: cells[i]! })),
        );
    }
    return events;
  }

  #ownWritesOf(
    connectionId: bigint,
    rows: Iterable<{ table: PlainTable; key: string }>,
    setsBefore: ReadonlyMap<bigint, readonly HeldSet[]>,
  ): OwnWrite[] {
    const view = this.#last.sessions.get(connectionId);
    if (view === undefined) return [];
    const before = setsBefore.get(connectionId) ?? [];
    const lasting = { ...view, sets: view.sets.filter((set) => before.includes(set)) };
    return Array.from(rows, ({ table, key }) => {
      const { rows: all, cells } = this.#last.tables[table.position]!;
      const place = all.findIndex((row) => row.key === key);
      const isDue =
        place >= 0 &&
        questionsOf(lasting, table.position).some((question) =>
          this.isSeenBy(question, all[place]!.seen, cells[place]!, view),
        );
      return { table, key, life: all[place]?.life ?? 0, isDue };
    });
  }

  // Areas.

  #followArea(session: Session, tick: number): void {
    if (!session.isAreaKnown) return;
    const before = session.centres;
    this.#askCentres(session);
    if (areSame(before, session.centres)) return;
    if (before[0] !== undefined && session.centres[0] !== undefined && before[0][0] !== session.centres[0][0]) {
      this.#coverage.viewerSpaceChanges++;
    }
    const areas = new Map<string, PlainArea>();
    for (const [key, area] of session.view.areas) {
      const { cellM, radiusM } = this.#neededAreas(session).get(key)!;
      areas.set(key, movedArea(area, cellM, radiusM, session.centres, tick));
    }
    session.view = { ...session.view, areas, centres: session.centres };
  }

  #askCentres(session: Session): void {
    const { world } = this;
    session.isAreaKnown = true;
    const centres = plainCentres(world, session.key);
    if (centres === 'fails') {
      this.#coverage.areasFailed++;
      return;
    }
    if (centres.length === 0) this.#coverage.areasEmpty++;
    if (centres.length === 2) this.#coverage.areasOfTwoCentres++;
    session.centres = centres;
  }

  #neededAreas({ view }: Session): Map<string, { cellM: number; radiusM: number }> {
    const needed = new Map<string, { cellM: number; radiusM: number }>();
    for (const { questions } of view.sets) {
      for (const { area } of questions) if (area !== null) needed.set(area.key, area);
    }
    return needed;
  }

  /** Keeps just the areas that the session's queries need. */
  #fitAreas(session: Session, tick: number): void {
    const areas = new Map<string, PlainArea>();
    for (const [key, { cellM, radiusM }] of this.#neededAreas(session)) {
      if (!session.isAreaKnown) this.#askCentres(session);
      const known = session.view.areas.get(key);
      areas.set(key, known ?? movedArea(NO_AREA, cellM, radiusM, session.centres, tick));
    }
    session.view = { ...session.view, areas, centres: session.centres };
    if (areas.size > 0) return;
    session.isAreaKnown = false;
    session.centres = [];
  }

  // What waits for the seal.

  #answer(item: KeptItem, tick: number, tables: readonly TableState[]): void {
    const { connectionId } = item.client;
    const session = this.#sessions.get(connectionId);
    if (session === undefined) return;
    if (item.kind === 'subscribe') {
      const queries = this.#asked.queriesOfSet(connectionId, item.querySetId);
      if (queries === null) return;
      const questions = queries.map((query) => this.questionOf(query, session.identity));
      const set: HeldSet = { id: item.querySetId, sinceTick: tick, questions };
      assert(
        session.view.sets.every(({ id }) => id !== set.id),
        `query set ${set.id} is asked for once in a session`,
      );
      session.view = { ...session.view, sets: [...session.view.sets, set] };
      this.#fitAreas(session, tick);
    } else if (item.kind === 'unsubscribe') {
      session.view = { ...session.view, sets: session.view.sets.filter(({ id }) => id !== item.querySetId) };
      this.#fitAreas(session, tick);
    } else if (item.kind === 'query') this.#answerOnce(session, connectionId, item.requestId, tables);
  }

  #answerOnce(session: Session, connectionId: bigint, requestId: number, tables: readonly TableState[]): void {
    const query = this.#asked.queryOf(connectionId, requestId);
    if (query.withinM !== null && this.#plan.interest === null) {
      this.#asked.answered(connectionId, requestId, null);
      return;
    }
    const question = this.questionOf(query, session.identity);
    const asker = { ...session };
    const areas = new Map<string, PlainArea>();
    if (question.area !== null) {
      if (!asker.isAreaKnown) this.#askCentres(asker);
      const { key, cellM, radiusM } = question.area;
      areas.set(key, movedArea(NO_AREA, cellM, radiusM, asker.centres, 0));
    }
    const { rows, cells } = tables[question.table.position]!;
    const view = { ...session.view, areas };
    const found = rows.filter((row, i) => this.isSeenBy(question, row.seen, cells[i]!, view, tables));
    this.#asked.answered(connectionId, requestId, question.table.plan.isEvent ? [] : found);
  }
}

function asksSender(predicate: Predicate): boolean {
  if (predicate.op === 'not') return asksSender(predicate.item);
  if ('items' in predicate) return predicate.items.some(asksSender);
  return 'column' in predicate && predicate.value.kind === 'sender';
}

const NO_ROWS: TableState = { rows: [], cells: [] };

/** Crossings are many: some of them are counted. */
const TICKS_BETWEEN_COUNTS = 4;

/** How many ticks the past is kept: more than any frame is under way. */
const HISTORY_TICKS = 4000;

const valueLists = new WeakMap<TableState, readonly (readonly unknown[])[]>();

function valuesOf(state: TableState): readonly (readonly unknown[])[] {
  let values = valueLists.get(state);
  if (values === undefined) valueLists.set(state, (values = state.rows.map((row) => row.values)));
  return values;
}

const placeLists = new WeakMap<TableState, ReadonlyMap<string, number>>();

/** By key: the row's place in a state of its table; worked out for those states that are asked for a row. */
function placesOf(state: TableState): ReadonlyMap<string, number> {
  let places = placeLists.get(state);
  if (places === undefined) placeLists.set(state, (places = new Map(state.rows.map(({ key }, place) => [key, place]))));
  return places;
}

const questionLists = new WeakMap<readonly HeldSet[], Map<number, readonly Question[]>>();

/** The questions of a view on one table; worked out once for each list of sets. */
function questionsOf({ sets }: SessionView, position: number): readonly Question[] {
  let byTable = questionLists.get(sets);
  if (byTable === undefined) questionLists.set(sets, (byTable = new Map()));
  let list = byTable.get(position);
  if (list === undefined) {
    list = sets.flatMap(({ questions }) => questions.filter(({ table }) => table.position === position));
    byTable.set(position, list);
  }
  return list;
}

function areSame(a: readonly PlainCentre[], b: readonly PlainCentre[]): boolean {
  return a.length === b.length && a.every((centre, i) => centre.every((part, p) => part === b[i]![p]));
}
