import type { World } from '../world.ts';

/** Runs the systems whose turn it is in tick `tick`, in order of declaration, without budget or time limit. */
export function runDueSystems(world: World, tick: number): void {
  for (const [system, { everyTicks }] of world.plan.systems.entries()) {
    if (tick % everyTicks === 0) world.runSystem(system);
  }
}
