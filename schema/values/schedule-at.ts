import { TimeDuration } from './time-duration.ts';
import { Timestamp } from './timestamp.ts';

/** When a timer fires: again and again after an interval, or once at a point in time. */
export type ScheduleAt =
  | { readonly tag: 'Interval'; readonly value: TimeDuration }
  | { readonly tag: 'Time'; readonly value: Timestamp };

export const ScheduleAt = Object.freeze({
  /** Every so many microseconds. */
  interval(micros: bigint): ScheduleAt {
    return Object.freeze({ tag: 'Interval', value: new TimeDuration(micros) } as const);
  },
  /** Once, at this many microseconds since the Unix epoch. */
  time(microsSinceUnixEpoch: bigint): ScheduleAt {
    return Object.freeze({ tag: 'Time', value: new Timestamp(microsSinceUnixEpoch) } as const);
  },
});
