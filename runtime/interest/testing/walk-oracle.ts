import { assert, Fault } from '@tickbase/base';
import { wireSchemaOf } from '@tickbase/protocol';
import { type Plan, shownColumnCount, shownTable, type TablePlan } from '@tickbase/schema/plan';
import type { Query } from '@tickbase/schema/query';
import { equalValues, type Identity } from '@tickbase/schema/values';
import { compileQuery } from '../compile-query.ts';
import type { TableTracker } from '../table-tracker.ts';
import { TickNews } from '../tick-news.ts';
import type { ViewerFrame } from '../viewers-port.ts';
import { WatchBook } from '../watch-book.ts';
import { decodeRow } from './decode-row.ts';
import type { FakeTable } from './fake-table.ts';
import { HP_FAILS, HP_SEES_NOTHING, HP_SEES_TWICE, type FakeWorld } from './fake-world.ts';
import { NaiveArea } from './naive-area.ts';
import { isAnswer, isVisible, type PlainRows, seenRow } from './naive-query.ts';
import type { WalkCoverage } from './walk-coverage.ts';
import type { WalkViewer } from './walk-viewer.ts';

interface LoggedEvent {
  readonly tick: number;
  readonly table: TablePlan;
  readonly row: readonly unknown[];
  readonly cell: string | null;
  /** By query of a viewer: whether the event was in its answer in the event's tick, and in that before and all since. */
  readonly answers: Map<Query, { readonly isAnswer: boolean; isAnswerSince: boolean }>;
}

/** Says what each viewer must have: every rule worked out anew from the plain rows, every difference thrown. */
export class WalkOracle {
  private readonly world: FakeWorld;
  private readonly plan: Plan;
  private readonly coverage: WalkCoverage;
  private readonly radiusMax: number | null;
  private readonly trackers: readonly (TableTracker | null)[];
  private events: LoggedEvent[] = [];
  /** By the table's name, as of the last tick and of the one before. */
  private rowsNow: ReadonlyMap<string, ReturnType<PlainRows>> = new Map();
  private rowsBefore: ReadonlyMap<string, ReturnType<PlainRows>> = new Map();
  private readonly now: PlainRows = (name) => this.rowsNow.get(name)!;
  private readonly before: PlainRows = (name) => this.rowsBefore.get(name)!;

  constructor(world: FakeWorld, coverage: WalkCoverage) {
    this.world = world;
    this.plan = world.plan;
    this.coverage = coverage;
    this.radiusMax = this.plan.interest?.radiusMax ?? null;
    this.trackers = new WatchBook(this.plan, wireSchemaOf(this.plan), world.viewTables, new TickNews(1), 1).trackers;
  }

  /** Notes the events of the tick that was just sealed, and for whom they are. */
  logEvents(viewers: readonly WalkViewer[]): void {
    this.rowsBefore = this.rowsNow;
    this.rowsNow = new Map(
      this.world.tables.map((table) => [
        table.plan.name,
        { plan: table.plan, rows: table.liveSlots().map((slot) => table.rows[slot]!.slice()) },
      ]),
    );
    if (this.rowsBefore.size === 0) this.rowsBefore = this.rowsNow;
    for (const event of this.events) {
      for (const viewer of viewers) {
        this.eachEventQuery(viewer, event.table, (query) => {
          const answer = event.answers.get(query);
          if (answer !== undefined) answer.isAnswerSince &&= this.isTold(viewer, query, event.table, event.row);
        });
      }
    }
    for (const table of this.world.tables) {
      if (!table.plan.isEvent) continue;
      for (const slot of table.liveSlots()) {
        const cell = this.cellOf(table, slot);
        const row = [...table.rows[slot]!];
        const event: LoggedEvent = { tick: this.world.tick, table: table.plan, row, cell, answers: new Map() };
        for (const viewer of viewers) {
          this.eachEventQuery(viewer, table.plan, (query) => {
            const isIn = this.isTold(viewer, query, table.plan, row);
            const wasIn = this.isTold(viewer, query, table.plan, row, this.before);
            event.answers.set(query, { isAnswer: isIn, isAnswerSince: isIn && wasIn });
          });
        }
        this.events.push(event);
      }
    }
  }

  private eachEventQuery(viewer: WalkViewer, table: TablePlan, take: (query: Query) => void): void {
    for (const { queries } of viewer.sets.values())
      for (const query of queries) if (query.table === table.name) take(query);
  }

