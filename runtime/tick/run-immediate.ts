import type { Clock } from '@tickbase/base';
import type { World } from '../transactions/world.ts';
import { sealAndTell } from './seal-and-tell.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { TracePhase } from './tick-trace.ts';
import type { Timeline } from './timeline.ts';

/**
 * One wake-up of a world with `tickRate: 0`: every call, hook, timer and subscription is a commit of its own, with its own
 * seal, record and section; all sections of one client leave as one message at the end. Timers and clients take turns,
 * so that neither starves the other. Returns true when something is left to be done at once.
 */
export function runImmediate(
  world: World,
  timeline: Timeline,
  clock: Clock,
  ports: TickPorts,
  desk: TickDesk,
): boolean {
  const { limits, items, trace } = desk;
  const startMs = clock.nowMs();
  trace.begin(startMs);
  for (;;) {
    const isTimerDue = hasDueTimer(world, timeline, clock);
    if (isTimerDue) commit('timers', () => world.runDueTimers(1));
    const item = ports.inbox.take();
    if (item !== null) commit('calls', () => items.run(item));
    else if (!isTimerDue) break;
    if (clock.nowMs() - startMs >= limits.wakeMsMax) break;
  }
  ports.outbox.flush();
  trace.mark('sends');
  trace.end();
  return ports.inbox.waitingCount > 0 || hasDueTimer(world, timeline, clock);

  function commit(phase: TracePhase, run: () => number): void {
    const tick = timeline.next(clock.wallUs());
    world.beginTick(tick.number, tick.timestampUs, tick.seed);
    timeline.ran(run());
    trace.mark(phase);
    sealAndTell(world, tick, ports, desk);
  }
}

function hasDueTimer(world: World, timeline: Timeline, clock: Clock): boolean {
  const dueUs = world.nextTimerUs();
  return dueUs !== null && dueUs <= timeline.timestampAt(clock.wallUs());
}
