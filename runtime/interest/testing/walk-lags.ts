import { assert, Fault, Prng } from '@tickbase/base';
import { readPieceHandle, wireSchemaOf } from '@tickbase/protocol';
import type { InterestPlan, TablePlan } from '@tickbase/schema/plan';
import { equalValues } from '@tickbase/schema/values';
import { DiffBuilder } from '../diff-builder.ts';
import { emptyFrame } from '../empty-frame.ts';
import { NO_EASING } from '../easing.ts';
import type { ViewerFrame, ViewerId } from '../viewers-port.ts';
import { decodeRow } from './decode-row.ts';
import type { FakeTable } from './fake-table.ts';
import { FakeWorld } from './fake-world.ts';
import { NaiveClient } from './naive-client.ts';
import { seenRow } from './naive-query.ts';
import { piecesOf } from './pieces-of.ts';
import { walkPlan } from './walk-plan.ts';
import { IDENTITIES } from './walk-values.ts';

export interface LagWalkOptions {
  readonly seed: number;
  readonly steps: number;
}

const COUNTERS = [
  'framesApplied',
  'pagesLagging',
  'pagesWaitingForBudget',
  'rowsCompared',
  'rowsOwn',
  'resumes',
  'framesLost',
  'framesSkipped',
  'easings',
  'teleports',
  'lostTransits',
  'quiets',
  'setsAppliedLate',
  'rowsLeftOut',
] as const;
export type LagCoverage = Record<(typeof COUNTERS)[number], number>;

/**
 * A walk in which clients have pages of different ages: rate tiers, small budgets, limits of rows, easing, skipped and lost frames. What a client
 * has of a page must be what was there in the tick of the last frame that told of it, and after a while in which nothing changes everything must be as
 * it is. Throws at the first difference.
 */
export function walkLags(options: LagWalkOptions): LagCoverage {
  const walk = new LagWalk(options.seed);
  try {
    for (let i = 0; i < options.steps; i++) walk.step();
    walk.rest();
  } catch (error) {
    throw new Error(`walkLags(${JSON.stringify(options)}) fails at tick ${walk.world.tick}`, { cause: error });
  }
  return walk.coverage;
}

interface LagViewer {
  readonly id: ViewerId;
  readonly caller: number;
  readonly client: NaiveClient;
  /** Of 10 ticks, in how many it takes its frame. */
  readonly diligence: number;
  isLinkDown: boolean;
  appliedSets: number;
  /** By table and slot: the tick of the last exact copy. */
  readonly ownTicks: Map<string, number>;
  /** Bytes of streamed cells other than its own, by tick. */
  readonly areaBytes: number[];
}

const TABLES = ['body', 'plate', 'stash'];
const LAND_M = 150;

class LagWalk {
  readonly world: FakeWorld;
  readonly coverage = Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as LagCoverage;
  private readonly prng: Prng;
  private readonly views: DiffBuilder;
  private readonly viewers: LagViewer[] = [];
  private readonly frame: ViewerFrame;
  private readonly limits: InterestPlan;
  /** By tick: by table, cell and slot what clients are to see. */
  private readonly history = new Map<number, Map<string, Map<number, unknown[]>>>();

  constructor(seed: number) {
    const prng = new Prng(seed);
    this.prng = prng;
    const isPressed = prng.int(0, 2) > 0;
    this.limits = {
      radiusMax: prng.int(20, 60),
      tiers: [
        { beyond: 6, everyTicks: 2 },
        { beyond: 17, everyTicks: prng.int(0, 1) === 0 ? 4 : 16 },
      ].slice(0, prng.int(0, 2)),
      bytesPerSecond: isPressed ? prng.int(600, 9_000) : 1_000_000,
      rowsMax: prng.int(0, 3) === 0 ? prng.int(5, 30) : null,
    };
    const plan = walkPlan(this.limits.radiusMax, this.limits);
    const leaveRingTicks = prng.int(0, 3) === 0 ? 12 : 300;
    this.world = new FakeWorld(plan, leaveRingTicks);
    this.views = new DiffBuilder(plan, this.world.viewTables, this.world, { leaveRingTicks });
    this.frame = emptyFrame(this.views.takeWriter(64));
    this.world.beginTick();
    for (let key = 1; key <= 70; key++) this.insertBody(key);
    for (let key = 1; key <= 30; key++) this.world.table('plate').insert([key, prng.int(1, 70), `plate ${key}`]);
    for (let key = 1; key <= 20; key++) this.insertStash(key);
    this.tick();
    for (let person = 0; person < 5; person++) this.addViewer(person);
  }

