import { shownTable } from '@tickbase/schema/plan';
import { equalValues, type Identity } from '@tickbase/schema/values';
import type { Centre, Condition } from '../scenarios/scenario.ts';
import type { WitnessedPage, WitnessedRow, WitnessedTable } from './frame-witness.ts';
import { quantizedInteger } from './quantized-integer.ts';
import { quantizedValue } from './quantized-value.ts';
import { reachOf } from './reach-of.ts';
import type { SampledWindow } from './sampled-window.ts';
import { cellKey, type SampledTable, type SampledWorld } from './sampled-world.ts';

/** A client whose cached rows are to be checked. */
export interface CheckedClient {
  /** For messages. */
  readonly name: string;
  readonly identity: bigint;
  /** Where its area of interest lies at this tick. */
  readonly centres: readonly Centre[];
  /** By table that it subscribed to: the cached rows, by column name. */
  readonly cached: ReadonlyMap<string, readonly CachedValues[]>;
  /** By table of which it asked for some rows only. */
  readonly only: ReadonlyMap<string, Condition>;
  /** By table whose rows have a place of their own: the cells that the client library names, by `cellKey`. */
  readonly cells: ReadonlyMap<string, ReadonlySet<string>>;
  /** By table in cells: what its messages told. */
  readonly witnessed: ReadonlyMap<string, WitnessedTable>;
  /** By table: keys of rows that its own calls may have written. Those it holds in full precision until they change again. */
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
}

export type CachedValues = Readonly<Record<string, unknown>>;

export interface CheckOutcome {
  /** Rows that had to be there, or were, and could be compared. */
  rowsChecked: number;
  /** Rows that may be as old as they are, or missing: their cell waits for its turn, and of so long ago nothing is known. */
  rowsUnchecked: number;
  mismatches: string[];
  /** What should not stay so for long, by table and cell: a cell in reach that the client does not have, and one that is older than the window and not as the world was. */
  overdue: Set<string>;
}

/**
 * Compares what a client has cached after a tick with every row of the world, recomputing from scratch what the client
 * must have: rows of its own where a table is `visibleTo`, cells in reach where a table has places, all rows else. A table in cells is compared
 * cell by cell, each with the world of the tick to which the client's messages have brought that cell. In the band where the way of the viewer decides
 * what it holds, the messages' word on its cells is taken. Quantized columns have the quantized values; in rows that the client wrote
 * itself, any that round to the same integer.
 */
export function checkView(window: SampledWindow, client: CheckedClient): CheckOutcome {
  const outcome: CheckOutcome = { rowsChecked: 0, rowsUnchecked: 0, mismatches: [], overdue: new Set() };
  for (const [name, rows] of client.cached) {
    const check = new TableCheck(window, name, client, outcome);
    const cached = check.byKey(rows);
    const witnessed = client.witnessed.get(name);
    if (witnessed === undefined) check.whole(cached);
    else check.inCells(cached, witnessed);
  }
  return outcome;
}

class TableCheck {
  readonly #window: SampledWindow;
  readonly #name: string;
  readonly #client: CheckedClient;
  readonly #outcome: CheckOutcome;
  readonly #now: SampledTable;

  constructor(window: SampledWindow, name: string, client: CheckedClient, outcome: CheckOutcome) {
    this.#window = window;
    this.#name = name;
    this.#client = client;
    this.#outcome = outcome;
    this.#now = window.now.table(name);
  }

  byKey(rows: readonly CachedValues[]): Map<string, readonly unknown[]> {
    const { plan, keyOf } = this.#now;
    const cached = new Map<string, readonly unknown[]>();
    for (const row of rows) {
      const values = plan.columns.map(({ name }) => row[name]);
      const key = keyOf(values);
      if (cached.has(key)) this.#complain(key, 'is cached twice');
      cached.set(key, values);
    }
    return cached;
  }

