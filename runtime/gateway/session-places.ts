import type { GatewayLimits } from './gateway-limits.ts';
import { CallLogs } from './call-logs.ts';
import { LagMeters } from './lag-meters.ts';
import { RateBudgets, ratesOf } from './rate-budgets.ts';

/**
 * What every message and every tick looks at of each session, in tables of plain numbers by the session's place. A place is a session's from its
 * beginning to its end, and then another's; place 0 is nobody's, for those that have none.
 */
export class SessionPlaces {
  readonly calls = new CallLogs();
  readonly lags = new LagMeters();
  readonly budgets: RateBudgets;
  readonly #free: number[] = [];
  #count = 0;

  constructor(limits: GatewayLimits) {
    this.budgets = new RateBudgets(ratesOf(limits));
    this.take(0);
  }

  /** A place for a session that begins. */
  take(nowMs: number): number {
    const place = this.#free.pop() ?? this.#count++;
    this.calls.open(place);
    this.lags.open(place);
    this.budgets.open(place, nowMs);
    return place;
  }

  /** Its session has ended. */
  giveBack(place: number): void {
    if (place !== NO_PLACE) this.#free.push(place);
  }
}

export const NO_PLACE = 0;
