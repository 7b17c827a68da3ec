import { fileURLToPath } from 'node:url';
import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import { loadModule } from '@tickbase/runtime';
import type { TableView } from '@tickbase/runtime/store';
import type { Plan } from '@tickbase/schema/plan';
import type { CheckedClient } from '../check-view.ts';
import { SampledWorld } from '../sampled-world.ts';
import { decodeSample, encodeSample, sampledPositions } from '../world-sample.ts';

/** Who called `settle`. */
export const CALLER = 17n;

/** The fixture's world as `settle` leaves it, and as it comes out of a sample. */
export async function meadowSample(): Promise<MeadowSample> {
  const loaded = await loadModule(fileURLToPath(new URL('./meadow', import.meta.url)));
  const world = loaded.createWorld(loaded.plan, 901n, 3);
  const caller = world.addCaller(CALLER, 23n);
  world.beginTick(40, 1_000n, 7);
  world.runCall(0, new Uint8Array(0), caller);
  world.seal();
  const bytes = encodeSample(40, world.tables, sampledPositions(loaded.plan));
  const { plan } = loaded;
  return { plan, tables: world.tables, bytes, sampled: new SampledWorld(plan, decodeSample(bytes)) };
}

export interface MeadowSample {
  readonly plan: Plan;
  /** Of the store itself. */
  readonly tables: readonly TableView[];
  readonly bytes: Uint8Array;
  readonly sampled: SampledWorld;
}

/** What the caller's client rightly has: keys that were worked out by hand, values as the wire brings them. */
export function rightClient({ plan, sampled }: MeadowSample): {
  client: CheckedClient;
  cached: Map<string, Record<string, unknown>[]>;
  cells: Map<string, Set<string>>;
} {
  const keys: Readonly<Record<string, readonly string[] | null>> = {
    herder: null,
    sheep: ['31', '32', '33'], // those at 3.1 m, 20.1 m and 37.1 m; the next stands in the cell from 48 m on, which is in the band
    bell: ['31', '32', '33'],
    purse: ['7'],
    tally: null,
  };
  const cached = new Map<string, Record<string, unknown>[]>();
  for (const [name, wanted] of Object.entries(keys)) {
    const table = sampled.table(name);
    const slots = table.slots.filter((slot) => wanted?.includes(table.keyAt(slot)) ?? true);
    cached.set(
      name,
      slots.map((slot) => seenRow(plan, name, table.valuesAt(slot))),
    );
  }
  const cells = new Map([['sheep', new Set(['5,0,-1', '5,1,-1'])]]);
  const client = {
    name: 'bot 3',
    identity: CALLER,
    centres: [{ space: 5, x: 3.1, y: -6.4 }],
    cached,
    cells,
    written: new Map(),
  };
  return { client, cached, cells };
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