  /** The cell of a row as text, or null: nowhere. */
  private cellOf(table: FakeTable, slot: number): string | null {
    const { spatial } = table.plan;
    if (spatial === null) return null;
    if (spatial.kind === 'follows') {
      const bodies = this.world.table(spatial.table);
      const target = bodies.slotOfKey(table.rows[slot]![spatial.column]);
      return target < 0 ? null : this.cellOf(bodies, target);
    }
    const grid = table.fakeGrid!;
    const cell = grid.cellOfSlot[slot]!;
    return `${grid.cellSpace[cell]},${grid.cellX[cell]},${grid.cellY[cell]}`;
  }

  /** The area that bounds a query; null: nothing does. */
  private areaKeyOf(query: Query): { key: string; cellM: number; radiusM: number } | null {
    const table = this.world.table(query.table).plan;
    if (this.radiusMax === null || table.spatial === null) return null;
    const grid = table.spatial.kind === 'follows' ? this.world.table(table.spatial.table).plan : table;
    const cellM = (grid.spatial as { cell: number }).cell;
    const radiusM = Math.min(query.withinM ?? this.radiusMax, this.radiusMax);
    return { key: `${grid.name} ${radiusM}`, cellM, radiusM };
  }

  private askCentres(viewer: WalkViewer): void {
    const bodies = this.world.table('body');
    const slot = bodies.slotOfKey(viewer.caller);
    const hp = slot < 0 ? HP_SEES_NOTHING : (bodies.rows[slot]![5] as number);
    viewer.isAreaKnown = true;
    if (hp === HP_FAILS) {
      this.coverage.areasFailed++;
      return;
    }
    viewer.centres = [];
    if (hp === HP_SEES_NOTHING) {
      this.coverage.areasEmpty++;
      return;
    }
    const [, floor, x, y] = bodies.rows[slot] as number[];
    if (floor === 3) this.coverage.cavesSeen++;
    viewer.centres.push([floor!, x!, y!]);
    if (hp === HP_SEES_TWICE) {
      this.coverage.twoCentres++;
      viewer.centres.push([0, x! / 2, y! + 30]);
    }
  }

  /** Moves the viewer's areas to where its centres are now. */
  followArea(viewer: WalkViewer): void {
    if (!viewer.isAreaKnown) return;
    this.askCentres(viewer);
    for (const { area, heldSince } of viewer.areas.values()) {
      const before = area.held;
      area.update(viewer.centres);
      for (const cell of area.held) if (!before.has(cell)) heldSince.set(cell, this.world.tick);
      if ([...area.held].some((cell) => !before.has(cell))) this.coverage.viewerCrossings++;
    }
  }

  /** Keeps just the areas that the viewer's queries need. */
  fitAreas(viewer: WalkViewer): void {
    const needed = new Map<string, { cellM: number; radiusM: number }>();
    for (const { queries } of viewer.sets.values()) {
      for (const query of queries) {
        const bounds = this.areaKeyOf(query);
        if (bounds !== null && this.mayHaveRows(viewer, query)) needed.set(bounds.key, bounds);
      }
    }
    for (const key of viewer.areas.keys()) if (!needed.has(key)) viewer.areas.delete(key);
    for (const [key, { cellM, radiusM }] of needed) {
      if (viewer.areas.has(key)) continue;
      if (!viewer.isAreaKnown) this.askCentres(viewer);
      const area = new NaiveArea(cellM, radiusM);
      area.update(viewer.centres);
      viewer.areas.set(key, { area, heldSince: new Map([...area.held].map((cell) => [cell, this.world.tick])) });
    }
    if (viewer.areas.size === 0) {
      viewer.isAreaKnown = false;
      viewer.centres = [];
    }
  }

  /** Queries that can never have a row (`hp = 1 AND hp = 2`) hold no area; which they are is the compiler's to say. */
  private mayHaveRows(viewer: WalkViewer, query: Query): boolean {
    const tracker = this.trackers.find((known) => known?.plan.name === query.table)!;
    const sources = compileQuery(query, tracker, viewer.identity, this.plan.interest, this.world.viewTables);
    return 'length' in sources && sources.length > 0;
  }

  private isSeen(
    viewer: WalkViewer,
    query: Query,
    table: TablePlan,
    row: readonly unknown[],
    cell: string | null,
  ): boolean {
    if (!this.isTold(viewer, query, table, row)) return false;
    if (query.join !== undefined) this.coverage.joinedRows++;
    return this.isInArea(viewer, query, cell);
  }

  /** Visible and in the answer, wherever it stands. */
  private isTold(
    viewer: WalkViewer,
    query: Query,
    table: TablePlan,
    row: readonly unknown[],
    world: PlainRows = this.now,
  ): boolean {
    const { identity } = viewer;
    return isVisible(table, row, identity, world) && isAnswer(query, table, row, identity, world);
  }

  private isInArea(viewer: WalkViewer, query: Query, cell: string | null): boolean {
    const bounds = this.areaKeyOf(query);
    if (bounds === null) return true;
    return cell !== null && viewer.areas.get(bounds.key)?.area.held.has(cell) === true;
  }

