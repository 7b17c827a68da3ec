import { derivePlan, type Plan } from '@tickbase/schema/plan';
import { createWorld, type WorldCode } from '../../transactions/index.ts';
import type { World } from '../../transactions/world.ts';
import { builtinChanged } from '../builtin-changed.ts';
import { changedBuiltin } from './builtins.ts';
import { moduleLog } from './module-log.ts';

/**
 * The door of a module's context: all that the host calls. Runs inside the context, with the module's own exports.
 * Only primitives come in, so that nothing of the host's is reachable from the module's code.
 */
export function openModule(gameModule: Record<string, unknown>): OpenedModule {
  const changed = changedBuiltin();
  if (changed !== null) throw builtinChanged(changed);
  const { plan, functions } = derivePlan(gameModule);
  return {
    changedBuiltin,
    planJson: JSON.stringify(plan),
    createWorld(planJson, code, databaseIdentity, slotRestTicks) {
      const numberedPlan = JSON.parse(planJson) as Plan;
      return createWorld({ plan: numberedPlan, code, functions, databaseIdentity, slotRestTicks, log: moduleLog });
    },
  };
}

export interface OpenedModule {
  /** What the module has overwritten of the language, by name; null: nothing. */
  readonly changedBuiltin: () => string | null;
  /** The plan with ids as of a new database. */
  readonly planJson: string;
  /**
   * `planJson`: the same plan with the ids of the data folder. `code`: its worldCode, compiled in this context. `databaseIdentity`: sender of scheduled calls.
   * `slotRestTicks`: how long a freed slot rests. Once for a context.
   */
  readonly createWorld: (planJson: string, code: WorldCode, databaseIdentity: bigint, slotRestTicks: number) => World;
}
