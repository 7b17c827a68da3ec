export { createWorld } from './create-world.ts';
export { installConsole } from './install-console.ts';
export { LOG_LINES_MAX, LOG_TEXT_MAX, LogBuffer } from './log-buffer.ts';
export type { WorldCode } from './row-code.ts';
export type { WorldOptions } from './world-options.ts';
export * from './world.ts';
export { WRITES_KEPT_MAX } from './write-list.ts';
export { worldCode } from './world-code.ts';
