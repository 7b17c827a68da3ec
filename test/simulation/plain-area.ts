/** The cells of one grid that one client holds round its centres. Never changed: each move makes another one. */
export interface PlainArea {
  readonly held: ReadonlySet<string>;
  /** By held cell: the tick since which it has been. */
  readonly heldSince: ReadonlyMap<string, number>;
  /** By centre, its space and what it held. */
  readonly windows: readonly { readonly space: number; readonly held: ReadonlySet<string> }[];
}

export type PlainCentre = readonly [space: number, x: number, y: number];

export const NO_AREA: PlainArea = { held: new Set(), heldSince: new Map(), windows: [] };

/** Rows may stand this part of a cell outside of theirs. */
const BORDER = 1 / 16;

/** Cells so much beyond the radius, in cells, are taken together with one within it. */
const AHEAD = 1 / 8;

/**
 * The area after its centres have moved. It changes when a cell of which any row may be within the radius is not held, or when a held one
 * is more than a cell, and AHEAD, farther away: then all cells up to AHEAD beyond the radius are taken, and those of the held that are more than
 * a cell beyond it are dropped. Every cell near a centre is looked at.
 */
export function movedArea(
  before: PlainArea,
  cellM: number,
  radiusM: number,
  centres: readonly PlainCentre[],
  tick: number,
): PlainArea {
  const windows = centres.map(([space, x, y], i) => {
    const old = before.windows[i]?.space === space ? before.windows[i]! : null;
    const kept = new Set<string>();
    const near = new Set<string>();
    let isDue = old === null;
    let oldCount = 0;
    const reach = Math.ceil(radiusM / cellM) + 3;
    const [nearX, nearY] = [Math.floor(x / cellM), Math.floor(y / cellM)];
    for (let cellX = nearX - reach; cellX <= nearX + reach; cellX++) {
      const dx = outside(x, cellX, cellM);
      for (let cellY = nearY - reach; cellY <= nearY + reach; cellY++) {
        const dy = outside(y, cellY, cellM);
        const distanceM = Math.sqrt(dx * dx + dy * dy);
        if (distanceM > radiusM + cellM * (1 + AHEAD)) continue;
        const cell = `${space},${cellX},${cellY}`;
        const isOld = old?.held.has(cell) === true;
        if (isOld) oldCount++;
        if (isOld && distanceM <= radiusM + cellM) kept.add(cell);
        if (distanceM <= radiusM + cellM * AHEAD) near.add(cell);
        if (distanceM <= radiusM && !isOld) isDue = true;
      }
    }
    if (old !== null && !isDue && oldCount === old.held.size) return old;
    return { space, held: new Set([...kept, ...near]) };
  });
  const held = new Set(windows.flatMap((window) => [...window.held]));
  const heldSince = new Map<string, number>();
  for (const cell of held) heldSince.set(cell, before.heldSince.get(cell) ?? tick);
  return { held, heldSince, windows };
}

function outside(coordinate: number, cell: number, cellM: number): number {
  const overM = cellM * BORDER;
  return Math.max(cell * cellM - overM - coordinate, coordinate - (cell * cellM + cellM + overM), 0);
}