  /** A table that the client has as of its frame. */
  whole(cached: ReadonlyMap<string, readonly unknown[]>): void {
    const table = this.#now;
    const left = new Set(cached.keys());
    for (const slot of table.slots) {
      if (!this.#isWanted(table, slot)) continue;
      const key = table.keyAt(slot);
      left.delete(key);
      this.#outcome.rowsChecked++;
      const found = cached.get(key);
      if (found === undefined) this.#complain(key, 'is missing');
      else this.#compare(table, slot, found);
    }
    this.#outcome.rowsChecked += left.size;
    for (const key of left) this.#complain(key, 'is cached, and must not be');
  }

  /** A table of which each cell has a tick of its own. */
  inCells(cached: ReadonlyMap<string, readonly unknown[]>, { pages, rows }: WitnessedTable): void {
    const held = new Map<string, WitnessedPage[]>();
    for (const page of pages) held.set(cellKey(page.cell), [...(held.get(cellKey(page.cell)) ?? []), page]);
    this.#compareCellLists(held);
    for (const [key, values] of cached) {
      const row = rows.get(key);
      if (row !== undefined) this.#compareRow(key, values, row);
      else this.#countedComplaint(key, 'is cached, and no message told of it');
    }
    for (const key of rows.keys())
      if (!cached.has(key)) this.#countedComplaint(key, 'is missing, and a message told of it');
    for (const [cell, parts] of held) this.#findMissing(cell, parts, rows);
    this.#findMissingCells(held);
  }

  /** The library's own list of cells is that of the messages. */
  #compareCellLists(held: ReadonlyMap<string, unknown>): void {
    const named = this.#client.cells.get(this.#name);
    if (named === undefined) return;
    for (const cell of named) if (!held.has(cell)) this.#complain(`cell ${cell}`, 'is named, and not watched');
    for (const cell of held.keys()) if (!named.has(cell)) this.#complain(`cell ${cell}`, 'is watched, and not named');
  }

