import { assert, ByteReader } from '@tickbase/base';
import { compileCodec } from '@tickbase/protocol';
import {
  type ColumnBuffer,
  type ColumnPlan,
  isPlainEnum,
  type Plan,
  shownTable,
  storageKindOf,
  type TablePlan,
} from '@tickbase/schema/plan';
import { ConnectionId, Identity, TimeDuration, Timestamp, Uuid } from '@tickbase/schema/values';
import { valueTexts } from './value-text.ts';
import type { TableSample, WorldSample } from './world-sample.ts';

/** A sampled tick that can be asked for rows. Columns are found by their names of SQL and of the wire, in snake case. */
export class SampledWorld {
  readonly tick: number;
  readonly plan: Plan;
  readonly #tables = new Map<string, SampledTable>();

  constructor(plan: Plan, sample: WorldSample) {
    this.tick = sample.tick;
    this.plan = plan;
    for (const table of sample.tables) {
      const tablePlan = plan.tables[table.position]!;
      this.#tables.set(tablePlan.name, new SampledTable(tablePlan, table, this));
    }
  }

  table(name: string): SampledTable {
    const table = this.#tables.get(name);
    assert(table !== undefined, `a sample has the tables that clients may see, not ${name}`);
    return table;
  }
}

export class SampledTable {
  readonly plan: TablePlan;
  /** Of the rows that live. */
  readonly slots: readonly number[];
  readonly keyOf: (values: readonly unknown[]) => string;
  readonly #sample: TableSample;
  readonly #readers: readonly ((slot: number) => unknown)[];
  readonly #values: (readonly unknown[] | undefined)[] = [];
  /** By slot: `keyOf` of its row. */
  readonly #keys: (string | undefined)[] = [];
  /** By column that was searched. */
  readonly #indexes = new Map<string, ColumnIndex>();
  #cells: ReadonlyMap<string, { readonly cell: SampledCell; readonly slots: readonly number[] }> | null = null;
  #slotOfKey: ReadonlyMap<string, number> | null = null;
  readonly world: SampledWorld;

  constructor(plan: TablePlan, sample: TableSample, world: SampledWorld) {
    this.plan = plan;
    this.world = world;
    this.#sample = sample;
    const slots: number[] = [];
    for (let slot = 0; slot < sample.live.length; slot++) if (sample.live[slot] === 1) slots.push(slot);
    this.slots = slots;
    this.#readers = plan.columns.map((column, position) => readerOf(column, sample.columns[position]!));
    this.keyOf = keyTexts(plan);
  }

