import { chat } from './scenarios/chat.ts';
import { FIELD_SCENES } from './scenarios/field-scenes.ts';
import { game } from './scenarios/game.ts';
import { inventory } from './scenarios/inventory.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { WANDER_SCENES } from './scenarios/wander-scenes.ts';
import { wander } from './scenarios/wander.ts';

/** By name; the first is the default. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [game, wander, ...FIELD_SCENES, ...WANDER_SCENES, chat, inventory].map((scenario) => [scenario.name, scenario]),
);
