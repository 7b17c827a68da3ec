import type { World } from '../transactions/world.ts';
import { sealTick, tellTick } from './seal-and-tell.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/**
 * One tick of a world with a fixed rate. All change happens in here, in this order; nothing in here awaits. Returns how many transactions ran,
 * the rolled back included. When `ports.diffs.awaitsPieces` afterwards, `finishTick` is to follow: as soon as these have come, and before the next tick.
 */
export function runTick(world: World, tick: Tick, ports: TickPorts, desk: TickDesk): number {
  const { items, work } = desk;
  world.beginTick(tick.number, tick.timestampUs, tick.seed);

  // Calls, then due timers, then systems: each commits whole or leaves no trace. What does not fit into the tick's time waits for the next.
  work.begin(tick);
  while (!work.isOver) {
    items.take(ports.inbox, work.callsLeft);
    work.visit(ports.inbox);
    items.settle(ports.inbox);
  }

  sealTick(world, tick, ports, desk);
  if (!ports.diffs.awaitsPieces) finishTick(tick, ports, desk);
  return work.transactionCount;
}

/** The end of a tick, which changes nothing: clients are told of it. */
export function finishTick(tick: Tick, ports: TickPorts, desk: TickDesk): void {
  tellTick(tick, ports, desk);
  ports.outbox.flush();
  desk.trace.mark('sends');
}