  step(): void {
    const { prng, world } = this;
    world.beginTick();
    const writes = new Map<number, [number, number][]>();
    this.moveBodies(writes);
    for (let count = prng.int(0, 3); count > 0; count--) this.changeOther();
    this.tick();
    if (prng.int(0, 39) === 0) this.ease();
    for (const [caller, pairs] of writes) {
      const viewer = this.viewers.find((one) => one.caller === caller)!;
      this.views.noteOwnWrites(viewer.id, Uint32Array.from(pairs.flat()), pairs.length);
    }
    for (const viewer of this.viewers) this.serve(viewer);
    if (prng.int(0, 59) === 0) this.rest();
  }

  /** Nothing changes for as long as the slowest may need; then all is as it is. */
  rest(): void {
    this.coverage.quiets++;
    for (const viewer of this.viewers) if (viewer.isLinkDown) this.resume(viewer);
    for (let waited = 0; ; waited++) {
      assert(waited < 4_000, 'what waits is sent in the end');
      this.world.beginTick();
      this.tick();
      let isBusy = waited < 140;
      for (const viewer of this.viewers) {
        if (!this.views.hasNews(viewer.id)) continue;
        this.take(viewer);
        isBusy ||= this.frame.pieceCount + this.frame.watches.length + this.frame.unwatches.length > 0;
        isBusy ||= (viewer.client.watches.size === 0 && waited < 300) || this.isPending(viewer);
      }
      if (!isBusy) break;
    }
    for (const viewer of this.viewers) this.compareWithPresent(viewer);
  }

  /** True when the viewer is to be visited in the next tick although nothing changes. */
  private isPending(viewer: LagViewer): boolean {
    return (this.views as unknown as { pending: number[] }).pending.includes(viewer.id);
  }

  private tick(): void {
    this.views.begin(this.world.seal());
    this.history.set(this.world.tick, this.present());
    this.history.delete(this.world.tick - 3_000);
  }

  private insertBody(key: number): void {
    const { prng } = this;
    const at = (): number => (prng.float() - 0.5) * LAND_M;
    this.world.table('body').insert([key, prng.int(0, 19) === 0 ? 3 : 0, at(), at(), prng.float() * 6, 90, key % 5]);
  }

  private insertStash(key: number): void {
    const { prng } = this;
    const at = (): number => (prng.float() - 0.5) * LAND_M;
    this.world.table('stash').insert([key, IDENTITIES[key % IDENTITIES.length], at(), at(), prng.int(0, 99)]);
  }

  private moveBodies(writes: Map<number, [number, number][]>): void {
    const { prng, world } = this;
    const bodies = world.table('body');
    for (const slot of bodies.liveSlots()) {
      if (prng.int(0, 3) === 0) continue;
      const [key, floor, x, y] = bodies.rows[slot] as number[];
      const strideM = prng.int(0, 9) === 0 ? 9 : 1.5;
      bodies.set(slot, 2, x! + (prng.float() - 0.5) * strideM);
      bodies.set(slot, 3, y! + (prng.float() - 0.5) * strideM);
      const isViewer = key! <= IDENTITIES.length;
      if (isViewer && prng.int(0, 59) === 0) {
        this.coverage.teleports++;
        bodies.set(slot, 1, floor === 0 ? 3 : 0);
        bodies.set(slot, 2, (prng.float() - 0.5) * LAND_M);
      }
      if (prng.int(0, 29) > 0) continue;
      const writer = prng.int(1, IDENTITIES.length);
      const pairs = writes.get(writer) ?? [];
      writes.set(writer, pairs);
      pairs.push([bodies.position, bodies.viewSlotOf(slot)]);
    }
  }

