import { game } from './scenarios/game.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { wander } from './scenarios/wander.ts';

/** By name; the first is the default. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [game, wander].map((scenario) => [scenario.name, scenario]),
);