  private expectedRows(viewer: WalkViewer, table: FakeTable): Map<number, unknown[]> {
    const expected = new Map<number, unknown[]>();
    for (const { queries } of viewer.sets.values()) {
      for (const query of queries) {
        if (query.table !== table.plan.name) continue;
        for (const slot of table.liveSlots()) {
          const row = table.rows[slot]!;
          const cell = this.cellOf(table, slot);
          if (this.isSeen(viewer, query, table.plan, row, cell))
            expected.set(table.viewSlotOf(slot), seenRow(table.plan, row));
          else if (isRestricted(table.plan)) this.coverage.hiddenRows++;
        }
      }
    }
    return expected;
  }

  /** The client's rows must be those of the viewer's queries. */
  compare(viewer: WalkViewer): void {
    for (const table of this.world.tables) {
      if (table.plan.isEvent || !table.plan.isPublic) continue;
      const expected = this.expectedRows(viewer, table);
      const actual = viewer.client.rowsOf(table.plan.id);
      const fail = (slot: number, what: string): never => {
        throw new Fault(`${table.plan.name} slot ${slot} of viewer ${viewer.id} ${what}`);
      };
      for (const [slot, row] of expected) {
        const held = actual.get(slot);
        if (held === undefined) fail(slot, `is missing: ${textOf(row)}`);
        else if (!areEqual(table.plan, held.values, row)) fail(slot, `is ${textOf(held.values)}, not ${textOf(row)}`);
        this.coverage.rowsCompared++;
        if (table.plan.name === 'plate') this.coverage.followersSeen++;
      }
      for (const [slot, { values }] of actual) {
        if (!expected.has(slot)) fail(slot, `should not be there: ${textOf(values)}`);
      }
    }
    this.compareOwned(viewer);
  }

  /** Columns for owners alone: each viewer has those of its rows, and no others. */
  private compareOwned(viewer: WalkViewer): void {
    for (const table of this.world.tables) {
      const { own, primaryKey } = table.plan;
      if (own === undefined) continue;
      const columns = [...primaryKey!, ...own.columns];
      const expected = table
        .liveSlots()
        .filter((slot) => viewer.identity.isEqual(table.rows[slot]![own.owner] as Identity))
        .map((slot) => `${table.viewSlotOf(slot)} ${textOf(columns.map((c) => table.rows[slot]![c]))}`);
      const actual = [...viewer.client.rowsOf(own.id)].map(([slot, { values }]) => `${slot} ${textOf(values)}`);
      const [must, is] = [expected, actual].map((rows) => rows.sort().join());
      if (must !== is) throw new Fault(`viewer ${viewer.id} has ${is} of ${own.name}, not ${must}`);
      this.coverage.ownedRows += expected.length;
    }
  }

  /**
   * Each event that the viewer could see from its tick until now must have come or be counted as missed, once, in order;
   * none that it may not see.
   */
  compareEvents(viewer: WalkViewer, from: number): void {
    const { client } = viewer;
    let mustCount = 0;
    let mustGot = 0;
    let gotCount = 0;
    for (const table of this.plan.tables) {
      if (!table.isEvent) continue;
      const got = client.events.get(table.id) ?? [];
      const gotKeys = new Set(got.map((row) => row[0]));
      gotCount += got.length;
      assert(gotKeys.size === got.length, `an event of ${table.name} came twice`);
      for (const event of this.events) {
        if (event.table !== table) continue;
        const has = gotKeys.delete(event.row[0]);
        const seeing = [...viewer.sets.values()].flatMap(({ queries, sinceTick }) =>
          queries
            .filter((query) => event.answers.get(query)?.isAnswer && this.isInArea(viewer, query, event.cell))
            .map((query) => {
              const bounds = this.areaKeyOf(query);
              const heldTick = bounds === null ? -1 : viewer.areas.get(bounds.key)!.heldSince.get(event.cell!)!;
              return Math.max(sinceTick, heldTick) < event.tick && event.answers.get(query)!.isAnswerSince;
            }),
        );
        const isHidden = !isVisible(table, event.row, viewer.identity, this.now);
        const isFor = seeing.length > 0 || this.isHandedOn(viewer, event);
        if (has && (event.tick <= from || !isFor || isHidden)) {
          throw new Fault(`event ${textOf(event.row)} is not for this viewer`);
        }
        if (event.tick > from && seeing.includes(true)) {
          mustCount++;
          if (has) mustGot++;
        }
      }
      assert(gotKeys.size === 0, 'every event was made in the world');
    }
    assert(
      mustGot + client.missedEventCount >= mustCount,
      `${mustCount} events are due, ${mustGot} came and ${client.missedEventCount} were counted as missed`,
    );
    this.coverage.events += gotCount;
    this.coverage.eventsMissed += client.missedEventCount;
    client.events.clear();
    client.missedEventCount = 0;
  }

