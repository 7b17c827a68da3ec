import type { Clock } from '@tickbase/base';
import type { CallOutcome, OUTCOME_NONE, World } from '../transactions/world.ts';
import { type ModuleGuard, UNGUARDED } from './module-guard.ts';
import { TickItems } from './tick-items.ts';
import { TICK_LIMITS, type TickLimits } from './tick-limits.ts';
import type { TickPorts } from './tick-ports.ts';
import { TickTrace } from './tick-trace.ts';
import { TickWork } from './tick-work.ts';

/** What a tick is run with, made once for a world and used again for each. */
export class TickDesk {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly limits: TickLimits;
  readonly guard: ModuleGuard;
  readonly onStop: (outcome: CallOutcome | typeof OUTCOME_NONE) => void;
  readonly trace: TickTrace;
  readonly items: TickItems;
  readonly work: TickWork;

  constructor(world: World, ports: TickPorts, options: TickDeskOptions) {
    this.clock = options.clock;
    this.limits = { ...TICK_LIMITS, ...options.limits };
    this.guard = options.guard ?? UNGUARDED;
    this.onStop = options.onStop ?? ((): void => {});
    this.trace = new TickTrace(options.clock);
    this.items = new TickItems(world, ports);
    this.work = new TickWork(world, this);
  }
}

export interface TickDeskOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly limits?: Partial<TickLimits>;
  /** Left out: functions of the module run for as long as they like. */
  readonly guard?: ModuleGuard;
  /** A visit was ended by force. OUTCOME_NONE: what was running is no function of the module's, but a promise that one left behind. */
  readonly onStop?: (outcome: CallOutcome | typeof OUTCOME_NONE) => void;
}
