import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@tickbase/base';
import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import { loadModule } from '@tickbase/runtime';
import type { TableView } from '@tickbase/runtime/store';
import type { Plan } from '@tickbase/schema/plan';
import type { CheckedClient } from '../check-view.ts';
import type { WitnessedPage, WitnessedRow, WitnessedTable } from '../frame-witness.ts';
import { type SampledWindow, sampledWindow } from '../sampled-window.ts';
import { cellKey, SampledWorld } from '../sampled-world.ts';
import { decodeSample, encodeSample, sampledPositions } from '../world-sample.ts';

/** Who called `settle`. */
export const CALLER = 17n;
/** In which it did; the last one is that of the comparison. */
export const SETTLED_TICK = 40;

/** Where a sheep is driven to in a tick. */
export interface Drive {
  readonly id: bigint;
  readonly x: number;
}

/** The fixture's world as `settle` leaves it and as it comes out of a sample, and of each tick after it: `drives` are theirs, one after another. */
export async function meadowSample(drives: readonly (readonly Drive[])[] = []): Promise<MeadowSample> {
  const loaded = await loadModule(fileURLToPath(new URL('./meadow', import.meta.url)));
  const { plan } = loaded;
  const world = loaded.createWorld(plan, 901n, 3);
  const caller = world.addCaller(CALLER, 23n);
  const reducerOf = (name: string): number => plan.reducers.findIndex((reducer) => reducer.name === name);
  const worlds = new Map<number, SampledWorld>();
  let bytes: Uint8Array = new Uint8Array(0);
  for (let tick = SETTLED_TICK; tick <= SETTLED_TICK + drives.length; tick++) {
    world.beginTick(tick, tick * 1_000, 7);
    if (tick === SETTLED_TICK) world.runCall(reducerOf('settle'), new Uint8Array(0), caller);
    for (const { id, x } of drives[tick - SETTLED_TICK - 1] ?? []) {
      const args = new ByteWriter();
      args.u64(id);
      args.f32(x);
      world.runCall(reducerOf('drive'), args.copy(), caller);
    }
    world.seal();
    bytes = encodeSample(tick, world.tables, sampledPositions(plan));
    worlds.set(tick, new SampledWorld(plan, decodeSample(bytes)));
  }
  const sampled = worlds.get(SETTLED_TICK + drives.length)!;
  return { plan, tables: world.tables, bytes, sampled, window: sampledWindow(sampled, worlds) };
}

export interface MeadowSample {
  readonly plan: Plan;
  /** Of the store itself. */
  readonly tables: readonly TableView[];
  /** Of the last tick. */
  readonly bytes: Uint8Array;
  readonly sampled: SampledWorld;
  readonly window: SampledWindow;
}

/** A client that can be altered. */
export interface AlterableClient {
  readonly client: CheckedClient;
  readonly cached: Map<string, Record<string, unknown>[]>;
  readonly cells: Map<string, Set<string>>;
  /** Gives it a cell of a table as of a tick: what its messages would have told, and the rows. What an earlier one gave of the same rows is over. */
  hold(table: string, cell: string, tick: number): void;
}

/** What the caller's client rightly has, all of it as of the last tick: keys that were worked out by hand, values as the wire brings them. */
export function rightClient(meadow: MeadowSample): AlterableClient {
  const { plan, sampled } = meadow;
  const keys: Readonly<Record<string, readonly string[] | null>> = { herder: null, purse: ['7'], tally: null };
  const cached = new Map<string, Record<string, unknown>[]>();
  for (const [name, wanted] of Object.entries(keys)) {
    const table = sampled.table(name);
    const slots = table.slots.filter((slot) => wanted?.includes(table.keyAt(slot)) ?? true);
    cached.set(
      name,
      slots.map((slot) => seenRow(plan, name, table.valuesAt(slot))),
    );
  }
  const witnessed = new Map<string, { pages: WitnessedPage[]; rows: Map<string, WitnessedRow> }>();
  const cells = new Map([['sheep', new Set<string>()]]);
  const client: CheckedClient = {
    name: 'bot 3',
    identity: CALLER,
    centres: [{ space: 5, x: 3.1, y: -6.4 }],
    cached,
    only: new Map(),
    cells,
    witnessed: witnessed as ReadonlyMap<string, WitnessedTable>,
    written: new Map(),
  };
  const hold = (name: string, key: string, tick: number): void => {
    const [space = 0, cellX = 0, cellY = 0] = key.split(',').map(Number);
    const page = { cell: { space, cellX, cellY }, tick };
    const table = meadow.window.at(tick)!.table(name);
    const told = witnessed.get(name) ?? { pages: new Array<WitnessedPage>(), rows: new Map<string, WitnessedRow>() };
    witnessed.set(name, told);
    told.pages.push(page);
    cells.get(name)?.add(cellKey(page.cell));
    const slots = table.slotsIn(key);
    const keys = new Set(slots.map((slot) => table.keyAt(slot)));
    for (const one of keys) told.rows.set(one, { page, isMoving: false, ownTick: null });
    const keyOf = (row: Record<string, unknown>): string => table.keyOf(table.plan.columns.map((c) => row[c.name]));
    const others = (cached.get(name) ?? []).filter((row) => !keys.has(keyOf(row)));
    cached.set(name, [...others, ...slots.map((slot) => seenRow(plan, name, table.valuesAt(slot)))]);
  };
  // The sheep at 3.1 m and 20.1 m are in the first cell, the one at 37.1 m in the second; the next stands in the cell from 48 m on, which is in the band.
  for (const table of ['sheep', 'bell']) for (const cell of ['5,0,-1', '5,1,-1']) hold(table, cell, sampled.tick);
  return { client, cached, cells, hold };
}

/** A row as clients see it, by the wire's own arithmetic. */
export function seenRow(plan: Plan, tableName: string, values: readonly unknown[]): Record<string, unknown> {
  const { columns } = plan.tables.find(({ name }) => name === tableName)!;
  return Object.fromEntries(
    columns.map(({ name, quantize }, c) => {
      const value = values[c];
      if (quantize === null) return [name, value];
      return [name, dequantize(quantize, quantizeToInteger(quantize, value as number), true)];
    }),
  );
}
