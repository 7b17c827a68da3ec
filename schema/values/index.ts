export { compareValues } from './compare-values.ts';
export { ConnectionId } from './connection-id.ts';
export { equalValues } from './equal-values.ts';
export { Identity } from './identity.ts';
export { type Bound, Range } from './range.ts';
export { ScheduleAt } from './schedule-at.ts';
export { TimeDuration } from './time-duration.ts';
export { Timestamp } from './timestamp.ts';
export { Uuid, type UuidVersion } from './uuid.ts';
