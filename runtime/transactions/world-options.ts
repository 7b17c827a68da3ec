import type { ModuleFunctions, Plan } from '@tickbase/schema/plan';
import type { LogBuffer } from './log-buffer.ts';
import type { WorldCode } from './row-code.ts';

/** What a world is made of. */
export interface WorldOptions {
  readonly plan: Plan;
  /** The text of `worldCode(plan)`, compiled in this context. */
  readonly code: WorldCode;
  /** The module's functions, by position in the plan. */
  readonly functions: ModuleFunctions;
  /** The module's own identity: the sender of timers, systems and hooks without a client. */
  readonly databaseIdentity: bigint;
  /** How many ticks (calls at `tickRate: 0`) the slot of a deleted row rests before another row may have it; 1 or more. */
  readonly slotRestTicks?: number;
  /** What installConsole returned for this context; left out: a buffer that only the world writes to. */
  readonly log?: LogBuffer;
}
