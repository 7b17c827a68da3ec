import { assert } from '@tickbase/base';
import { equalValues, type Identity } from '@tickbase/schema/values';
import type { Centre } from '../scenarios/scenario.ts';
import { quantizedInteger } from './quantized-integer.ts';
import { quantizedValue } from './quantized-value.ts';
import { reachOf, type ReachOf } from './reach-of.ts';
import type { SampledCell, SampledTable, SampledWorld } from './sampled-world.ts';

/** A client whose cached rows are to be checked. */
export interface CheckedClient {
  /** For messages. */
  readonly name: string;
  readonly identity: bigint;
  /** Where its area of interest lies at this tick. */
  readonly centres: readonly Centre[];
  /** By table that it subscribed to, whole: the cached rows, by column name. */
  readonly cached: ReadonlyMap<string, readonly CachedValues[]>;
  /** By table whose rows have a place of their own: the cells that it is told of, by `cellKey`. */
  readonly cells: ReadonlyMap<string, ReadonlySet<string>>;
  /** By table: keys of rows that its own calls may have written. Those it holds in full precision until they change again. */
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What tells a cell from the others of its table. */
export function cellKey({ space, cellX, cellY }: SampledCell): string {
  return `${space},${cellX},${cellY}`;
}

export type CachedValues = Readonly<Record<string, unknown>>;

export interface CheckOutcome {
  /** Rows that had to be there, or were. */
  rowsChecked: number;
  mismatches: string[];
}

/**
 * Compares what a client has cached after a tick with every row of the world at that tick, recomputing from scratch what the client
 * must have: rows of its own where a table is `visibleTo`, rows in reach where a table has places, all rows else. In the band
 * where the way of the viewer decides what it holds, the client's own word on its cells is taken: all rows of such a cell, or none. Quantized columns
 * have the quantized values; in rows that the client wrote itself, any that round to the same integer.
 */
export function checkView(world: SampledWorld, client: CheckedClient): CheckOutcome {
  const outcome: CheckOutcome = { rowsChecked: 0, mismatches: [] };
  for (const [name, rows] of client.cached) checkTable(world, world.table(name), client, rows, outcome);
  return outcome;
}

function checkTable(
  world: SampledWorld,
  table: SampledTable,
  client: CheckedClient,
  cached: readonly CachedValues[],
  outcome: CheckOutcome,
): void {
  const { plan, keyOf } = table;
  const complain = (key: string, what: string): void => {
    outcome.mismatches.push(`${client.name}, tick ${world.tick}, ${plan.name} ${key}: ${what}`);
  };
  const left = new Map<string, readonly unknown[]>();
  for (const row of cached) {
    const values = plan.columns.map(({ name }) => row[name]);
    const key = keyOf(values);
    if (left.has(key)) complain(key, 'is cached twice');
    left.set(key, values);
  }
  const reach = reachIn(world, table, client);
  for (const slot of table.slots) {
    const where = isVisible(table, table.valuesAt(slot), client) ? reach(slot) : 'outside';
    if (where === 'outside') continue;
    const key = table.keyAt(slot);
    const found = left.get(key);
    left.delete(key);
    if (found !== undefined) compare(table, slot, found, client.written.get(plan.name)?.has(key) ?? false, complain);
    else if (where === 'inside') complain(key, 'is missing');
    if (found !== undefined || where === 'inside') outcome.rowsChecked++;
  }
  outcome.rowsChecked += left.size;
  for (const key of left.keys()) complain(key, 'is cached, and must not be');
}

function compare(
  table: SampledTable,
  slot: number,
  found: readonly unknown[],
  isWritten: boolean,
  complain: (key: string, what: string) => void,
): void {
  const values = table.valuesAt(slot);
  table.plan.columns.forEach(({ name, type, quantize }, position) => {
    const [there, here] = [values[position], found[position]];
    const isEqual =
      quantize === null
        ? equalValues(type, there, here)
        : here === quantizedValue(quantize, there as number, type.kind === 'f32') ||
          (isWritten && quantizedInteger(quantize, there as number) === quantizedInteger(quantize, here as number));
    if (!isEqual) complain(table.keyAt(slot), `${name} is ${text(here)} in the cache and ${text(there)} in the store`);
  });
}

function isVisible({ plan }: SampledTable, values: readonly unknown[], client: CheckedClient): boolean {
  const { visibleToColumn } = plan;
  return visibleToColumn === null || (values[visibleToColumn] as Identity).__identity__ === client.identity;
}

/** Where the rows of a table are, as the client's area of interest goes. */
function reachIn(world: SampledWorld, table: SampledTable, client: CheckedClient): (slot: number) => ReachOf {
  const { interest } = world.plan;
  const { spatial } = table.plan;
  if (interest === null || spatial === null) return () => 'inside';
  const placed = spatial.kind === 'position' ? table : world.table(spatial.table);
  const position = placed.plan.spatial;
  assert(position?.kind === 'position', 'a row follows one with a position of its own');
  const key = placed.plan.columns[placed.plan.primaryKey?.[0] ?? 0]!.name;
  return (slot) => {
    const target = spatial.kind === 'position' ? slot : placed.slotOf(key, table.valuesAt(slot)[spatial.column]);
    const cell = target === null ? null : placed.cellOf(target);
    if (cell === null) return 'outside'; // what follows a row that is no more is nowhere
    const reach = reachOf(cell, position.cell, client.centres, interest.radiusMax);
    const cells = client.cells.get(placed.plan.name);
    if (reach !== 'band' || cells === undefined) return reach;
    return cells.has(cellKey(cell)) ? 'inside' : 'outside';
  };
}

function text(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
