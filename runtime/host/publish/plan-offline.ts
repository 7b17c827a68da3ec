import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assignIds, isAllowed, planMigration } from '@tickbase/schema/plan';
import { DataFolder } from '../../storage/index.ts';
import { loadModule } from '../load-module.ts';
import type { PublishAnswer } from './publish-answer.ts';

/**
 * What a module would change in a data folder on which no server runs: from the plan alone, as if every table had rows. Null: nothing was ever kept
 * in the folder. Rejects with what is wrong with the module, or with the folder.
 */
export async function planOffline(modulePath: string, dataDir: string): Promise<PublishAnswer | null> {
  if (!existsSync(join(dataDir, 'plan.json'))) return null;
  const before = DataFolder.open(dataDir).readPlan();
  if (before === null) return null;
  const { plan } = await loadModule(modulePath);
  const migration = planMigration(before, assignIds(plan, before));
  return {
    outcome: isAllowed(migration) ? 'possible' : 'refused',
    database: basename(modulePath),
    steps: migration.steps,
    stillMs: 0,
  };
}
