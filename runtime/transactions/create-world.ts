import { LogBuffer } from './log-buffer.ts';
import { RuntimeWorld } from './runtime-world.ts';
import type { WorldOptions } from './world-options.ts';
import type { World } from './world.ts';

/** The world of a module: empty tables, and every way to run the module's functions on them. */
export function createWorld(options: WorldOptions): World {
  return new RuntimeWorld(options, options.log ?? new LogBuffer());
}
