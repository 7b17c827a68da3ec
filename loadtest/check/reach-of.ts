import type { Centre } from '../scenarios/scenario.ts';
import type { SampledCell } from './sampled-world.ts';

/** 'band': whether a viewer holds the cell depends on the way it came. */
export type ReachOf = 'inside' | 'band' | 'outside';

/**
 * What a viewer must hold, by the rule of docs and WIRE.md and not by the server's code: a cell is taken at the latest when a row of it may
 * stand within the radius of a centre, and dropped at the latest when it is a cell and an eighth farther away. A row may stand 1/16 of a
 * cell outside of its own.
 */
export function reachOf(cell: SampledCell, cellM: number, centres: readonly Centre[], radiusM: number): ReachOf {
  let nearestM = Infinity;
  for (const { space, x, y } of centres) {
    if (space !== cell.space) continue;
    const dx = awayM(x, cell.cellX, cellM);
    const dy = awayM(y, cell.cellY, cellM);
    nearestM = Math.min(nearestM, Math.hypot(dx, dy));
  }
  if (nearestM < radiusM - ROUNDING_M) return 'inside';
  return nearestM > radiusM + KEPT_CELLS * cellM + ROUNDING_M ? 'outside' : 'band';
}

/** How far beyond the radius a cell may still be held, in cells. */
const KEPT_CELLS = 1 + 1 / 8;
/** Where a cell lies just at a limit, rounding may decide. */
const ROUNDING_M = 1e-6;

/** How far a coordinate is from where the rows of a cell may stand, in one dimension. */
function awayM(coordinate: number, cellNumber: number, cellM: number): number {
  const middleM = (cellNumber + 0.5) * cellM;
  const halfM = cellM * (0.5 + 1 / 16);
  return Math.max(Math.abs(coordinate - middleM) - halfM, 0);
}
