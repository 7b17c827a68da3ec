import type { Clock } from '@tickbase/base';
import type { World } from '../transactions/world.ts';
import { sealAndTell } from './seal-and-tell.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';
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
  let commitCount = 0;
  let tick: Tick;
  trace.begin(startMs);
  for (;;) {
    const isTimerDue = hasDueTimer(world, timeline, clock);
    if (isTimerDue) {
      begin();
      timeline.ran(world.runDueTimers(1));
      seal('timers');
    }
    const item = ports.inbox.take();
    if (item !== null) {
      begin();
      timeline.ran(items.run(item));
      seal('calls');
    } else if (!isTimerDue) break;
    if (clock.nowMs() - startMs >= limits.wakeMsMax) break;
  }
  trace.weigh(1);
  ports.outbox.flush();
  trace.mark('sends');
  trace.end();
  return ports.inbox.waitingCount > 0 || hasDueTimer(world, timeline, clock);

  function begin(): void {
    if (commitCount >= TIMED_ALONE) trace.weigh(commitCount % TIMED_EACH === 0 ? TIMED_EACH : 0);
    commitCount++;
    tick = timeline.next(clock.wallUs());
    world.beginTick(tick.number, tick.timestampUs, tick.seed);
  }

  function seal(phase: TracePhase): void {
    trace.mark(phase);
    sealAndTell(world, tick, ports, desk);
  }
}

/** So many commits of a wake-up are timed each, then one of TIMED_EACH for all of them. TIMED_ALONE is a multiple of it. */
const TIMED_ALONE = 16;
const TIMED_EACH = 16;

function hasDueTimer(world: World, timeline: Timeline, clock: Clock): boolean {
  const dueUs = world.nextTimerUs();
  return dueUs !== null && dueUs <= timeline.timestampAt(clock.wallUs());
}
