import { assert, Prng } from '@tickbase/base';
import { wireSchemaOf, type WireSchema } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';
import { DiffBuilder } from '../diff-builder.ts';
import { emptyFrame } from '../empty-frame.ts';
import type { Table } from '../../store/index.ts';
import type { PieceWorkers } from '../piece-workers.ts';
import type { ViewerFrame } from '../viewers-port.ts';
import type { FakeTable } from './fake-table.ts';
import { FakeWorld } from './fake-world.ts';
import { NaiveClient } from './naive-client.ts';
import { noCoverage, type WalkCoverage } from './walk-coverage.ts';
import { WalkOracle } from './walk-oracle.ts';
import { walkPlan } from './walk-plan.ts';
import { IDENTITIES, randomQuery, randomRow, randomValue } from './walk-values.ts';
import type { WalkViewer } from './walk-viewer.ts';

export interface WalkOptions {
  readonly seed: number;
  readonly steps: number;
  /** Over the store's tables; else over the fake's own, whose slots are used again sooner. */
  readonly isOnStore?: boolean;
  /** Who encodes pieces, over the store's tables; left out: the diff builder itself. */
  readonly workersOf?: (plan: Plan, tables: readonly Table[]) => PieceWorkers;
}

/**
 * A random walk of a small world with several viewers, each of whom must at all times have just the rows that its queries
 * give when they are asked of the plain rows. Throws at the first difference; the same options give the same walk.
 */
export function walkViews(options: WalkOptions): WalkCoverage {
  const walk = new Walk(options);
  try {
    for (let i = 0; i < options.steps; i++) walk.step();
  } catch (error) {
    throw new Error(`walkViews(${JSON.stringify(options)}) fails at tick ${walk.world.tick}`, {
      cause: error,
    });
  }
  return walk.finish();
}

class Walk {
  readonly world: FakeWorld;
  private readonly prng: Prng;
  private readonly plan: Plan;
  private readonly schema: WireSchema;
  private readonly radiusMax: number | null;
  private readonly views: DiffBuilder;
  private readonly viewers: WalkViewer[] = [];
  private readonly coverage = noCoverage();
  private readonly oracle: WalkOracle;
  private readonly frame: ViewerFrame;
  private readonly deletedKeys = new Set<string>();
  private nextQuerySet = 1;
  private nextEventKey = 1000;
  /** Of 100 changes: how many move a body. */
  private readonly moveShare: number;

  constructor({ seed, isOnStore = false, workersOf }: WalkOptions) {
    this.prng = new Prng(seed);
    this.radiusMax = this.prng.int(0, 4) === 0 ? null : this.prng.int(6, 25);
    this.plan = walkPlan(this.radiusMax);
    this.schema = wireSchemaOf(this.plan);
    this.world = new FakeWorld(this.plan, this.prng.int(0, 1) === 0 ? 0 : this.prng.int(5, 30), isOnStore);
    this.moveShare = this.prng.int(10, 70);
    this.views = new DiffBuilder(this.plan, this.world.viewTables, this.world, {
      leaveRingTicks: this.prng.int(2, 25),
      eventsKeptMax: this.prng.int(1, 9),
      pieceBytesGoal: this.prng.int(0, 3) === 0 ? 150 : 100_000,
      workersRowsMin: 1,
    });
    this.frame = emptyFrame(this.views.takeWriter(64));
    if (workersOf !== undefined) this.views.employ(workersOf(this.plan, this.world.viewTables as readonly Table[]));
    this.oracle = new WalkOracle(this.world, this.coverage);
  }

  step(): void {
    const { world, views, prng } = this;
    world.beginTick();
    const writes: [number, number][] = [];
    for (let count = prng.int(0, 7); count > 0; count--) this.change(writes);
    const record = world.seal();
    for (const viewer of this.viewers) this.oracle.followArea(viewer);
    this.oracle.logEvents(this.viewers);
    views.begin(record);
    this.coverage.ticks++;
    this.actOfViewers(writes);
    if (!views.collectPieces()) views.giveUpPieces();
    for (const viewer of this.viewers) this.serve(viewer);
  }

