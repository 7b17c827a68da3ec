import type { World } from '../transactions/world.ts';
import { sealAndTell } from './seal-and-tell.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/**
 * One tick of a world with a fixed rate. All change happens in here, in this order; nothing in here awaits.
 * Returns how many transactions ran, the rolled back included.
 */
export function runTick(world: World, tick: Tick, ports: TickPorts, desk: TickDesk): number {
  const { items, limits, clock, trace } = desk;
  world.beginTick(tick.number, tick.timestampUs, tick.seed);

  // Each call commits whole or leaves no trace. What does not fit into the tick's time waits for the next one.
  let transactionCount = 0;
  const endMs = clock.nowMs() + limits.callsMsMax;
  for (let taken = 0; taken < limits.callsPerTickMax && clock.nowMs() < endMs; taken++) {
    const item = ports.inbox.take();
    if (item === null) break;
    transactionCount += items.run(item);
  }
  trace.mark('calls');
  transactionCount += world.runDueTimers(limits.timersPerTickMax);
  trace.mark('timers');
  world.runSystems();
  transactionCount += world.plan.systems.length;
  trace.mark('systems');

  sealAndTell(world, tick, ports, desk);
  ports.outbox.flush();
  trace.mark('sends');
  return transactionCount;
}
