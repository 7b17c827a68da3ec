import { onField } from './on-field.ts';
import type { Scenario } from './scenario.ts';

/** What a player's input costs who moves by mouse: one call a tick. */
const MOUSE_MS = 50;
/** By keyboard. */
const KEYS_MS = 250;

export const FIELD_SCENES: readonly Scenario[] = [
  // Nobody moves, and nobody calls but those who check: what a connected client costs at rest.
  onField({ name: 'idle', pace: 'still', landM: 640, wildCount: 1000, steerMs: null }),
  // So much land that most see nobody: many cells, each with one viewer.
  onField({ name: 'spread', pace: 'walk', landM: 4000, steerMs: MOUSE_MS }),
  // Everyone in one cell: each sees all others.
  onField({ name: 'clump', pace: 'walk', landM: 32, steerMs: MOUSE_MS }),
  // Entities and viewers cross cells all together, every eighth tick.
  onField({ name: 'border', pace: 'swing', landM: 640, wildCount: 1000, steerMs: KEYS_MS }),
  // Forty rows come and forty go in each tick, each there for two and a half seconds.
  onField({ name: 'churn', pace: 'walk', landM: 640, sparksPerTick: 40, sparksMax: 2000, steerMs: KEYS_MS }),
];
