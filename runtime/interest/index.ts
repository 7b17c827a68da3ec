export type { AreaSource } from './area-source.ts';
export { DiffBuilder, type DiffBuilderOptions } from './diff-builder.ts';
export type { SubscribeRefusal, ViewerFrame, ViewerId, Viewers } from './viewers-port.ts';