  finish(): WalkCoverage {
    const { coverage, world } = this;
    for (const viewer of this.viewers) this.addClientCounters(viewer);
    coverage.slotReuses = world.tables.reduce((sum, table) => sum + table.reusedSlotCount, 0);
    coverage.bodyCrossings = world.table('body').fakeGrid!.crossingCount;
    return coverage;
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.prng.int(0, items.length - 1)]!;
  }

  private change(writes: [number, number][]): void {
    const { prng, world } = this;
    const bodies = world.table('body');
    const homeless = this.viewers.find(({ caller }) => bodies.slotOfKey(caller) < 0);
    if (homeless !== undefined && prng.int(0, 3) === 0) {
      bodies.insert([homeless.caller, ...randomRow(prng, bodies.plan).slice(1)]);
      return;
    }
    const slots = bodies.liveSlots();
    if (slots.length > 0 && prng.int(0, 99) < this.moveShare) {
      const own = this.viewers.map(({ caller }) => bodies.slotOfKey(caller)).filter((slot) => slot >= 0);
      const slot = own.length > 0 && prng.int(0, 1) === 0 ? this.pick(own) : this.pick(slots);
      this.moveBody(bodies, slot);
      writes.push([bodies.position, bodies.viewSlotOf(slot)]);
      return;
    }
    const table = this.pick(world.tables);
    if (table.plan.name === 'crew') this.coverage.crewChanges++;
    const live = table.liveSlots();
    const draw = prng.int(0, 9);
    if (table.plan.isEvent || live.length === 0 || (draw <= 3 && live.length < 40)) this.insert(table);
    else if (draw <= 5) this.delete(table, this.pick(live));
    else {
      const slot = this.pick(live);
      const column = prng.int(1, table.plan.columns.length - 1);
      table.set(slot, column, randomValue(prng, table.plan, column));
      writes.push([table.position, table.viewSlotOf(slot)]);
    }
  }

  private moveBody(bodies: FakeTable, slot: number): void {
    const { prng } = this;
    const [, floor, x, y] = bodies.rows[slot] as number[];
    const draw = prng.int(0, 19);
    if (draw === 0) bodies.set(slot, 1, floor === 0 ? 3 : 0);
    else if (draw === 1) {
      bodies.set(slot, 2, randomValue(prng, bodies.plan, 2));
      bodies.set(slot, 3, randomValue(prng, bodies.plan, 3));
    } else {
      const strideM = draw <= 4 ? 0.05 : 4;
      bodies.set(slot, 2, x! + (prng.float() - 0.5) * strideM);
      bodies.set(slot, 3, y! + (prng.float() - 0.5) * strideM);
    }
    if (draw === 7) bodies.set(slot, 4, prng.float() * 7);
  }

  private insert(table: FakeTable): void {
    const row = randomRow(this.prng, table.plan);
    const deleted = [...this.deletedKeys].filter((text) => text.startsWith(`${table.plan.name} `));
    if (table.plan.isEvent) row[0] = this.nextEventKey++;
    else if (deleted.length > 0 && this.prng.int(0, 2) === 0) {
      const key = this.pick(deleted).split(' ')[1]!;
      row[0] = typeof row[0] === 'bigint' ? BigInt(key) : Number(key);
    }
    if (!table.plan.isEvent && table.slotOfKey(row[0]) >= 0) return;
    if (this.deletedKeys.has(`${table.plan.name} ${row[0]}`)) this.coverage.keysMadeAgain++;
    table.insert(row);
  }

  private delete(table: FakeTable, slot: number): void {
    const row = [...table.rows[slot]!];
    this.deletedKeys.add(`${table.plan.name} ${row[0]}`);
    table.delete(slot);
    // At times the key comes back in the same tick.
    if (this.prng.int(0, 4) === 0) table.insert([row[0], ...randomRow(this.prng, table.plan).slice(1)]);
  }

  private actOfViewers(writes: readonly (readonly [number, number])[]): void {
    const { prng, viewers, views } = this;
    if (viewers.length < 2 || (viewers.length < 6 && prng.int(0, 19) === 0)) this.addViewer();
    if (viewers.length > 2 && prng.int(0, 59) === 0) {
      const [viewer] = viewers.splice(prng.int(0, viewers.length - 1), 1);
      this.addClientCounters(viewer!);
      views.remove(viewer!.id);
      this.coverage.viewersRemoved++;
    }
    const viewer = this.pick(viewers);
    const draw = prng.int(0, 9);
    if (draw <= 1 && viewer.sets.size < 8) this.subscribe(viewer);
    if (draw === 2 && viewer.sets.size > 0) {
      const querySet = this.pick([...viewer.sets.keys()]);
      assert(views.unsubscribe(viewer.id, querySet) === null, 'a known query set ends');
      viewer.endedQueries.push(...viewer.sets.get(querySet)!.queries);
      viewer.sets.delete(querySet);
      this.oracle.fitAreas(viewer);
      this.coverage.unsubscribes++;
    }
    if (draw === 3) this.queryOnce(viewer);
    if (draw === 4 && writes.length > 0) views.noteOwnWrites(viewer.id, Uint32Array.from(writes.flat()), writes.length);
    this.oracle.forgetEvents(viewers);
  }

  private addViewer(): void {
    const { prng } = this;
    const person = prng.int(0, IDENTITIES.length - 1);
    const identity = IDENTITIES[person]!;
    const id = this.views.add(identity.__identity__, person + 1);
    const refusal = this.views.subscribe(id, OWN_SET, [{ table: 'wallet_own', where: null, withinM: null }]);
    assert(refusal === null, 'owners may see what is theirs');
    this.viewers.push({
      id,
      identity,
      caller: person + 1,
      client: new NaiveClient(this.schema),
      sets: new Map(),
      endedQueries: [],
      centres: [],
      isAreaKnown: false,
      areas: new Map(),
      diligence: this.pick([1, 3, 9, 10]),
      isLinkDown: false,
      appliedSets: new Set(),
      lives: new Map(),
    });
    this.coverage.viewersAdded++;
  }

  private subscribe(viewer: WalkViewer): void {
    const { prng, views } = this;
    const querySet = this.nextQuerySet++;
    const tables = this.plan.tables.filter(({ isPublic }) => isPublic || prng.int(0, 9) === 0);
    const queries = Array.from({ length: prng.int(1, 3) }, () => randomQuery(prng, tables, this.radiusMax));
    for (const { join, where } of queries) {
      if (join !== undefined) this.coverage.joins++;
      if (where !== null && 'column' in where && where.op !== 'eq' && where.op !== 'ne') this.coverage.rangeQueries++;
    }
    const refusal = views.subscribe(viewer.id, querySet, queries);
    const isRefused = queries.some(({ table }) => table === 'ledger');
    assert((refusal !== null) === isRefused, `subscribe gives ${refusal?.message ?? 'no refusal'}`);
    if (isRefused) {
      this.coverage.refusals++;
      return;
    }
    viewer.sets.set(querySet, { queries, sinceTick: this.world.tick });
    this.oracle.fitAreas(viewer);
    this.coverage.subscribes++;
  }

  private queryOnce(viewer: WalkViewer): void {
    const tables = this.plan.tables.filter(({ isPublic, isEvent }) => isPublic && !isEvent);
    const query = randomQuery(this.prng, tables, this.radiusMax);
    const rows = this.views.queryOnce(viewer.id, query, 1000);
    assert(Array.isArray(rows), 'a good query is answered');
    this.oracle.compareAnswer(viewer, query, rows);
    this.coverage.queriesOnce++;
    this.coverage.queriesOnceRows += rows.length;
  }

  private serve(viewer: WalkViewer): void {
    const { prng, views, coverage, frame, world } = this;
    if (!viewer.isLinkDown && prng.int(0, 29) === 0) viewer.isLinkDown = true;
    if (viewer.isLinkDown) {
      if (prng.int(0, 3) === 0 && views.hasNews(viewer.id)) {
        views.takeFrame(viewer.id, frame);
        coverage.framesLost++;
      }
      if (prng.int(0, 5) > 0) return;
      viewer.isLinkDown = false;
      views.resume(viewer.id, viewer.client.tick);
      coverage.resumes++;
    }
    if (!views.hasNews(viewer.id)) {
      // Nothing to tell: the copy must be right as it is.
      if (prng.int(0, 2) > 0) return;
      this.oracle.compare(viewer);
      coverage.quietChecks++;
      return;
    }
    assert(views.withNews.includes(viewer.id), 'a viewer with news is in the list');
    if (prng.int(1, 10) > viewer.diligence) return;
    const from = viewer.client.tick;
    views.takeFrame(viewer.id, frame);
    assert(!views.hasNews(viewer.id), 'a taken frame leaves no news');
    viewer.client.apply(frame, world.tick);
    coverage.framesApplied++;
    this.oracle.compareEndings(viewer);
    if (
      frame.pieceCount + frame.watches.length + frame.unwatches.length + frame.applied.length + frame.ended.length ===
      0
    ) {
      coverage.emptyFrames++;
    }
    for (const querySet of frame.applied) viewer.appliedSets.add(querySet);
    for (const querySet of frame.ended) viewer.appliedSets.delete(querySet);
    viewer.appliedSets.delete(OWN_SET);
    assert(
      [...viewer.sets.keys()].sort().join() === [...viewer.appliedSets].sort().join(),
      'every query set is told of once it is complete, and when it ended',
    );
    this.oracle.compare(viewer);
    this.oracle.compareEvents(viewer, from);
    viewer.endedQueries = [];
    this.oracle.compareOwnRows(viewer, frame);
    if (prng.int(0, 1) === 0) views.acknowledge(viewer.id, world.tick);
  }

  private addClientCounters({ client }: WalkViewer): void {
    this.coverage.transits += client.transitCount;
    this.coverage.sweeps += client.sweepCount;
    this.coverage.replacedKeys += client.replacedKeyCount;
  }
}

/** Each viewer's set of what is its own alone, beside those that it comes and goes with. */
const OWN_SET = 1_000_000;
