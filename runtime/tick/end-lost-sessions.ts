import { OUTCOME_NONE, type World } from '../transactions/world.ts';
import { sealAndTell } from './seal-and-tell.ts';
import type { OpenedSession } from './session-marks.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/**
 * A tick in which `clientDisconnected` runs for each session that was open when the server before this one ended, in the order in which
 * they were opened, each as a transaction of its own; before any client is let in. A hook that throws or does not return is rolled back, and
 * its session has ended all the same. Returns how many transactions ran.
 */
export function endLostSessions(
  world: World,
  tick: Tick,
  sessions: readonly (OpenedSession & { readonly claims?: string })[],
  ports: TickPorts,
  desk: TickDesk,
): number {
  world.beginTick(tick.number, tick.timestampUs, tick.seed);
  const limitMs = desk.limits.callMsMax;
  for (const { handle, identity, connectionId, claims } of sessions) {
    const caller = world.addCaller(identity, connectionId, claims);
    world.lastOutcome = OUTCOME_NONE;
    if (!desk.guard.run(() => void world.runHook('clientDisconnected', caller), limitMs)) {
      desk.onStop(world.recover(limitMs));
    }
    world.removeCaller(caller);
    desk.items.marks.closed.push(handle);
  }
  sealAndTell(world, tick, ports, desk);
  return sessions.length;
}
