import { CALL_COMMITTED, CALL_STOPPED, type CallOutcome, OUTCOME_NONE, type World } from '../transactions/world.ts';
import { sealAndTell } from './seal-and-tell.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/**
 * A tick that runs only `init` or `started`, before any client is let in. The world's `lastMessage` says why it was not committed; when the
 * hook did not return, it was stopped.
 */
export function runStartHook(
  world: World,
  tick: Tick,
  role: 'init' | 'started',
  ports: TickPorts,
  desk: TickDesk,
): CallOutcome {
  world.beginTick(tick.number, tick.timestampUs, tick.seed);
  const limitMs = desk.limits.startHookMsMax;
  world.lastOutcome = OUTCOME_NONE;
  const isWhole = desk.guard.run(() => void world.runHook(role, NO_CALLER), limitMs);
  const outcome = isWhole ? world.lastOutcome : world.recover(limitMs);
  // Until the log has this tick, the world has not begun: the next start runs `init` again.
  desk.items.marks.isBeginning = role === 'init' && outcome === CALL_COMMITTED;
  sealAndTell(world, tick, ports, desk);
  return outcome === OUTCOME_NONE ? CALL_STOPPED : outcome;
}

const NO_CALLER = -1;
