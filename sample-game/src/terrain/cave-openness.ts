import { DOORS, EXTENT_M, Space, WORLD_SEED } from './places.ts';
import { valueNoise } from './value-noise.ts';

/** How open the cave is at a point in metres: above 0 is floor, below is rock, the more the deeper. */
export function caveOpenness(x: number, y: number): number {
  const extent = EXTENT_M[Space.Cave];
  const halfWidth = extent.width / 2;
  const halfHeight = extent.height / 2;
  const across = (x - halfWidth) / halfWidth;
  const along = (y - halfHeight - 1) / halfHeight;
  const round = 0.78 - Math.hypot(across, along);
  const walls = round * 1.5 + valueNoise(WORLD_SEED + 80, x / 9, y / 9) * 0.75;

  // The passage from the door runs north into the middle, whatever the noise says.
  const door = DOORS[1];
  const passageM = Math.hypot(x - door.x, y - Math.max(door.y, Math.min(halfHeight, y)));
  const passage = (2.6 - passageM) * 0.3;
  return Math.max(walls, passage);
}
