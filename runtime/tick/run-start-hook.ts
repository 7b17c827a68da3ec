import type { CallOutcome, World } from '../transactions/world.ts';
import { sealAndTell } from './seal-and-tell.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/** A tick that runs only `init` or `started`, before any client is let in. The world's `lastMessage` says why it was not committed. */
export function runStartHook(
  world: World,
  tick: Tick,
  role: 'init' | 'started',
  ports: TickPorts,
  desk: TickDesk,
): CallOutcome {
  world.beginTick(tick.number, tick.timestampUs, tick.seed);
  const outcome = world.runHook(role, NO_CALLER);
  sealAndTell(world, tick, ports, desk);
  return outcome;
}

const NO_CALLER = -1;
