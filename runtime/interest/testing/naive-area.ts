/** Cells that one viewer holds of one grid and radius, all of them looked at in each tick: keys `space,cellX,cellY`. */
export class NaiveArea {
  held = new Set<string>();
  private readonly cellM: number;
  private readonly radiusM: number;
  /** By centre: what it held. */
  private windows: { readonly space: number; readonly held: Set<string> }[] = [];

  constructor(cellM: number, radiusM: number) {
    this.cellM = cellM;
    this.radiusM = radiusM;
  }

  update(centres: readonly (readonly [number, number, number])[]): void {
    const { cellM, radiusM } = this;
    this.windows = centres.map(([space, x, y], i) => {
      const old = this.windows[i]?.space === space ? this.windows[i]!.held : null;
      const away = new Map<string, number>();
      const reach = Math.ceil(radiusM / cellM) + 4;
      const [nearX, nearY] = [Math.floor(x / cellM), Math.floor(y / cellM)];
      for (let cellX = nearX - reach; cellX <= nearX + reach; cellX++) {
        for (let cellY = nearY - reach; cellY <= nearY + reach; cellY++) {
          const overM = cellM / 16;
          const dx = Math.max(cellX * cellM - overM - x, x - (cellX * cellM + cellM + overM), 0);
          const dy = Math.max(cellY * cellM - overM - y, y - (cellY * cellM + cellM + overM), 0);
          away.set(`${space},${cellX},${cellY}`, Math.sqrt(dx * dx + dy * dy));
        }
      }
      const lacksOne = [...away].some(([key, awayM]) => awayM <= radiusM && !old?.has(key));
      const hasFarOne = [...(old ?? [])].some((key) => !((away.get(key) ?? Infinity) <= radiusM + cellM + cellM / 8));
      if (old !== null && !lacksOne && !hasFarOne) return { space, held: old };
      const isHeld = ([key, awayM]: [string, number]): boolean =>
        awayM <= radiusM + cellM / 8 || (old?.has(key) === true && awayM <= radiusM + cellM);
      return { space, held: new Set([...away].filter(isHeld).map(([key]) => key)) };
    });
    this.held = new Set(this.windows.flatMap(({ held }) => [...held]));
  }
}
