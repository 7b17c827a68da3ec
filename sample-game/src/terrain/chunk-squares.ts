import { CHUNK_M, EXTENT_M } from './places.ts';
import { SCENERY_GRID_M, sceneryIn, TRUNK_M_MAX } from './scenery.ts';

/** Squares of this edge are free or blocked as a whole. */
export const SQUARE_M = 0.25;
export const SQUARES_PER_CHUNK = CHUNK_M / SQUARE_M;

export const UNKNOWN = 0;
export const FREE = 1;
export const BLOCKED = 2;

// As in value-noise.ts: a module's globals are slow to look up.
const { floor, hypot, max, min } = Math;

/** By space, then by chunk, row by row from south-west. */
const chunksOf = EXTENT_M.map(({ width, height }) => {
  const columns = width / CHUNK_M;
  return { columns, chunks: new Array<Uint8Array | undefined>((columns * height) / CHUNK_M) };
});

/**
 * Where one can stand in a chunk of the world: u8[SQUARES_PER_CHUNK ** 2], row by row from south-west. BLOCKED where trunks and
 * rocks stand. UNKNOWN where nobody has asked for the ground yet: to ask for all of it at once would take milliseconds of a tick.
 *   space, column, row   within the world
 */
export function chunkSquares(space: number, column: number, row: number): Uint8Array {
  const { columns, chunks } = chunksOf[space]!;
  const place = row * columns + column;
  return (chunks[place] ??= withoutTrunks(space, column * CHUNK_M, row * CHUNK_M));
}

function withoutTrunks(space: number, west: number, south: number): Uint8Array {
  const squares = new Uint8Array(SQUARES_PER_CHUNK * SQUARES_PER_CHUNK);
  // A neighbour's trunk may reach over the edge.
  for (let row = gridAt(south - TRUNK_M_MAX); row <= gridAt(south + CHUNK_M + TRUNK_M_MAX); row++) {
    for (let column = gridAt(west - TRUNK_M_MAX); column <= gridAt(west + CHUNK_M + TRUNK_M_MAX); column++) {
      const thing = sceneryIn(space, column, row);
      if (thing !== null) block(squares, thing.x - west, thing.y - south, thing.trunkM);
    }
  }
  return squares;
}

function gridAt(metres: number): number {
  return floor(metres / SCENERY_GRID_M);
}

/** Marks the squares whose middle is within a trunk, in metres from the chunk's corner. */
function block(squares: Uint8Array, x: number, y: number, trunkM: number): void {
  for (let row = squareAt(y - trunkM); row <= squareAt(y + trunkM); row++) {
    for (let column = squareAt(x - trunkM); column <= squareAt(x + trunkM); column++) {
      const awayM = hypot((column + 0.5) * SQUARE_M - x, (row + 0.5) * SQUARE_M - y);
      if (awayM < trunkM) squares[row * SQUARES_PER_CHUNK + column] = BLOCKED;
    }
  }
}

/** The square's column or row at so many metres from the chunk's corner; the chunk's nearest one when it is outside. */
function squareAt(metres: number): number {
  return max(0, min(SQUARES_PER_CHUNK - 1, floor(metres / SQUARE_M)));
}
