import type { World } from '../transactions/world.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/** From here the tick's changes are fixed: the log and the diff builder read the same record. `tellTick` is to follow before the next tick begins. */
export function sealTick(world: World, tick: Tick, ports: TickPorts, desk: TickDesk): void {
  const { items, trace } = desk;
  const record = world.seal();
  trace.mark('seal');
  ports.inputs?.seal(tick);
  ports.commitLog.append(record, items.marks);
  items.marks.clear();
  trace.mark('log');
  ports.diffs.begin(record);
  trace.mark('diffs');

  // New subscriptions and queries see exactly this tick.
  items.answer();
  if (world.disconnectCount > 0) {
    for (const order of world.takeDisconnects()) ports.outbox.disconnect(order, tick.number);
  }
  trace.mark('subscriptions');
}

/** A section for each client that has news. Pieces that others were to encode and have not are encoded here. */
export function tellTick(tick: Tick, { diffs, outbox }: TickPorts, { trace }: TickDesk): void {
  if (diffs.awaitsPieces && !diffs.collectPieces()) diffs.giveUpPieces();
  trace.mark('workers');
  outbox.endTick(tick.number, tick.timestampUs);
  trace.mark('frames');
}

export function sealAndTell(world: World, tick: Tick, ports: TickPorts, desk: TickDesk): void {
  sealTick(world, tick, ports, desk);
  tellTick(tick, ports, desk);
}