  /** A set that has ended asked for the event when it was made, and one that stands asks for it now: what the one waited for comes through the other. */
  private isHandedOn(viewer: WalkViewer, { table, row, cell, answers }: LoggedEvent): boolean {
    if (!viewer.endedQueries.some((query) => answers.get(query)?.isAnswer === true)) return false;
    let isAsked = false;
    this.eachEventQuery(viewer, table, (query) => {
      isAsked ||= this.isTold(viewer, query, table, row) && this.isInArea(viewer, query, cell);
    });
    return isAsked;
  }

  /** A leave says whether the row is no more or only out of view. */
  compareEndings(viewer: WalkViewer): void {
    for (const { tableId, slot, isDeleted } of viewer.client.endings) {
      const table = this.world.tables.find(({ plan }) => plan.id === tableId);
      if (table === undefined) continue; // What owners alone get goes with the owner, too.
      const life = viewer.lives.get(`${tableId} ${slot}`);
      if (life === undefined) continue; // It came and went between two frames.
      const plainSlot = table.slotOfView(slot);
      const isAlive = plainSlot >= 0 && table.lifeOfSlot[plainSlot] === life;
      assert(isDeleted !== isAlive, `${table.plan.name} slot ${slot} ${isAlive ? 'lives on' : 'is no more'}`);
      this.coverage[isAlive ? 'rowsOutOfView' : 'rowsDespawned']++;
    }
    viewer.client.endings.length = 0;
    viewer.lives.clear();
    for (const [tableId, rows] of viewer.client.rows) {
      const table = this.world.tables.find(({ plan }) => plan.id === tableId);
      if (table === undefined) continue;
      for (const slot of table.liveSlots()) {
        const viewSlot = table.viewSlotOf(slot);
        if (rows.has(viewSlot)) viewer.lives.set(`${tableId} ${viewSlot}`, table.lifeOfSlot[slot]!);
      }
    }
  }

  /** Exact copies are exact, and of rows that the viewer sees. */
  compareOwnRows(viewer: WalkViewer, frame: ViewerFrame): void {
    for (const { tableId, slot, row } of frame.ownRows.list()) {
      const table = this.world.tables.find(({ plan }) => plan.id === tableId)!;
      assert(viewer.client.rowsOf(tableId).has(slot), 'an exact copy is of a row that the viewer sees');
      assert(
        textOf(decodeRow(table.plan, row)) === textOf(shown(table.plan, table.rows[table.slotOfView(slot)]!)),
        'an exact copy is exact',
      );
      this.coverage.ownRows++;
    }
  }

  /** A one-off query's rows must be those that the query gives when it is asked of the plain rows. */
  compareAnswer(viewer: WalkViewer, query: Query, rows: readonly Uint8Array[]): void {
    const table = this.world.table(query.table);
    const bounds = this.areaKeyOf(query);
    const watcher: WalkViewer = { ...viewer, areas: new Map() };
    if (bounds !== null) {
      if (!watcher.isAreaKnown) this.askCentres(watcher);
      const area = new NaiveArea(bounds.cellM, bounds.radiusM);
      area.update(watcher.centres);
      watcher.areas.set(bounds.key, { area, heldSince: new Map() });
    }
    const expected = table
      .liveSlots()
      .filter((slot) => this.isSeen(watcher, query, table.plan, table.rows[slot]!, this.cellOf(table, slot)))
      .map((slot) => textOf(shown(table.plan, table.rows[slot]!)));
    const actual = rows.map((bytes) => textOf(decodeRow(table.plan, bytes)));
    assert(
      actual.sort().join() === expected.sort().join(),
      `${textOf([query])} gives ${actual.join()}, not ${expected.join()}`,
    );
  }

  /** Forgets events that every viewer has been asked about. */
  forgetEvents(viewers: readonly WalkViewer[]): void {
    this.events = this.events.filter(({ tick }) => viewers.some(({ client }) => client.tick < tick));
  }
}

function isRestricted({ visibleToColumn, visibleBy }: TablePlan): boolean {
  return visibleToColumn !== null || visibleBy !== undefined;
}

function areEqual(table: TablePlan, a: readonly unknown[], b: readonly unknown[]): boolean {
  return shownTable(table).columns.every(({ type }, c) => equalValues(type, a[c], b[c]));
}

function shown(table: TablePlan, row: readonly unknown[]): readonly unknown[] {
  return row.slice(0, shownColumnCount(table));
}

function textOf(values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value === undefined) return 'none';
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
}
