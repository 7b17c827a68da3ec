import type { MigrationPlan } from '@tickbase/schema/plan';
import type { World } from '../../transactions/world.ts';

/** What of a world is no row goes on in the one that takes its place: callers under their handles, and when systems ran last. Before its first tick. */
export function carryWorld(before: World, after: World): void {
  before.eachCaller((handle, identity, connectionId, claims) => {
    after.placeCaller(handle, identity, connectionId, claims);
  });
  for (const [position, { name }] of after.plan.systems.entries()) {
    const old = before.plan.systems.findIndex((system) => system.name === name);
    if (old !== -1) after.goOnWithSystem(position, before.lastRunOf(old));
  }
}

/** Intervals go on as they were due. Within the first tick of the world that takes the place. */
export function carryTimers(before: World, after: World, { tables }: MigrationPlan): void {
  const armed = before.armedTimers();
  const moved = movedTables(before.plan.tables.length, { tables });
  for (let at = 0; at < armed.length; at += 4) {
    const old = armed[at]!;
    const position = moved[old]!;
    if (position < 0) continue;
    const { schedule } = after.plan.tables[position]!;
    const column = before.plan.tables[old]!.schedule!.column;
    if (schedule === null || tables[position]!.columns[schedule.column]!.from !== column) continue;
    after.goOnWithTimer(position, armed[at + 1]!, armed[at + 2]!, armed[at + 3]!);
  }
}

/** By position of `count` old tables: the new position, -1: the table is gone. */
export function movedTables(count: number, { tables }: Pick<MigrationPlan, 'tables'>): readonly number[] {
  return Array.from({ length: count }, (_, old) => tables.findIndex(({ from }) => from === old));
}
