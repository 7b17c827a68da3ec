import { Prng } from '@tickbase/base';
import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { createWorld } from '../transactions/create-world.ts';
import { compileWorldCode } from '../transactions/testing/compile-world-code.ts';
import { Coverage } from '../transactions/testing/coverage.ts';
import { ModelTable } from '../transactions/testing/model-table.ts';
import { randomPlan } from '../transactions/testing/random-plan.ts';
import { type ProgramContext, randomProgram } from '../transactions/testing/random-program.ts';
import { Replica } from './replica.ts';
import type { Table } from './table.ts';

/** Every row that lives, by slot, with all of its values. */
function rowsOf(table: Table): Map<number, unknown[]> {
  const rows = new Map<number, unknown[]>();
  for (let slot = 0; slot < table.slotCount; slot++) {
    if (table.live[slot] === 1) {
      rows.set(
        slot,
        table.columns.map((_, column) => table.valueAt(column, slot)),
      );
    }
  }
  return rows;
}

test('a replica has the rows of all public tables after each record, whenever it joined', () => {
  const counts = { rows: 0, joined: 0, deletes: 0 };
  assert(
    property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const prng = new Prng(seed);
      const plan = randomPlan(prng);
      for (const table of plan.tables) Object.assign(table, { isPublic: prng.int(0, 3) > 0 });
      const models = plan.tables.map((table) => new ModelTable(table));
      let program: ((ctx: ProgramContext) => void) | null = null;
      const run = (ctx: unknown): void => program?.(ctx as ProgramContext);
      const functions = { reducers: [run], systems: [], interest: null } as never;
      const code = compileWorldCode(plan);
      const world = createWorld({ plan, code, functions, databaseIdentity: 7n, slotRestTicks: 1 });
      const tables = world.tables as readonly Table[];
      const caller = world.addCaller(5n, 9n);
      const replicas: Replica[] = [];
      const join = (tick: number): void => {
        const replica = new Replica(plan);
        replica.load(Replica.encode(tables, tick));
        replicas.push(replica);
      };
      join(0);
      for (let tick = 1; tick <= 8; tick++) {
        world.beginTick(tick, tick * 1000, tick);
        for (const model of models) if (model.plan.isEvent) model.rows = [];
        const before = models.map(({ rows, sequences }) => ({ rows, sequences }));
        program = randomProgram(prng, models, new Coverage(), 6);
        if (world.runCall(0, new Uint8Array(0), caller) !== 0) {
          models.forEach((model, place) => Object.assign(model, before[place]!));
        }
        const record = world.seal();
        for (const replica of replicas) replica.apply(record.logged(), record.wireOnly());
        if (prng.int(0, 3) === 0) join(tick);
        for (const replica of replicas) {
          expect(replica.tick).toBe(tick);
          for (const [position, table] of tables.entries()) {
            const { isPublic, isEvent } = table.plan;
            const expected = isPublic && !isEvent ? rowsOf(table) : new Map();
            expect(rowsOf(replica.tables[position]!)).toEqual(expected);
            counts.rows += expected.size;
          }
        }
        counts.deletes += record.tables.filter(({ ops, count }) => ops.subarray(0, count).includes(3)).length;
      }
      counts.joined += replicas.length - 1;
    }),
    { numRuns: runsOf(60) },
  );
  if (ARE_ALL_RUN) for (const count of Object.values(counts)) expect(count).toBeGreaterThan(50);
});
