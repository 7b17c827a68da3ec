import { caveOpenness } from './cave-openness.ts';
import { landShape } from './land-shape.ts';
import { EXTENT_M, Space } from './places.ts';
import { SCENERY_GRID_M, sceneryIn } from './scenery.ts';

/** Squares of this edge are free or blocked as a whole. */
const SQUARE_M = 0.25;
const SQUARES_PER_M = 1 / SQUARE_M;
const UNKNOWN = 0;
const FREE = 1;
const BLOCKED = 2;

/** By space: u8[squares from south-west, row by row], worked out when first asked for; the terrain never changes. */
const squaresOf = EXTENT_M.map(({ width, height }) => new Uint8Array(width * SQUARES_PER_M * height * SQUARES_PER_M));

/** Whether a body may stand there: dry land or cave floor, clear of trunks and rocks. False for what is no place at all. */
export function isWalkable(space: number, x: number, y: number): boolean {
  const extent = EXTENT_M[space];
  if (extent === undefined || !(x >= 1 && y >= 1 && x <= extent.width - 1 && y <= extent.height - 1)) return false;
  const column = (x * SQUARES_PER_M) | 0;
  const row = (y * SQUARES_PER_M) | 0;
  const squares = squaresOf[space]!;
  const at = row * extent.width * SQUARES_PER_M + column;
  if (squares[at] === UNKNOWN) {
    squares[at] = isFree(space, (column + 0.5) * SQUARE_M, (row + 0.5) * SQUARE_M) ? FREE : BLOCKED;
  }
  return squares[at] === FREE;
}

function isFree(space: number, x: number, y: number): boolean {
  if (space === Space.Land ? landShape(x, y).height < 0.02 : caveOpenness(x, y) < 0.06) return false;
  const column = Math.floor(x / SCENERY_GRID_M);
  const row = Math.floor(y / SCENERY_GRID_M);
  for (let i = column - 1; i <= column + 1; i++) {
    for (let j = row - 1; j <= row + 1; j++) {
      const thing = sceneryIn(space, i, j);
      if (thing !== null && Math.hypot(x - thing.x, y - thing.y) < thing.trunkM) return false;
    }
  }
  return true;
}
