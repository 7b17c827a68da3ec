import type { World } from '../transactions/world.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/** From here the tick's changes are fixed: the log and the diff builder read the same record. */
export function sealAndTell(world: World, tick: Tick, ports: TickPorts, desk: TickDesk): void {
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
  trace.mark('subscriptions');
  ports.outbox.endTick(tick.number, tick.timestampUs);
  trace.mark('frames');
}
