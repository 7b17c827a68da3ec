import { Prng } from '@tickbase/base';
import { wireSchemaOf } from '@tickbase/protocol';
import { assignIds, isAllowed, type Plan, planMigration } from '@tickbase/schema/plan';
import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../../test/support/runs-of.ts';
import { PlainTable } from '../../../runtime/store/testing/plain-table.ts';
import { type Edited, planOfEdited, randomEdit } from '../../../runtime/store/testing/random-edit.ts';
import { Coverage } from '../../../runtime/transactions/testing/coverage.ts';
import { randomPlan } from '../../../runtime/transactions/testing/random-plan.ts';
import { remoteModuleOf } from '../../../test/simulation/remote-module-of.ts';
import { bindSchema } from './bind-schema.ts';

function fits(before: Plan, after: Plan, prng: Prng): boolean {
  try {
    bindSchema(remoteModuleOf(before, prng), wireSchemaOf(after));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH' });
    return false;
  }
}

test(
  'a migration says that it disconnects clients exactly when code generated before does not fit any more',
  { timeout: 120_000 },
  () => {
    const coverage = new Coverage();
    assert(
      property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
        const prng = new Prng(seed);
        const before = assignIds(randomPlan(prng), null);
        const tables = before.tables.map((table) => ({ before: table, plan: { ...table }, rows: new PlainTable() }));
        const edited: Edited = { tables, removed: [], refusals: [], fixed: new Set() };
        for (let edits = prng.int(0, 2); edits > 0; edits--) randomEdit(prng, edited, coverage, edits);
        for (const { plan } of edited.tables) if (prng.int(0, 9) === 0) plan.isPublic = false;
        const after = assignIds(planOfEdited(edited, before), before);
        const migration = planMigration(before, after, () => true);
        expect(isAllowed(migration)).toBe(true);
        const isBreaking = migration.steps.some((step) => step.class === 'disconnects clients');
        expect(fits(before, after, prng), JSON.stringify(migration.steps)).toBe(!isBreaking);
        coverage.count(isBreaking ? 'breaking' : 'fitting');
      }),
      { numRuns: runsOf(400) },
    );
    if (!ARE_ALL_RUN) return;
    expect(coverage.counts.get('breaking')).toBeGreaterThan(50);
    expect(coverage.counts.get('fitting')).toBeGreaterThan(50);
  },
);
