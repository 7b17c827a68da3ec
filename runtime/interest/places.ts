import { assert } from '@tickbase/base';
import type { CellPlace } from '@tickbase/protocol';
import type { GridView, TableView } from '../store/index.ts';

/**
 * Cells of one grid that some viewer has wanted. A place is a small number for (space, cellX, cellY) that is there even
 * before the grid has given the cell an id, so that a view may cover land on which nothing ever stood.
 */
export class Places {
  readonly table: TableView;
  readonly cellM: number;
  readonly spots: CellPlace[] = [];
  private readonly placeOfSpot = new Map<string, number>();
  /** By cell id, for the first `cellsKnown` cells; -1: nobody has wanted the cell. */
  private readonly placeOfCell: number[] = [];
  private readonly cellOfPlace: number[] = [];
  private cellsKnown = 0;

  constructor(table: TableView, cellM: number) {
    this.table = table;
    this.cellM = cellM;
  }

  get grid(): GridView {
    assert(this.table.grid !== null, 'a table with a position has a grid');
    return this.table.grid;
  }

  at(space: number, cellX: number, cellY: number): number {
    const text = `${space},${cellX},${cellY}`;
    let place = this.placeOfSpot.get(text);
    if (place === undefined) {
      this.takeNewCells();
      place = this.spots.length;
      this.spots.push({ space, cellX, cellY });
      this.placeOfSpot.set(text, place);
      const cell = this.grid.findCell(space, cellX, cellY);
      this.cellOfPlace.push(cell);
      if (cell >= 0) this.placeOfCell[cell] = place;
    }
    return place;
  }

  /** The place of a cell, or -1 when nobody has wanted it. */
  ofCell(cell: number): number {
    return this.placeOfCell[cell] ?? -1;
  }

  /** The grid's id, or -1 while nothing ever stood there. */
  cellOf(place: number): number {
    return this.cellOfPlace[place]!;
  }

  /** Joins cells that the grid has made since the last call to places that wait for them. */
  takeNewCells(): void {
    const grid = this.grid;
    for (; this.cellsKnown < grid.cellCount; this.cellsKnown++) {
      const cell = this.cellsKnown;
      const text = `${grid.cellSpace[cell]},${grid.cellX[cell]},${grid.cellY[cell]}`;
      const place = this.placeOfSpot.get(text) ?? -1;
      this.placeOfCell[cell] = place;
      if (place >= 0) this.cellOfPlace[place] = cell;
    }
  }
}
