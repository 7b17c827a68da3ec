import { Fault, type Prng } from '@tickbase/base';
import { type Identity, ScheduleAt, type Timestamp } from '@tickbase/schema/values';
import { objectOf } from './object-of.ts';
import type { PlainRow } from './plain-row.ts';
import type { PlainTable } from './plain-table.ts';
import type { PlainWorld } from './plain-world.ts';
import { randomColumnValue } from './random-column-value.ts';
import { textOfRows } from './text-of-rows.ts';
import { valueText } from './value-text.ts';
import type { WalkCoverage } from './walk-coverage.ts';

type Row = Record<string, unknown>;

interface Handle {
  insert(row: Row): Row;
  delete(row: Row): boolean;
  clear(): bigint;
  count(): bigint;
  iter(): Iterable<Row>;
}

interface KeyHandle {
  find(key: unknown): Row | null;
  edit(key: unknown): Row;
  update(row: Row): Row;
  upsert(row: Row): Row;
  delete(key: unknown): boolean;
  filter(key: unknown): Iterable<Row>;
}

/** What the walk's functions get, as far as they use it. */
export interface WalkContext {
  readonly db: Record<string, Handle & Record<string, KeyHandle>>;
  readonly sender: Identity;
  readonly connectionId: { readonly __connection_id__: bigint } | null;
  readonly timestamp: Timestamp;
}

/** A write that the table refuses, and that the module does not catch. */
export class Refused extends Error {}

/**
 * Random writes of one transaction, each made twice: in the server's tables by the handles of `ctx.db`, and in the oracle's. What the
 * server answers must be what the oracle has.
 */
export class RandomWrites {
  /** Rows written by the transaction: table and key. */
  readonly written: { readonly table: PlainTable; readonly key: string }[] = [];
  readonly #world: PlainWorld;
  readonly #prng: Prng;
  readonly #ctx: WalkContext;
  readonly #coverage: WalkCoverage;
  readonly #habits: WriteHabits;

  constructor(world: PlainWorld, prng: Prng, ctx: WalkContext, coverage: WalkCoverage, habits: WriteHabits) {
    this.#world = world;
    this.#prng = prng;
    this.#ctx = ctx;
    this.#coverage = coverage;
    this.#habits = habits;
  }

