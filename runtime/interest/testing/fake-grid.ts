import type { GridView } from '../../store/index.ts';

/** Cells found by looking at all of them. */
export class FakeGrid implements GridView {
  cellCount = 0;
  cellOfSlot: Int32Array;
  cellSpace = new Uint32Array(3);
  cellX = new Int32Array(3);
  cellY = new Int32Array(3);
  crossingCount = 0;
  private readonly cellM: number;

  constructor(cellM: number, rowCapacity: number) {
    this.cellM = cellM;
    this.cellOfSlot = new Int32Array(rowCapacity).fill(-1);
  }

  findCell(space: number, cellX: number, cellY: number): number {
    for (let cell = 0; cell < this.cellCount; cell++) {
      if (this.cellSpace[cell] === space && this.cellX[cell] === cellX && this.cellY[cell] === cellY) return cell;
    }
    return -1;
  }

  slotsInCell(cellId: number): readonly number[] {
    return [...this.cellOfSlot.keys()].filter((slot) => this.cellOfSlot[slot] === cellId);
  }

  /** Keeps the row's cell until it is a sixteenth of a cell past the border. */
  place(slot: number, space: number, x: number, y: number): void {
    const old = this.cellOfSlot[slot]!;
    const overM = this.cellM / 16;
    if (old >= 0 && this.cellSpace[old] === space) {
      const lowX = this.cellX[old]! * this.cellM;
      const lowY = this.cellY[old]! * this.cellM;
      const isInX = x >= lowX - overM && x <= lowX + this.cellM + overM;
      if (isInX && y >= lowY - overM && y <= lowY + this.cellM + overM) return;
    }
    const cellX = Math.floor(x / this.cellM);
    const cellY = Math.floor(y / this.cellM);
    let cell = this.findCell(space, cellX, cellY);
    if (cell < 0) cell = this.makeCell(space, cellX, cellY);
    if (old >= 0) this.crossingCount++;
    this.cellOfSlot[slot] = cell;
  }

  remove(slot: number): void {
    this.cellOfSlot[slot] = -1;
  }

  grow(rowCapacity: number): void {
    const longer = new Int32Array(rowCapacity).fill(-1);
    longer.set(this.cellOfSlot);
    this.cellOfSlot = longer;
  }

  private makeCell(space: number, cellX: number, cellY: number): number {
    const cell = this.cellCount++;
    if (cell === this.cellX.length) {
      this.cellSpace = Uint32Array.from([...this.cellSpace, ...new Uint32Array(cell)]);
      this.cellX = Int32Array.from([...this.cellX, ...new Int32Array(cell)]);
      this.cellY = Int32Array.from([...this.cellY, ...new Int32Array(cell)]);
    }
    this.cellSpace[cell] = space;
    this.cellX[cell] = cellX;
    this.cellY[cell] = cellY;
    return cell;
  }
}
