import { EXTENT_M, Space, WORLD_SEED } from './places.ts';
import { caveOpenness } from './cave-openness.ts';
import { landShape } from './land-shape.ts';
import { gridRandom } from './value-noise.ts';

export type SceneryKind = 'pine' | 'oak' | 'birch' | 'bush' | 'rock' | 'stalagmite' | 'glowcap';

/** A thing that stands still and is never a row: it follows from the seed. */
export interface Scenery {
  readonly kind: SceneryKind;
  readonly x: number;
  readonly y: number;
  /** 0…1, for the small differences between two of a kind. */
  readonly variety: number;
  /** Nobody walks nearer to its foot than this, in metres; 0: it can be walked over. */
  readonly trunkM: number;
}

/** Edge of the squares that hold one thing at most. */
export const SCENERY_GRID_M = 2.6;

/** No thing's trunkM is more. */
export const TRUNK_M_MAX = 0.7;

/** The thing in a square of the scenery's grid, or null. */
export function sceneryIn(space: number, column: number, row: number): Scenery | null {
  const x = (column + 0.2 + 0.6 * gridRandom(WORLD_SEED + 1, column, row)) * SCENERY_GRID_M;
  const y = (row + 0.2 + 0.6 * gridRandom(WORLD_SEED + 2, column, row)) * SCENERY_GRID_M;
  const extent = EXTENT_M[space];
  if (extent === undefined || x < 0 || y < 0 || x > extent.width || y > extent.height) return null;
  const chance = gridRandom(WORLD_SEED + 3, column, row);
  const variety = gridRandom(WORLD_SEED + 4, column, row);
  return space === Space.Land ? onLand(x, y, chance, variety) : inCave(x, y, chance, variety);
}

function onLand(x: number, y: number, chance: number, variety: number): Scenery | null {
  const { height, forest, pathM } = landShape(x, y);
  if (height > 0.14 && chance < forest * 0.85) {
    if (height > 0.55) return { kind: 'pine', x, y, variety, trunkM: 0.4 };
    if (chance < 0.09) return { kind: 'birch', x, y, variety, trunkM: 0.3 };
    const kind = (x * 0.7 + y) % 46 < 20 ? 'pine' : 'oak';
    return { kind, x, y, variety, trunkM: kind === 'pine' ? 0.4 : 0.5 };
  }
  if (height > 0.05 && pathM > 2.5) {
    if (chance > 0.95 && height > 0.16 && height < 0.58 && forest > -0.9)
      return { kind: variety < 0.6 ? 'birch' : 'oak', x, y, variety, trunkM: 0.4 };
    if (chance > 0.94) return { kind: 'rock', x, y, variety, trunkM: 0.7 };
    if (chance > 0.9 && forest > -1.2) return { kind: 'bush', x, y, variety, trunkM: 0 };
  }
  return null;
}

function inCave(x: number, y: number, chance: number, variety: number): Scenery | null {
  const openness = caveOpenness(x, y);
  if (openness < 0.06 || y < 11) return null;
  if (chance < 0.1) return { kind: 'glowcap', x, y, variety, trunkM: 0 };
  if (chance > 0.9 && openness < 0.4) return { kind: 'stalagmite', x, y, variety, trunkM: 0.5 };
  return null;
}