  private changeOther(): void {
    const { prng, world } = this;
    const table = world.table(TABLES[prng.int(0, 2)]!);
    const slots = table
      .liveSlots()
      .filter((slot) => table.plan.name !== 'body' || (table.rows[slot]![0] as number) > 5);
    if (slots.length === 0) return;
    const slot = slots[prng.int(0, slots.length - 1)]!;
    const key = table.rows[slot]![0] as number;
    const draw = prng.int(0, 3);
    if (draw === 0) {
      table.delete(slot);
      // Keys come back, at times in the same tick.
      if (table.plan.name === 'body' && prng.int(0, 2) > 0) this.insertBody(key);
      if (table.plan.name === 'stash') this.insertStash(key);
    } else if (table.plan.name === 'plate')
      table.set(slot, Math.min(draw, 2), draw === 1 ? prng.int(1, 70) : `plate ${prng.int(0, 9)}`);
    else if (table.plan.name === 'stash') table.set(slot, 4, prng.int(0, 99));
    else table.set(slot, 6, prng.int(0, 9));
    const missing = prng.int(6, 70);
    if (world.table('body').slotOfKey(missing) < 0) this.insertBody(missing);
  }

  private ease(): void {
    const { prng } = this;
    this.coverage.easings++;
    this.views.ease(
      prng.int(0, 2) === 0
        ? NO_EASING
        : {
            farFactor: ([1, 2, 4] as const)[prng.int(0, 2)]!,
            radiusFactor: [1, 0.8, 0.6][prng.int(0, 2)]!,
            nearEveryTicks: prng.int(0, 1) === 0 ? 1 : 2,
          },
    );
  }

  private addViewer(person: number): void {
    const id = this.views.add(IDENTITIES[person]!.__identity__, person + 1);
    const client = new NaiveClient(wireSchemaOf(this.world.plan));
    const diligence = this.prng.int(0, 2) === 0 ? this.prng.int(2, 8) : 10;
    const rest = { appliedSets: 0, isLinkDown: false, ownTicks: new Map(), areaBytes: [] };
    this.viewers.push({ id, caller: person + 1, client, diligence, ...rest });
    TABLES.forEach((table, set) => this.views.subscribe(id, set + 1, [{ table, where: null, withinM: null }]));
  }

  private serve(viewer: LagViewer): void {
    const { prng, views, coverage } = this;
    if (!viewer.isLinkDown && prng.int(0, 59) === 0) viewer.isLinkDown = true;
    if (viewer.isLinkDown) {
      if (prng.int(0, 2) === 0 && views.hasNews(viewer.id)) {
        views.takeFrame(viewer.id, this.frame);
        coverage.framesLost++;
      }
      if (prng.int(0, 7) > 0) return;
      this.resume(viewer);
    }
    if (!views.hasNews(viewer.id)) return;
    if (prng.int(1, 10) > viewer.diligence) {
      coverage.framesSkipped++;
      return;
    }
    this.take(viewer);
    if (prng.int(0, 2) === 0) views.acknowledge(viewer.id, viewer.client.tick);
  }

  private resume(viewer: LagViewer): void {
    viewer.isLinkDown = false;
    this.views.resume(viewer.id, viewer.client.tick);
    this.coverage.resumes++;
  }

  private take(viewer: LagViewer): void {
    const { frame, views, world, coverage } = this;
    const { client } = viewer;
    views.takeFrame(viewer.id, frame);
    client.apply(frame, world.tick);
    coverage.framesApplied++;
    viewer.appliedSets += frame.applied.length;
    if (frame.applied.length > 0 && world.tick > 3) coverage.setsAppliedLate++;
    if (this.isPending(viewer)) coverage.pagesWaitingForBudget++;
    for (const { tableId, slot, row: bytes } of frame.ownRows.list()) {
      const table = world.tables.find(({ plan }) => plan.id === tableId)!;
      const row = client.rowsOf(tableId).get(slot);
      assert(row !== undefined, 'an exact copy is of a row that the client has');
      const written = decodeRow(table.plan, bytes);
      this.compareValues(table.plan, slot, written, table.rows[table.slotOfView(slot)]!);
      row.values = seenRow(table.plan, written);
      viewer.ownTicks.set(`${tableId} ${slot}`, world.tick);
      coverage.rowsOwn++;
    }
    this.noteBytes(viewer);
    for (const [handle, { watch, tick }] of client.watches)
      this.comparePage(viewer, handle, watch.tableId, keyOf(watch), tick);
  }

