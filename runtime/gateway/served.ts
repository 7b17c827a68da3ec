import type { Viewers } from '../interest/viewers-port.ts';
import type { ServedModule } from './served-module.ts';

/** What a publish puts others in the place of, for all parts of a gateway at once. */
export interface Served {
  module: ServedModule;
  viewers: Viewers;
}
