import { caveOpenness } from './cave-openness.ts';
import { BLOCKED, chunkSquares, FREE, SQUARE_M, SQUARES_PER_CHUNK, UNKNOWN } from './chunk-squares.ts';
import { landShape } from './land-shape.ts';
import { EXTENT_M, Space } from './places.ts';

const SQUARES_PER_M = 1 / SQUARE_M;

/** Whether a body may stand there: dry land or cave floor, clear of trunks and rocks. False for what is no place at all. */
export function isWalkable(space: number, x: number, y: number): boolean {
  const extent = EXTENT_M[space];
  if (extent === undefined || !(x >= 1 && y >= 1 && x <= extent.width - 1 && y <= extent.height - 1)) return false;
  const column = (x * SQUARES_PER_M) | 0;
  const row = (y * SQUARES_PER_M) | 0;
  const squares = chunkSquares(space, (column / SQUARES_PER_CHUNK) | 0, (row / SQUARES_PER_CHUNK) | 0);
  const at = (row % SQUARES_PER_CHUNK) * SQUARES_PER_CHUNK + (column % SQUARES_PER_CHUNK);
  if (squares[at] === UNKNOWN) {
    squares[at] = isGround(space, (column + 0.5) * SQUARE_M, (row + 0.5) * SQUARE_M) ? FREE : BLOCKED;
  }
  return squares[at] === FREE;
}

function isGround(space: number, x: number, y: number): boolean {
  return space === Space.Land ? landShape(x, y).height >= 0.02 : caveOpenness(x, y) >= 0.06;
}