  private noteBytes(viewer: LagViewer): void {
    const { frame, world } = this;
    const bodies = world.table('body');
    const [, floor, x, y] = bodies.rows[bodies.slotOfKey(viewer.caller)] as number[];
    let bytes = 0;
    for (const piece of piecesOf(frame)) {
      const held = viewer.client.watches.get(readPieceHandle(piece, 0));
      const cell = held?.watch.cell;
      if (!cell || held!.watch.isExact) continue;
      const isOwn =
        cell.space === floor &&
        Math.abs((cell.cellX + 0.5) * 12 - x!) < 8 &&
        Math.abs((cell.cellY + 0.5) * 12 - y!) < 8;
      if (!isOwn) bytes += piece.length;
    }
    viewer.areaBytes[world.tick] = bytes;
  }

  /** What the client has of one page is what was there in the tick up to which it was told of it. */
  private comparePage(viewer: LagViewer, handle: number, tableId: number, cell: string, tick: number): void {
    const { client } = viewer;
    const table = this.world.tables.find(({ plan }) => plan.id === tableId)!;
    if (tick < this.world.tick) this.coverage.pagesLagging++;
    const expected = this.expectedOf(viewer, table, cell, tick);
    const { names, watch } = client.watches.get(handle)!;
    const rows = client.rowsOf(tableId);
    const fail = (slot: number, what: string): never => {
      throw new Fault(`${table.plan.name} slot ${slot} of viewer ${viewer.id}, cell ${cell} of tick ${tick}: ${what}`);
    };
    for (const slot of names.values()) {
      const row = rows.get(slot);
      if (row?.residences.get(watch.partitioning) !== handle || row.transits.has(watch.partitioning)) continue;
      const due = expected.get(slot);
      if (due === undefined) fail(slot, 'should not be there');
      if ((viewer.ownTicks.get(`${tableId} ${slot}`) ?? -1) <= tick)
        this.compareValues(table.plan, slot, row.values, due!);
      this.coverage.rowsCompared++;
    }
    for (const slot of expected.keys()) {
      const residence = rows.get(slot)?.residences.get(watch.partitioning);
      if (residence === handle) continue;
      // It may have gone on to a page of which the client was told later.
      const isElsewhere = residence !== undefined && client.watches.get(residence)!.tick > tick;
      const hasGone = [...client.watches.values()].some(
        (other) => other.watch.tableId === tableId && other.tick > tick,
      );
      if (!isElsewhere && !hasGone) fail(slot, 'is missing');
    }
  }

  private compareValues(
    table: TablePlan,
    slot: number,
    actual: readonly unknown[],
    expected: readonly unknown[],
  ): void {
    table.columns.forEach(({ name, type }, c) => {
      if (equalValues(type, actual[c], expected[c])) return;
      throw new Fault(`${table.name} slot ${slot} has ${name} ${String(actual[c])}, not ${String(expected[c])}`);
    });
  }

  private compareWithPresent(viewer: LagViewer): void {
    const { client } = viewer;
    assert(viewer.appliedSets >= TABLES.length, 'every query set is complete in the end');
    for (const name of TABLES) {
      const table = this.world.table(name);
      const watched = new Set<string>();
      for (const { watch } of client.watches.values()) if (watch.tableId === table.plan.id) watched.add(keyOf(watch));
      const expected = new Map<number, unknown[]>();
      for (const cell of watched)
        for (const [slot, row] of this.expectedOf(viewer, table, cell, this.world.tick)) expected.set(slot, row);
      const actual = client.rowsOf(table.plan.id);
      for (const [slot, row] of expected) {
        const held = actual.get(slot);
        assert(held !== undefined, `${name} slot ${slot} of viewer ${viewer.id} is missing at rest`);
        this.compareValues(table.plan, slot, held.values, row);
      }
      assert(
        actual.size === expected.size,
        `viewer ${viewer.id} has ${actual.size} rows of ${name}, not ${expected.size}`,
      );
      this.compareCells(viewer, table, watched);
    }
    this.coverage.lostTransits += client.lostTransitCount;
    client.lostTransitCount = 0;
    this.compareBytes(viewer);
  }

