import { ByteWriter, Prng, TickbaseError } from '@tickbase/base';
import { assert, integer, property } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { createWorld } from '../transactions/create-world.ts';
import { settleRecovered } from '../storage/recovery/settle-recovered.ts';
import { compileWorldCode } from '../transactions/testing/compile-world-code.ts';
import { Coverage } from '../transactions/testing/coverage.ts';
import { ModelTable } from '../transactions/testing/model-table.ts';
import { randomPlan } from '../transactions/testing/random-plan.ts';
import { type ProgramContext, randomProgram } from '../transactions/testing/random-program.ts';
import { applyRecord } from './apply-record.ts';
import { createTables } from './create-tables.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import { Table } from './table.ts';
import { UndoLog } from './undo-log.ts';
import { WorldSnapshot } from './world-snapshot.ts';

const SLOTS_HERE_MAX = 100_000;
const reserve = Reflect.get(Table.prototype, 'reserve') as Table['reserve'];

/** A table may have as many slots as a spoiled record says: here not, for the sake of memory. */
beforeAll(() => {
  Table.prototype.reserve = function (this: Table, slotCount: number): void {
    if (slotCount > SLOTS_HERE_MAX) throw new TickbaseError({ code: 'RECORD_MISFIT', what: '', where: '', mend: '' });
    reserve.call(this, slotCount);
  };
});
afterAll(() => {
  Table.prototype.reserve = reserve;
});

/** The records of some random ticks, and a snapshot of the last. */
function makeBytes(prng: Prng): { plan: ReturnType<typeof randomPlan>; records: Uint8Array[]; snapshot: Uint8Array } {
  const plan = randomPlan(prng);
  const models = plan.tables.map((table) => new ModelTable(table));
  let program: ((ctx: ProgramContext) => void) | null = null;
  const run = (ctx: unknown): void => program?.(ctx as ProgramContext);
  const functions = { reducers: [run], systems: [], interest: null } as never;
  const world = createWorld({ plan, code: compileWorldCode(plan), functions, databaseIdentity: 7n, slotRestTicks: 1 });
  const caller = world.addCaller(5n, 9n);
  const records: Uint8Array[] = [];
  for (let tick = 1; tick <= 6; tick++) {
    world.beginTick(tick, tick * 1000, tick);
    for (const model of models) if (model.plan.isEvent) model.rows = [];
    const before = models.map(({ rows, sequences }) => ({ rows, sequences }));
    program = randomProgram(prng, models, new Coverage(), 6);
    if (world.runCall(0, new Uint8Array(0), caller) !== 0)
      models.forEach((model, place) => Object.assign(model, before[place]!));
    const record = world.seal();
    if (!record.isLogEmpty) records.push(record.logged().slice());
  }
  const writer = new ByteWriter();
  const snapshot = new WorldSnapshot(world.tables as readonly Table[], { chunkShift: 2, sectionBytes: 50 });
  while (snapshot.encodeNext(writer));
  return { plan, records, snapshot: writer.copy() };
}

function spoil(prng: Prng, bytes: Uint8Array): Uint8Array {
  const spoiled = bytes.slice(0, prng.int(0, 3) === 0 ? prng.int(0, bytes.length) : bytes.length);
  for (let i = prng.int(0, 3); i > 0 && spoiled.length > 0; i--) {
    const place = prng.int(0, spoiled.length - 1);
    spoiled[place] = prng.pick([0, 1, 0x7f, 0x80, 0xff, spoiled[place]! ^ (1 << prng.int(0, 7))]);
  }
  return spoiled;
}

/** True when it was taken; false when it was refused in the one way that is allowed. */
function isTaken(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: 'TickbaseError', code: 'RECORD_MISFIT' });
    return false;
  }
}

test('bytes that are no record or no snapshot of these tables are refused, or make tables that stand', () => {
  const counts = { taken: 0, refused: 0 };
  assert(
    property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const prng = new Prng(seed);
      const { plan, records, snapshot } = makeBytes(prng);
      for (let round = 0; round < 15; round++) {
        const tables = createTables(plan, new UndoLog(), 1);
        const isSnapshot = prng.int(0, 1) === 0;
        const spoiledAt = prng.int(0, records.length);
        const bytes = isSnapshot ? spoil(prng, snapshot) : null;
        const taken = isTaken(() => {
          if (bytes === null) {
            records.forEach((record, place) => applyRecord(tables, place === spoiledAt ? spoil(prng, record) : record));
            return;
          }
          const loader = new SnapshotLoader(tables);
          loader.take(bytes);
          loader.finish();
        });
        if (taken) isTaken(() => tables.forEach(settleRecovered));
        counts[taken ? 'taken' : 'refused']++;
      }
    }),
    { numRuns: runsOf(40) },
  );
  if (!ARE_ALL_RUN) return;
  expect(counts.taken).toBeGreaterThan(20);
  expect(counts.refused).toBeGreaterThan(20);
});
