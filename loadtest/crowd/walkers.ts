import { placeOf, walk, type Walker } from '../modules/crowd/src/motion.ts';
import type { Place } from './answer-lines.ts';

/** The game of a server without a store: players by number, and in which square of the land each is. */
export class Walkers {
  readonly landM: number;
  readonly squareM: number;
  /** Squares in a row of the land. */
  readonly columns: number;
  /** By player; a player keeps its number. */
  readonly all: Walker[] = [];
  /** u32[columns² + 1]: where each square's players begin in `bySquare`. */
  readonly starts: Uint32Array;
  /** u32[players]: players by square, in their order within it. */
  bySquare = new Uint32Array(0);
  /** u32[players] */
  squareOf = new Uint32Array(0);

  constructor(landM: number, squareM: number) {
    this.landM = landM;
    this.squareM = squareM;
    this.columns = Math.ceil(landM / squareM);
    this.starts = new Uint32Array(this.columns * this.columns + 1);
  }

  /** Players come in the order of their numbers. */
  add(player: number): Walker {
    const walker = placeOf(player, this.landM);
    this.all[player] = walker;
    return walker;
  }

  /** All walk for a tick, and are sorted into the squares. */
  tick(): void {
    const { all, starts, columns, squareM, landM } = this;
    if (this.bySquare.length < all.length) {
      this.bySquare = new Uint32Array(2 * all.length);
      this.squareOf = new Uint32Array(2 * all.length);
    }
    const { bySquare, squareOf } = this;
    starts.fill(0);
    for (let player = 0; player < all.length; player++) {
      const walker = all[player];
      if (walker === undefined) continue;
      walk(walker, landM);
      const square = Math.floor(walker.y / squareM) * columns + Math.floor(walker.x / squareM);
      squareOf[player] = square;
      starts[square]!++;
    }
    let end = 0;
    for (let square = 0; square < starts.length; square++) starts[square] = end += starts[square]!;
    // From behind, so that each square's start comes down to where it is.
    for (let player = all.length - 1; player >= 0; player--) {
      if (all[player] !== undefined) bySquare[--starts[squareOf[player]!]!] = player;
    }
  }

  places(): Place[] {
    return this.all.flatMap((walker, player) => (walker === undefined ? [] : [[player, walker.x, walker.y] as const]));
  }
}
