export type { AreaSource } from './area-source.ts';
export { DiffBuilder, type DiffBuilderOptions, type LostQuerySet } from './diff-builder.ts';
export { QueryTranslator } from './translate-query.ts';
export type { SubscribeRefusal, ViewerFrame, ViewerId, Viewers } from './viewers-port.ts';
