import type { Clock } from '@tickbase/base';
import type { TickItems } from './tick-items.ts';
import type { TickLimits } from './tick-limits.ts';
import type { TickTrace } from './tick-trace.ts';

/** What a tick is run with, made once for a world and used again for each. */
export interface TickDesk {
  readonly items: TickItems;
  readonly limits: TickLimits;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly trace: TickTrace;
}
