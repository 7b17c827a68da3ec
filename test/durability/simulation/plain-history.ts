import { assert } from '@tickbase/base';
import { equalValues } from '@tickbase/schema/values';
import type { PlainRow } from '../../simulation/plain-row.ts';
import type { PlainTable } from '../../simulation/plain-table.ts';
import type { PlainWorld } from '../../simulation/plain-world.ts';
import { valueText } from '../../simulation/value-text.ts';
import type { TableView } from '../../../runtime/store/index.ts';

/** The naive world at the end of each tick that may come back, and what of it a restart must find. */
export class PlainHistory {
  readonly #world: PlainWorld;
  readonly #moments = new Map<number, readonly KeptTable[]>();

  #lastNumber = 0;

  constructor(world: PlainWorld) {
    this.#world = world;
    this.#moments.set(
      0,
      world.tables.map((table) => ({ ...table.keep(), numbers: new Map() })),
    );
  }

  /** At the end of a tick, before the naive tables have ended theirs. `before`: the tick that it followed. */
  keep(tick: number, before: number, views: readonly TableView[]): void {
    const earlier = this.#moments.get(before)!;
    this.#moments.set(
      tick,
      this.#world.tables.map((table) => {
        const kept = earlier[table.position]!;
        return table.isChanged ? this.#keepTable(table, views[table.position]!, kept) : kept;
      }),
    );
  }

  #keepTable(table: PlainTable, view: TableView, earlier: KeptTable): KeptTable {
    return { ...table.keep(), numbers: this.#numbersOf(table, view, earlier.numbers) };
  }

  /** A row that is made again under its key, be it at once, is another one: it stands at another slot. */
  #numbersOf(table: PlainTable, view: TableView, earlier: KeptTable['numbers']): KeptTable['numbers'] {
    const numbers = new Map<string, RowNumber>();
    if (table.plan.isEvent || !hasSnapshotColumns(table)) return numbers;
    for (const [key, slot] of slotsOf(table, view)) {
      const known = earlier.get(key);
      const isKnown = known?.slot === slot;
      numbers.set(key, isKnown ? known : { slot, number: ++this.#lastNumber, first: table.rows.get(key)!.values });
    }
    return numbers;
  }

  /** No restart goes back to a tick before this one, but for those of which there may be a snapshot. */
  forgetBefore(tick: number, snapshotTicks: ReadonlySet<number>): void {
    for (const known of this.#moments.keys())
      if (known < tick && !snapshotTicks.has(known)) this.#moments.delete(known);
  }

  /**
   * Takes the naive world back to a tick as a restart finds it, and compares the tables that were recovered. What only snapshots keep is
   * as of `snapshotTick`; null: there was none.
   */
  recovered(tick: number, snapshotTick: number | null, views: readonly TableView[]): void {
    const moment = this.#moments.get(tick);
    assert(moment !== undefined, `tick ${tick} has been`);
    const snapshot = snapshotTick === null ? null : this.#moments.get(snapshotTick);
    assert(snapshot !== undefined, `tick ${snapshotTick}, of which there is a snapshot, has been`);
    for (const table of this.#world.tables) {
      const { position, plan } = table;
      const view = views[position]!;
      const held = heldRows(table, view);
      moment[position]!.restore();
      if (plan.isEvent || plan.persist === 'never') {
        table.rows.clear();
        assert(held.size === 0, `table ${plan.name} is not kept and has ${held.size} rows`);
        continue;
      }
      this.#compare(table, held, moment[position]!, snapshot?.[position] ?? null);
    }
    for (const later of this.#moments.keys()) if (later > tick) this.#moments.delete(later);
    this.#moments.set(
      tick,
      this.#world.tables.map((table) => this.#keepTable(table, views[table.position]!, moment[table.position]!)),
    );
  }

  #compare(
    table: PlainTable,
    held: ReadonlyMap<string, readonly unknown[]>,
    moment: KeptTable,
    snapshot: KeptTable | null,
  ): void {
    const { plan } = table;
    const defaults = new Map<number, unknown>();
    const rows = [...table.rows.values()]; // the table's own are replaced meanwhile
    for (const row of rows) {
      const values = held.get(row.key);
      assert(values !== undefined, `table ${plan.name}: the row ${row.key} is lost`);
      const expected = row.values.map((value, c) => {
        const persist = keptAs(table, c);
        if (persist === 'commit') return value;
        if (persist === 'snapshot') {
          const now = moment.numbers.get(row.key)!;
          const then = snapshot?.numbers.get(row.key);
          return now.number === then?.number ? snapshot!.rows.get(row.key)!.values[c] : now.first[c];
        }
        // Nothing tells its value: it is the column's default, which is the same for all rows.
        if (!defaults.has(c)) defaults.set(c, values[c]);
        return defaults.get(c);
      });
      for (const [c, { type, accessor }] of plan.columns.entries()) {
        const isSame =
          typeof values[c] === 'number' ? Object.is(values[c], expected[c]) : equalValues(type, values[c], expected[c]);
        assert(
          isSame,
          `table ${plan.name}, row ${row.key}: ${accessor} is ${valueText(values[c])}, not ${valueText(expected[c])}`,
        );
      }
      table.rows.set(row.key, { ...row, values: expected });
    }
    assert(held.size === table.rows.size, `table ${plan.name} has ${held.size} rows, not ${table.rows.size}`);
  }
}

/** What a table was. */
interface KeptTable {
  readonly rows: ReadonlyMap<string, PlainRow>;
  readonly restore: () => void;
  /** By key, in tables with columns that only snapshots keep. */
  readonly numbers: ReadonlyMap<string, RowNumber>;
}

interface RowNumber {
  readonly slot: number;
  readonly number: number;
  /** Its values at the end of the tick in which it came: its insert is kept whole. */
  readonly first: readonly unknown[];
}

function hasSnapshotColumns(table: PlainTable): boolean {
  return table.plan.columns.some((_, c) => keptAs(table, c) === 'snapshot');
}

function* slotsOf(table: PlainTable, view: TableView): Generator<[key: string, slot: number]> {
  const values: unknown[] = [];
  for (let slot = 0; slot < view.slotCount; slot++) {
    if (view.live[slot] !== 1) continue;
    for (const c of table.keyColumns) values[c] = view.valueAt(c, slot);
    yield [table.keyOf(values), slot];
  }
}

/** Keys and numbers that are given are kept with every row that is. */
function keptAs(table: PlainTable, column: number): 'commit' | 'snapshot' | 'never' {
  const { plan } = table;
  const { persist, autoInc } = plan.columns[column]!;
  const isKeyed = table.keyColumns.includes(column) || plan.uniques.some((unique) => unique.includes(column));
  return isKeyed || autoInc ? 'commit' : (persist ?? plan.persist);
}

function heldRows(table: PlainTable, view: TableView): Map<string, readonly unknown[]> {
  const held = new Map<string, readonly unknown[]>();
  for (let slot = 0; slot < view.slotCount; slot++) {
    if (view.live[slot] !== 1) continue;
    const values = table.plan.columns.map((_, c) => view.valueAt(c, slot));
    held.set(table.keyOf(values), values);
  }
  return held;
}