  #compareRow(key: string, values: readonly unknown[], { page, isMoving, ownTick }: WitnessedRow): void {
    const { oldest } = this.#window;
    const cell = cellKey(page.cell);
    if (this.#reach(page) === 'outside') {
      this.#countedComplaint(key, 'is cached, and must not be');
    } else if (isMoving) {
      this.#outcome.rowsUnchecked++; // its last values are from wherever it was before
    } else if (page.tick >= oldest.tick) {
      const table = this.#window.at(page.tick)?.table(this.#name);
      const slot = table === undefined ? null : slotIn(table, cell, key);
      if (table === undefined) this.#outcome.rowsUnchecked++;
      else if (slot === null || !this.#isWanted(table, slot)) this.#countedComplaint(key, 'is cached, and must not be');
      else {
        this.#outcome.rowsChecked++;
        const isNewer = ownTick !== null && ownTick > page.tick && this.#isWritten(key);
        const own = isNewer ? this.#window.at(ownTick)?.table(this.#name) : table;
        const ownSlot = isNewer && own !== undefined ? own.slotOfKey(key) : slot;
        if (own !== undefined && ownSlot !== null) this.#compare(own, ownSlot, values);
      }
    } else {
      const table = oldest.table(this.#name);
      const slot = slotIn(table, cell, key);
      if (slot !== null && this.#isWanted(table, slot) && this.#differences(table, slot, values).length === 0) {
        this.#outcome.rowsChecked++;
      } else {
        this.#outcome.rowsUnchecked++;
        this.#noteOld(cell, page.tick);
      }
    }
  }

  /** Rows that have been in a cell all the time since the client has it must be there. */
  #findMissing(cell: string, parts: readonly WitnessedPage[], rows: WitnessedTable['rows']): void {
    const { now, oldest } = this.#window;
    const since = Math.min(...parts.map(({ tick }) => tick));
    const table = this.#window.at(Math.max(since, oldest.tick))?.table(this.#name);
    if (table === undefined) return;
    for (const slot of table.slotsIn(cell)) {
      const key = table.keyAt(slot);
      if (rows.has(key) || !this.#isWanted(table, slot)) continue;
      if (since >= oldest.tick && this.#staysIn(cell, key, table)) {
        this.#countedComplaint(key, 'is missing');
      } else {
        this.#outcome.rowsUnchecked++;
        // One that has just moved on may have been told of by the cell that it came to.
        if (since < oldest.tick && slotIn(now.table(this.#name), cell, key) !== null) {
          this.#noteOld(cell, since);
        }
      }
    }
  }

  /** By its tick: a cell that is brought up now and then waits for the client's budget, one that stays as it was has been forgotten. */
  #noteOld(cell: string, tick: number): void {
    this.#outcome.overdue.add(`${this.#name} ${cell}: the client has had it as of tick ${tick} for too long`);
  }

  #staysIn(cell: string, key: string, from: SampledTable): boolean {
    for (let { tick } = from.world; tick <= this.#window.now.tick; tick++) {
      const table = this.#window.at(tick)?.table(this.#name);
      if (table !== undefined && slotIn(table, cell, key) === null) return false;
    }
    return true;
  }

  /** Cells in reach with rows in them that the client is not told of wait for their turn, but not for ever. */
  #findMissingCells(held: ReadonlyMap<string, unknown>): void {
    for (const [key, { cell, slots }] of this.#now.cells()) {
      if (held.has(key) || this.#reach({ cell }) !== 'inside') continue;
      const wanted = slots.filter((slot) => this.#isWanted(this.#now, slot)).length;
      if (wanted === 0) continue;
      this.#outcome.rowsUnchecked += wanted;
      this.#outcome.overdue.add(`${this.#name} ${key}: it is in reach, and the client has waited for it too long`);
    }
  }

  #reach({ cell }: Pick<WitnessedPage, 'cell'>): 'inside' | 'band' | 'outside' {
    const { interest } = this.#window.now.plan;
    if (interest === null) return 'inside';
    return reachOf(cell, cellEdgeOf(this.#window.now, this.#name), this.#client.centres, interest.radiusMax);
  }

  #isWanted(table: SampledTable, slot: number): boolean {
    const { visibleToColumn, columns } = table.plan;
    const only = this.#client.only.get(this.#name);
    if (visibleToColumn === null && only === undefined) return true;
    const values = table.valuesAt(slot);
    const isVisible =
      visibleToColumn === null || (values[visibleToColumn] as Identity).__identity__ === this.#client.identity;
    return (
      isVisible && (only === undefined || values[columns.findIndex(({ name }) => name === only.column)] === only.value)
    );
  }

  #isWritten(key: string): boolean {
    return this.#client.written.get(this.#name)?.has(key) ?? false;
  }

  #compare(table: SampledTable, slot: number, found: readonly unknown[]): void {
    for (const difference of this.#differences(table, slot, found)) this.#complain(table.keyAt(slot), difference);
  }

  #differences(table: SampledTable, slot: number, found: readonly unknown[]): string[] {
    const values = table.valuesAt(slot);
    const isWritten = this.#isWritten(table.keyAt(slot));
    const differences: string[] = [];
    shownTable(table.plan).columns.forEach(({ name, type, quantize }, position) => {
      const [there, here] = [values[position], found[position]];
      const isEqual =
        quantize === null
          ? equalValues(type, there, here)
          : here === quantizedValue(quantize, there as number, type.kind === 'f32') ||
            (isWritten && quantizedInteger(quantize, there as number) === quantizedInteger(quantize, here as number));
      if (!isEqual) differences.push(`${name} is ${text(here)} in the cache and ${text(there)} in the store`);
    });
    return differences;
  }

  /** Of a row that counts as compared. */
  #countedComplaint(key: string, what: string): void {
    this.#outcome.rowsChecked++;
    this.#complain(key, what);
  }

  #complain(key: string, what: string): void {
    const { tick } = this.#window.now;
    this.#outcome.mismatches.push(`${this.#client.name}, tick ${tick}, ${this.#name} ${key}: ${what}`);
  }
}

/** The row's slot if it is in this cell. */
function slotIn(table: SampledTable, cell: string, key: string): number | null {
  const slot = table.slotOfKey(key);
  const place = slot === null ? null : table.cellOf(slot);
  return place !== null && cellKey(place) === cell ? slot : null;
}

/** In metres; what follows has the cells of the table that it follows. */
function cellEdgeOf(world: SampledWorld, name: string): number {
  const { spatial } = world.table(name).plan;
  if (spatial === null) return Infinity;
  return spatial.kind === 'position' ? spatial.cell : cellEdgeOf(world, spatial.table);
}

function text(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
