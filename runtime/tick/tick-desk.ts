import type { Clock } from '@tickbase/base';
import type { CallOutcome, OUTCOME_AGAIN, OUTCOME_NONE, World } from '../transactions/world.ts';
import { type ModuleGuard, UNGUARDED } from './module-guard.ts';
import { SecondChances } from './second-chances.ts';
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
  readonly chances: SecondChances;
  readonly onStop: (outcome: StopOutcome) => void;
  readonly trace: TickTrace;
  readonly items: TickItems;
  readonly work: TickWork;

  constructor(world: World, ports: TickPorts, options: TickDeskOptions) {
    this.clock = options.clock;
    this.limits = { ...TICK_LIMITS, ...options.limits };
    this.guard = options.guard ?? UNGUARDED;
    this.onStop = options.onStop ?? ((): void => {});
    this.trace = options.trace ?? new TickTrace(options.clock);
    this.chances = new SecondChances(options.cpuMs ?? ((): number => Infinity));
    this.items = new TickItems(world, ports, options.onWrites);
    this.work = new TickWork(world, this);
  }
}

export interface TickDeskOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly limits?: Partial<TickLimits>;
  /** Left out: functions of the module run for as long as they like. */
  readonly guard?: ModuleGuard;
  /**
   * Processor time that the process has had, in milliseconds: who was stopped without having had any is run once more. Left out: nobody is.
   */
  readonly cpuMs?: () => number;
  /** A visit was ended by force. OUTCOME_NONE: what was running is no function of the module's, but a promise that one left behind. */
  readonly onStop?: (outcome: StopOutcome) => void;
  /** Of the world before this one: what it has counted goes on. Left out: a new one. */
  readonly trace?: TickTrace;
  /** The log has begun or ceased to accept writes: what would change the world waits, or is refused, until it does. */
  readonly onWrites?: (isAccepting: boolean) => void;
}

export type StopOutcome = CallOutcome | typeof OUTCOME_NONE | typeof OUTCOME_AGAIN;
