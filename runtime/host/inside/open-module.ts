import { derivePlan, type Plan } from '@tickbase/schema/plan';
import { createWorld } from '../../transactions/index.ts';
import type { World } from '../../transactions/world.ts';
import { moduleLog } from './module-log.ts';

/**
 * The door of a module's context: all that the host calls. Runs inside the context, with the module's own exports.
 * Only primitives come in, so that nothing of the host's is reachable from the module's code.
 */
export function openModule(gameModule: Record<string, unknown>): OpenedModule {
  const { plan, functions } = derivePlan(gameModule);
  return {
    planJson: JSON.stringify(plan),
    createWorld(planJson, databaseIdentity, slotRestTicks) {
      const numberedPlan = JSON.parse(planJson) as Plan;
      return createWorld({ plan: numberedPlan, functions, databaseIdentity, slotRestTicks, log: moduleLog });
    },
  };
}

export interface OpenedModule {
  /** The plan with ids as of a new database. */
  readonly planJson: string;
  /**
   * `planJson`: the same plan with the ids of the data folder. `databaseIdentity`: sender of scheduled calls.
   * `slotRestTicks`: how long a freed slot rests. Once for a context.
   */
  readonly createWorld: (planJson: string, databaseIdentity: bigint, slotRestTicks: number) => World;
}
