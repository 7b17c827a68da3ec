import type { Plan } from '@tickbase/schema/plan';
import {
  type CommitRecord,
  INTEREST_CENTRES,
  INTEREST_FAILED,
  INTEREST_NONE,
  type TableChange,
  type TableView,
} from '../../store/index.ts';
import type { AreaSource } from '../area-source.ts';
import { FakeTable } from './fake-table.ts';
import { StoreTwin } from './store-twin.ts';

/** Hit points that make the walk's interest function do something else than give the body's place. */
export const HP_SEES_NOTHING = 13;
export const HP_FAILS = 66;
export const HP_SEES_TWICE = 77;

/** Columns of `body`, as in AreaSource. */
const COLUMN_ID = 1 << 0;
const COLUMN_X = 1 << 2;
const COLUMN_Y = 1 << 3;
const COLUMN_HP = 1 << 5;

/**
 * Tables, and a module whose interest function gives the caller's own body as it stands: the row of `body` with the caller's
 * number as its key. It looks at the body's hit points.
 */
export class FakeWorld implements AreaSource {
  readonly plan: Plan;
  readonly tables: readonly FakeTable[];
  tick = 0;
  readonly centres = new Float64Array(6);
  centreCount = 0;
  readonly centreRows = new Int32Array(4);
  readonly reads = new Int32Array(2);
  readonly readColumns = new Uint32Array(1);
  readCount = 0;
  interestRunCount = 0;
  /** Ticks for which a freed slot rests; 0: it may be used again in the next tick. */
  private readonly slotRestTicks: number;
  private readonly resting: { readonly table: FakeTable; readonly slot: number; readonly tick: number }[] = [];

  private readonly twin: StoreTwin | null;

  /** `isOnStore`: views are given the store's own tables and records, which follow the plain rows. */
  constructor(plan: Plan, slotRestTicks: number, isOnStore = false) {
    this.plan = plan;
    this.twin = isOnStore ? new StoreTwin(plan, slotRestTicks) : null;
    this.tables = plan.tables.map((table, position) => new FakeTable(table, position, this.twin));
    this.slotRestTicks = slotRestTicks;
  }

  /** What views read. */
  get viewTables(): readonly TableView[] {
    return this.twin?.tables ?? this.tables;
  }

  table(name: string): FakeTable {
    return this.tables.find(({ plan }) => plan.name === name)!;
  }

  seal(): CommitRecord {
    this.tick++;
    const { tick } = this;
    const changes: TableChange[] = [];
    for (const table of this.tables) {
      const change = table.seal((slot) => {
        if (!table.plan.isEvent) this.resting.push({ table, slot, tick });
      });
      if (change !== null) changes.push(change);
    }
    if (this.twin !== null) return this.twin.seal(tick);
    return {
      tick,
      timestampUs: tick * 50_000,
      tables: changes,
      isLogEmpty: true,
      logged: () => new Uint8Array(0),
      putLogged: () => -1,
      wireOnly: () => new Uint8Array(0),
    };
  }

  beginTick(): void {
    this.twin?.beginTick(this.tick + 1);
    for (const table of this.tables) if (table.plan.isEvent) table.clear();
    while (this.resting.length > 0 && this.resting[0]!.tick + this.slotRestTicks <= this.tick) {
      const { table, slot } = this.resting.shift()!;
      if (table.live[slot] === 0) table.freeSlots.push(slot);
    }
  }

  interestOf(caller: number): number {
    this.interestRunCount++;
    const bodies = this.table('body');
    const slot = bodies.slotOfKey(caller);
    const viewSlot = bodies.viewSlotOf(slot);
    this.reads.set([bodies.position, viewSlot]); // -1 when there is none: any body may become it.
    this.readColumns[0] = COLUMN_ID | COLUMN_HP;
    this.readCount = 1;
    this.centreCount = 0;
    if (slot < 0) return INTEREST_NONE;
    const [, floor, x, y, , hp] = bodies.rows[slot] as number[];
    if (hp === HP_SEES_NOTHING) return INTEREST_NONE;
    if (hp === HP_FAILS) return INTEREST_FAILED;
    this.centres.set([floor!, x!, y!, 0, x! / 2, y! + 30]);
    this.centreRows.set([bodies.position, viewSlot, -1, -1]);
    this.centreCount = 1;
    if (hp === HP_SEES_TWICE) {
      this.centreCount = 2;
      this.readColumns[0]! |= COLUMN_X | COLUMN_Y;
    }
    return INTEREST_CENTRES;
  }
}