  run(count: number): void {
    if (this.#ctx.connectionId !== null && this.#ownBody() === undefined && this.#prng.int(0, 1) === 0) this.stand();
    for (let i = 0; i < count; i++) this.#write();
  }

  /** Sets where the client with this identity stands, or that it stands nowhere. */
  stand(): void {
    const prng = this.#prng;
    const table = this.#world.table('avatar');
    const mode = prng.int(0, 3) > 0 ? prng.int(0, 3) : prng.int(4, 7);
    const row = this.#rowOf(table, { owner: this.#ctx.sender, mode });
    this.#upsert(table, row);
  }

  drift(): void {
    for (let i = this.#prng.int(1, 4); i > 0; i--) this.#move(false);
  }

  #write(): void {
    const prng = this.#prng;
    const draw = prng.int(0, 99);
    if (draw < this.#habits.moveShare) return this.#move(true);
    if (draw < this.#habits.moveShare + 6) return this.stand();
    const table = prng.pick(this.#world.tables);
    if (table.plan.isEvent) return void this.#insert(table, this.#event(table));
    if (table.plan.schedule !== null) return void this.#insert(table, this.#alarm(table));
    const rows = [...table.rows.values()];
    if (rows.length === 0 || (prng.int(0, 2) === 0 && rows.length < this.#habits.rowsMax)) {
      return void this.#insert(table, this.#rowOf(table, {}));
    }
    const row = prng.pick(rows);
    if (table.plan.primaryKey === null) {
      this.#delete(table, row);
      if (prng.int(0, 1) === 0) this.#insert(table, this.#changed(table, row, 1));
      return;
    }
    const what = prng.int(0, 19);
    if (what <= 3) this.#remove(table, row);
    else if (what === 4 && prng.int(0, 9) === 0) this.#clear(table);
    else if (what === 5) this.#read(table, row);
    else if (what === 6) this.#upsert(table, this.#rowOf(table, {}));
    else if (what <= 10) this.#update(table, this.#changed(table, row, prng.int(1, 3)));
    else this.#edit(table, row, this.#otherColumn(table));
  }

  /** Moves a row: mostly a little, at times far away or into another space; often that of the caller. */
  #move(isOwn: boolean): void {
    const prng = this.#prng;
    const placed = this.#world.tables.filter(({ plan }) => plan.spatial?.kind === 'position' && !plan.isEvent);
    let table = prng.pick(placed);
    let row = isOwn && prng.int(0, 1) === 0 ? this.#ownBody() : undefined;
    if (row !== undefined) table = this.#bodies();
    else if (table.rows.size > 0) row = prng.pick([...table.rows.values()]);
    if (row === undefined) return void this.#insert(table, this.#rowOf(table, {}));
    const spatial = table.plan.spatial as { x: number; y: number; space: number | null };
    const draw = prng.int(0, 19);
    if (draw === 0 && spatial.space !== null) {
      const space = row.values[spatial.space] === 0 ? prng.int(1, 2) : 0;
      this.#edit(table, row, spatial.space, space);
      return;
    }
    if (draw === 19) {
      // Just as it was: all that can change is the cell, which is now that of the place alone.
      this.#delete(table, row);
      this.#insert(table, [...row.values]);
      this.#coverage.keysMadeAgainAtOnce++;
      return;
    }
    const strideM = draw <= 3 ? 0.06 : draw === 4 ? 40 : 5;
    const shifted = (column: number): unknown => {
      const value = (row.values[column] as number) + (prng.float() - 0.5) * strideM;
      return (table.plan.columns[column]!.type.kind === 'f32' ? Math.fround(value) : value) + 0;
    };
    const [x, y] = [shifted(spatial.x), shifted(spatial.y)];
    if (prng.int(0, 2) === 0) {
      this.#update(
        table,
        row.values.map((value, c) => (c === spatial.x ? x : c === spatial.y ? y : value)),
      );
      return;
    }
    const moved = this.#edit(table, row, spatial.x, x);
    this.#edit(table, moved, spatial.y, y);
  }

  #bodies(): PlainTable {
    return this.#world.table('thing0');
  }

  #ownBody(): PlainRow | undefined {
    const avatars = this.#world.table('avatar');
    const avatar = avatars.rows.get(valueText(this.#ctx.sender));
    if (avatar === undefined) return undefined;
    const bodyKey = avatar.values[avatars.plan.columns.findIndex(({ accessor }) => accessor === 'bodyKey')];
    return this.#bodies().rows.get(valueText(bodyKey));
  }

  #rowOf(table: PlainTable, fixed: Row): unknown[] {
    return table.plan.columns.map(({ accessor }, c) => (accessor in fixed ? fixed[accessor] : this.#value(table, c)));
  }

  #value(table: PlainTable, column: number): unknown {
    const { type, references } = table.plan.columns[column]!;
    if (type.kind === 'identity' && this.#prng.int(0, 2) === 0 && !table.keyColumns.includes(column)) {
      return this.#ctx.sender;
    }
    // What refers to a row mostly refers to one that is there.
    const target = references === null ? undefined : this.#world.tables.find(({ plan }) => plan.name === references);
    if (target !== undefined && target.rows.size > 0 && this.#prng.int(0, 5) > 0) {
      return this.#prng.pick([...target.rows.values()]).values[target.keyColumns[0]!];
    }
    return randomColumnValue(this.#prng, table.plan, column);
  }

  #event(table: PlainTable): unknown[] {
    return this.#rowOf(table, { serial: this.#habits.takeSerial() });
  }

  #alarm(table: PlainTable): unknown[] {
    const afterUs = BigInt(this.#prng.int(1, 400_000));
    const at = ScheduleAt.time(this.#ctx.timestamp.microsSinceUnixEpoch + afterUs);
    return this.#rowOf(table, { alarmId: 0n, at, seed: this.#prng.u32() });
  }

  #otherColumn(table: PlainTable): number {
    const others = table.plan.columns.map((_, c) => c).filter((c) => !table.keyColumns.includes(c));
    return others.length === 0 ? table.keyColumns[0]! : this.#prng.pick(others);
  }

  #changed(table: PlainTable, row: PlainRow, columnCount: number): unknown[] {
    const values = [...row.values];
    for (let i = 0; i < columnCount; i++) {
      const column = this.#otherColumn(table);
      if (table.plan.primaryKey === null || !table.keyColumns.includes(column)) {
        values[column] = this.#value(table, column);
      }
    }
    return values;
  }

  #remove(table: PlainTable, row: PlainRow): void {
    this.#delete(table, row);
    if (this.#prng.int(0, 3) > 0) return;
    // The key comes back in the same transaction, perhaps far away.
    this.#insert(table, this.#prng.int(0, 2) === 0 ? [...row.values] : this.#withKey(table, row));
    this.#coverage.keysMadeAgainAtOnce++;
  }

  #withKey(table: PlainTable, row: PlainRow): unknown[] {
    return this.#rowOf(table, {}).map((value, c) => (table.keyColumns.includes(c) ? row.values[c] : value));
  }

  #insert(table: PlainTable, values: unknown[]): void {
    if (!table.plan.isEvent && this.#prng.int(0, 60) === 0) this.#spoil(table, values);
    if (table.plan.primaryKey !== null && this.#habits.wasDeleted(table, table.keyOf(values))) {
      this.#coverage.keysMadeAgainLater++;
    }
    const handle = this.#ctx.db[table.plan.accessor]!;
    this.#both(
      table,
      () => table.insert(values),
      () => handle.insert(objectOf(table.plan, values)),
    );
  }