  /** The row's values by column position, in full precision. */
  valuesAt(slot: number): readonly unknown[] {
    return (this.#values[slot] ??= this.#readers.map((read) => read(slot)));
  }

  keyAt(slot: number): string {
    return (this.#keys[slot] ??= this.keyOf(this.valuesAt(slot)));
  }

  /** The slot of the row with this `keyOf`, or null. */
  slotOfKey(key: string): number | null {
    this.#slotOfKey ??= new Map(this.slots.map((slot) => [this.keyAt(slot), slot]));
    return this.#slotOfKey.get(key) ?? null;
  }

  /** The row whose column has this value, by column name; null: none, and for undefined. For columns whose values do not repeat. */
  find(column: string, value: unknown): Readonly<Record<string, unknown>> | null {
    const slot = this.slotOf(column, value);
    if (slot === null) return null;
    const values = this.valuesAt(slot);
    return Object.fromEntries(this.plan.columns.map(({ name }, position) => [name, values[position]]));
  }

  slotOf(column: string, value: unknown): number | null {
    const position = this.plan.columns.findIndex(({ name }) => name === column);
    assert(position >= 0, `table ${this.plan.name} has no column ${column}`);
    let index = this.#indexes.get(column);
    if (index === undefined) {
      const text = valueTexts([this.plan.columns[position]!]);
      index = { text, slots: new Map(this.slots.map((slot) => [text([this.valuesAt(slot)[position]]), slot])) };
      this.#indexes.set(column, index);
    }
    return value === undefined ? null : (index.slots.get(index.text([value])) ?? null);
  }

  /** Slots of the rows in a cell, by `cellKey`. */
  slotsIn(cell: string): readonly number[] {
    return this.cells().get(cell)?.slots ?? [];
  }

  /** The cells in which rows are, by `cellKey`. Made once. */
  cells(): ReadonlyMap<string, { readonly cell: SampledCell; readonly slots: readonly number[] }> {
    if (this.#cells !== null) return this.#cells;
    const cells = new Map<string, { cell: SampledCell; slots: number[] }>();
    for (const slot of this.slots) {
      const cell = this.cellOf(slot);
      if (cell === null) continue;
      const key = cellKey(cell);
      const known = cells.get(key);
      if (known === undefined) cells.set(key, { cell, slots: [slot] });
      else known.slots.push(slot);
    }
    return (this.#cells = cells);
  }

  /** The cell in which the store has the row, or the row that it follows; null where it has none. */
  cellOf(slot: number): SampledCell | null {
    const { spatial } = this.plan;
    if (spatial?.kind === 'follows') {
      const followed = this.world.table(spatial.table);
      const key = followed.plan.columns[followed.plan.primaryKey?.[0] ?? 0]!.name;
      const target = followed.slotOf(key, this.valuesAt(slot)[spatial.column]);
      return target === null ? null : followed.cellOf(target); // what follows a row that is no more is nowhere
    }
    const { grid } = this.#sample;
    const cell = grid === null ? -1 : grid.cellOfSlot[slot]!;
    if (grid === null || cell < 0) return null;
    return { space: grid.cellSpace[cell]!, cellX: grid.cellX[cell]!, cellY: grid.cellY[cell]! };
  }
}

/** What tells a row from all others of its table: its primary key, or all of it. */
export function keyTexts(plan: TablePlan): (values: readonly unknown[]) => string {
  const columns = plan.primaryKey ?? [...shownTable(plan).columns.keys()];
  const text = valueTexts(columns.map((position) => plan.columns[position]!));
  return (values) => text(columns.map((position) => values[position]));
}

/** What tells a cell from the others of its table. */
export function cellKey({ space, cellX, cellY }: SampledCell): string {
  return `${space},${cellX},${cellY}`;
}

export interface SampledCell {
  readonly space: number;
  readonly cellX: number;
  readonly cellY: number;
}

interface ColumnIndex {
  readonly text: (values: readonly unknown[]) => string;
  readonly slots: ReadonlyMap<string, number>;
}

/** Reads what a column holds as clients are given it. */
function readerOf({ type }: ColumnPlan, data: ColumnBuffer): (slot: number) => unknown {
  const plain = (slot: number): unknown => data[slot];
  const words = data as Uint32Array;
  switch (type.kind) {
    case 'bool':
      return (slot) => data[slot] === 1;
    case 'timestamp':
      return (slot) => new Timestamp(data[slot] as bigint);
    case 'timeDuration':
      return (slot) => new TimeDuration(data[slot] as bigint);
    case 'u128':
    case 'u256':
      return (slot) => wide(words, slot, type.kind === 'u128' ? 4 : 8);
    case 'i128':
      return (slot) => BigInt.asIntN(128, wide(words, slot, 4));
    case 'i256':
      return (slot) => BigInt.asIntN(256, wide(words, slot, 8));
    case 'connectionId':
      return (slot) => new ConnectionId(wide(words, slot, 4));
    case 'uuid':
      return (slot) => new Uuid(wide(words, slot, 4));
    case 'identity':
      return (slot) => new Identity(wide(words, slot, 8));
    case 'enum':
      if (!isPlainEnum(type)) break;
      return (slot) => ({ tag: type.variants.find(({ id }) => id === data[slot])!.name });
    default:
      if (storageKindOf(type) !== 'encoded') return plain;
  }
  const codec = compileCodec(type);
  return (slot) => codec.decode(new ByteReader(data[slot] as Uint8Array));
}

/** The unsigned number in so many little-endian words. */
function wide(words: Uint32Array, slot: number, wordCount: number): bigint {
  let value = 0n;
  for (let i = wordCount - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[slot * wordCount + i]!);
  return value;
}