  /** Cells within the radius that hold rows are watched, but for those that the limit of rows leaves out. */
  private compareCells(viewer: LagViewer, table: FakeTable, watched: Set<string>): void {
    const bodies = this.world.table('body');
    const [, floor, x, y] = bodies.rows[bodies.slotOfKey(viewer.caller)] as number[];
    const cellM = table.plan.name === 'stash' ? 7 : 12;
    let shownCount = 0;
    for (const [key, rows] of this.present()) {
      const [name, cell] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
      if (name !== table.plan.name) continue;
      const visible = this.expectedOf(viewer, table, cell, this.world.tick).size;
      if (watched.has(cell)) shownCount += rows.size;
      if (watched.has(cell) || visible === 0) continue;
      const [space, cellX, cellY] = cell.split(',').map(Number);
      const dx = Math.max(cellX! * cellM - x!, x! - (cellX! + 1) * cellM, 0);
      const dy = Math.max(cellY! * cellM - y!, y! - (cellY! + 1) * cellM, 0);
      // Half of the radius: easing may have shortened it.
      if (space !== floor || Math.hypot(dx, dy) > this.limits.radiusMax / 2) continue;
      assert(this.limits.rowsMax !== null && table.plan.name === 'body', `the cell ${cell} of ${name} is watched`);
      this.coverage.rowsLeftOut += rows.size;
    }
    if (this.limits.rowsMax === null || table.plan.name !== 'body') return;
    const own = [...this.present()].reduce(
      (most, [key, rows]) => (key.startsWith('body ') ? Math.max(most, rows.size) : most),
      0,
    );
    assert(shownCount <= this.limits.rowsMax + 4 * own, `${shownCount} rows are shown`);
  }

  /** In no second more than a tenth above the budget, but for single pieces that are longer than it holds. */
  private compareBytes({ areaBytes }: LagViewer): void {
    const { bytesPerSecond } = this.limits;
    for (let first = 0; first + 20 <= areaBytes.length; first++) {
      const second = Array.from({ length: 20 }, (_, i) => areaBytes[first + i] ?? 0);
      const longest = Math.max(...second);
      const isHeld = second.reduce((sum, bytes) => sum + bytes, 0) <= 1.1 * bytesPerSecond + longest;
      assert(isHeld, `${second.join()} bytes in a second, of ${bytesPerSecond}`);
    }
    areaBytes.length = 0;
  }

  private expectedOf(viewer: LagViewer, { plan }: FakeTable, cell: string, tick: number): Map<number, unknown[]> {
    const rows = this.history.get(tick)?.get(`${plan.name} ${cell}`) ?? new Map<number, unknown[]>();
    if (plan.visibleToColumn === null) return rows;
    const me = IDENTITIES[viewer.caller - 1]!;
    return new Map([...rows].filter(([, row]) => me.isEqual(row[plan.visibleToColumn!] as typeof me)));
  }

  private present(): Map<string, Map<number, unknown[]>> {
    const cells = new Map<string, Map<number, unknown[]>>();
    for (const name of TABLES) {
      const table = this.world.table(name);
      for (const slot of table.liveSlots()) {
        const cell = this.cellOf(table, slot);
        if (cell === null) continue;
        const key = `${name} ${cell}`;
        const rows = cells.get(key) ?? new Map<number, unknown[]>();
        cells.set(key, rows);
        rows.set(table.viewSlotOf(slot), seenRow(table.plan, table.rows[slot]!));
      }
    }
    return cells;
  }

  private cellOf(table: FakeTable, slot: number): string | null {
    const { spatial } = table.plan;
    if (spatial?.kind === 'follows') {
      const bodies = this.world.table(spatial.table);
      const target = bodies.slotOfKey(table.rows[slot]![spatial.column]);
      return target < 0 ? null : this.cellOf(bodies, target);
    }
    const grid = table.fakeGrid!;
    const cell = grid.cellOfSlot[slot]!;
    return `${grid.cellSpace[cell]},${grid.cellX[cell]},${grid.cellY[cell]}`;
  }
}

function keyOf({
  cell,
}: {
  readonly cell: { readonly space: number; readonly cellX: number; readonly cellY: number } | null;
}): string {
  assert(cell !== null, 'all that is watched are cells');
  return `${cell.space},${cell.cellX},${cell.cellY}`;
}
