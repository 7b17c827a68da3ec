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

/**
 * The area after its centres have moved: a cell is taken once any row of it may be within the radius, and dropped once it is a whole
 * cell farther away. Every cell near a centre is looked at.
 */
export function movedArea(
  before: PlainArea,
  cellM: number,
  radiusM: number,
  centres: readonly PlainCentre[],
  tick: number,
): PlainArea {
  const windows = centres.map(([space, x, y], i) => {
    const held = new Set<string>();
    const old = before.windows[i]?.space === space ? before.windows[i]!.held : null;
    const reach = Math.ceil(radiusM / cellM) + 3;
    const [nearX, nearY] = [Math.floor(x / cellM), Math.floor(y / cellM)];
    for (let cellX = nearX - reach; cellX <= nearX + reach; cellX++) {
      const dx = outside(x, cellX, cellM);
      for (let cellY = nearY - reach; cellY <= nearY + reach; cellY++) {
        const dy = outside(y, cellY, cellM);
        const distanceM = Math.sqrt(dx * dx + dy * dy);
        if (distanceM > radiusM + cellM) continue;
        const cell = `${space},${cellX},${cellY}`;
        if (distanceM <= radiusM || old?.has(cell) === true) held.add(cell);
      }
    }
    return { space, held };
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