  /** Puts something in that no position may be. */
  #spoil(table: PlainTable, values: unknown[]): void {
    const { spatial } = table.plan;
    if (spatial?.kind === 'position') values[spatial.x] = Number.NaN;
  }

  #update(table: PlainTable, values: unknown[]): void {
    const handle = this.#keyHandle(table);
    this.#both(
      table,
      () => table.update(values),
      () => handle.update(objectOf(table.plan, values)),
    );
  }

  #upsert(table: PlainTable, values: unknown[]): void {
    const handle = this.#keyHandle(table);
    this.#both(
      table,
      () => (table.rows.has(table.keyOf(values)) ? table.update(values) : table.insert(values)),
      () => handle.upsert(objectOf(table.plan, values)),
    );
  }

  /** Returns the row as it is now. */
  #edit(table: PlainTable, row: PlainRow, column: number, value: unknown = this.#value(table, column)): PlainRow {
    if (table.keyColumns.includes(column)) return row;
    const handle = this.#keyHandle(table);
    this.#both(
      table,
      () => table.updateColumn(row.key, column, value),
      () => {
        const view = handle.edit(this.#keyValue(table, row));
        view[table.plan.columns[column]!.accessor] = value;
        return null;
      },
    );
    return table.rows.get(row.key)!;
  }

  #delete(table: PlainTable, row: PlainRow): void {
    this.#habits.noteDelete(table, row.key);
    this.written.push({ table, key: row.key });
    const isKeyed = table.plan.primaryKey !== null;
    const isThere = isKeyed
      ? this.#keyHandle(table).delete(this.#keyValue(table, row))
      : this.#ctx.db[table.plan.accessor]!.delete(objectOf(table.plan, row.values));
    if (!table.delete(row.key) || !isThere) this.#fail(table, `delete of ${row.key} found no row`);
  }

  #clear(table: PlainTable): void {
    const keys = [...table.rows.keys()];
    for (const key of keys) {
      this.#habits.noteDelete(table, key);
      this.written.push({ table, key });
      table.delete(key);
    }
    const count = this.#ctx.db[table.plan.accessor]!.clear();
    if (count !== BigInt(keys.length)) this.#fail(table, `clear deleted ${count} rows of ${keys.length}`);
  }

  /** What a transaction reads is what it wrote. */
  #read(table: PlainTable, row: PlainRow): void {
    const handle = this.#ctx.db[table.plan.accessor]!;
    if (handle.count() !== BigInt(table.rows.size)) this.#fail(table, `count is ${handle.count()}`);
    const index = this.#prng.pick(table.plan.indexes);
    const bounds = index.columns.map((c) => row.values[c]);
    const found = handle[index.accessor]!.filter(bounds.length === 1 ? bounds[0] : bounds);
    const expected = [...table.rows.values()].filter(({ values }) =>
      index.columns.every((c, i) => valueText(values[c]) === valueText(bounds[i])),
    );
    const expectedText = textOfRows(expected.map(({ values }) => objectOf(table.plan, values)));
    if (textOfRows([...found]) !== expectedText) this.#fail(table, `index ${index.accessor} does not find ${row.key}`);
  }

  /** Makes a write on both sides. One that is refused ends the transaction, or is caught and leaves nothing behind. */
  #both(table: PlainTable, plain: () => PlainRow | null, real: () => Row | null): void {
    const { writeCount } = table;
    const row = plain();
    let held: Row | null = null;
    let error: unknown = null;
    try {
      held = real();
    } catch (thrown) {
      error = thrown;
    }
    if (row !== null && error !== null) this.#fail(table, `a good write was refused: ${String(error)}`);
    if (row === null) {
      if (error === null) this.#fail(table, 'a bad write was not refused');
      if (this.#prng.int(0, 1) === 0) throw new Refused('a write was refused', { cause: error });
      this.#coverage.writesCaught++;
      return;
    }
    if (table.writeCount > writeCount) this.written.push({ table, key: row.key });
    if (held === null) return;
    const expected = valueText(objectOf(table.plan, row.values));
    if (valueText(held) !== expected) this.#fail(table, `gives back ${valueText(held)}, not ${expected}`);
  }

  #keyHandle(table: PlainTable): KeyHandle {
    const { indexes, primaryKey, accessor } = table.plan;
    const index = indexes.find(({ isUnique, columns }) => isUnique && String(columns) === String(primaryKey))!;
    return this.#ctx.db[accessor]![index.accessor]!;
  }

  #keyValue(table: PlainTable, row: PlainRow): unknown {
    const values = table.keyColumns.map((c) => row.values[c]);
    return values.length === 1 ? values[0] : values;
  }

  #fail(table: PlainTable, what: string): never {
    throw new Fault(`a transaction in the server and the oracle differ: table ${table.plan.name}: ${what}`);
  }
}

/** What all transactions of a walk share. */
export interface WriteHabits {
  /** Of 100 writes: how many move a row. */
  readonly moveShare: number;
  readonly rowsMax: number;
  takeSerial(): number;
  noteDelete(table: PlainTable, key: string): void;
  wasDeleted(table: PlainTable, key: string): boolean;
}
