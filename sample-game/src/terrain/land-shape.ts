import { CAMP, DOORS, EXTENT_M, PATHS, Space, WORLD_SEED } from './places.ts';
import { valueNoise } from './value-noise.ts';

// As in value-noise.ts: a module's globals are slow to look up.
const { hypot, max, min, sqrt } = Math;

/** What the open land is at a point. */
export interface LandShape {
  /** Below 0 is water, above about 0.1 is meadow, above 0.62 is stony hill. */
  height: number;
  /** Above 0 trees grow, the more the higher, up to about 1. */
  forest: number;
  /** Metres to the middle of the nearest path, at most PATH_FAR_M. */
  pathM: number;
}

/** Beyond this the distance to a path is not told. */
export const PATH_FAR_M = 12;

/** The land's shape at a point in metres. */
export function landShape(x: number, y: number): LandShape {
  const extent = EXTENT_M[Space.Land];
  const shoreM = min(x, extent.width - x, y, extent.height - y);
  const campM = hypot(x - CAMP.x, y - CAMP.y);
  const caveM = hypot(x - DOORS[0].x, y - DOORS[0].y - 3);
  const pathM = pathDistance(x, y);

  const wild = valueNoise(WORLD_SEED, x / 38, y / 38) * 1.25 + 0.3 - (1 - rise(0, 34, shoreM)) * 1.7;
  const trodden = 1 - rise(2, 9, pathM);
  const cleared = max(1 - rise(7, 24, campM), trodden * 0.9);
  const hill = 1 - rise(3, 15, caveM);
  const height = mix(mix(wild, 0.3, cleared), 0.72, hill);

  const woods = valueNoise(WORLD_SEED + 40, x / 27, y / 27) * 1.5 + 0.3;
  const clearing = max(1 - rise(7, 15, campM), 1 - rise(1.6, 4, pathM), 1 - rise(3.5, 6, caveM));
  const forest = min(woods, (height - 0.12) * 4) - clearing * 2;
  return { height, forest, pathM };
}

function pathDistance(x: number, y: number): number {
  let nearestSquaredM2 = PATH_FAR_M * PATH_FAR_M; // squares compare as roots do, and cost less
  for (const path of PATHS) {
    for (let i = 1; i < path.length; i++) {
      const from = path[i - 1]!;
      const alongX = path[i]!.x - from.x;
      const alongY = path[i]!.y - from.y;
      const t = ((x - from.x) * alongX + (y - from.y) * alongY) / (alongX * alongX + alongY * alongY);
      const part = t < 0 ? 0 : t > 1 ? 1 : t;
      const dx = x - from.x - alongX * part;
      const dy = y - from.y - alongY * part;
      const squaredM2 = dx * dx + dy * dy;
      if (squaredM2 < nearestSquaredM2) nearestSquaredM2 = squaredM2;
    }
  }
  return sqrt(nearestSquaredM2);
}

/** 0 at `from` and below, 1 at `to` and above, smooth between. */
function rise(from: number, to: number, value: number): number {
  const t = (value - from) / (to - from);
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * (3 - 2 * t);
}

function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}
