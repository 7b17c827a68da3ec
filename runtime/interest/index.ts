export type { AreaSource } from './area-source.ts';
export { DiffBuilder, type DiffBuilderOptions, type LostQuerySet } from './diff-builder.ts';
export { RINGS_MAX } from './rate-tiers.ts';
export { type Easing, NO_EASING } from './easing.ts';
export { emptyFrame } from './empty-frame.ts';
export { AGE_BUCKETS, type InterestCounters, type InterestFigures } from './interest-counters.ts';
export { QueryTranslator } from './translate-query.ts';
export type { SubscribeRefusal, ViewerFrame, ViewerId, Viewers } from './viewers-port.ts';
