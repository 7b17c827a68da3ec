import { isWalkable } from '../../sample-game/src/terrain/is-walkable.ts';

/** A place of the sample game, in metres. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const SQUARE_M = 0.5;
/** How far along the way one looks, in squares. */
const AHEAD = 3;
/** A way that is so many times longer than the straight one is none. */
const DETOUR = 3;
const NEIGHBOURS = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy] as const));

/** The ways to one place of the sample game from all around it, up to that of a first walker. */
export class WayMap {
  #goal: Place;
  /** Steps to the goal by square; what cannot be reached, or is farther than the first walker, is not there. */
  #steps = new Map<string, number>();
  readonly isReachable: boolean;

  constructor(space: number, from: Place, goal: Place) {
    this.#goal = goal;
    const first = squareOf(from);
    const stepsMax = DETOUR * (Math.hypot(goal.x - from.x, goal.y - from.y) / SQUARE_M + 10);
    let edge = [squareOf(goal)];
    this.#steps.set(keyOf(edge[0]!), 0);
    for (let steps = 1; steps < stepsMax && edge.length > 0 && !this.#isKnownRound(first); steps++) {
      const next: Square[] = [];
      for (const square of edge) {
        for (const near of neighbours(square)) {
          const isFree = isWalkable(space, (near[0] + 0.5) * SQUARE_M, (near[1] + 0.5) * SQUARE_M);
          if (!isFree || this.#steps.has(keyOf(near))) continue;
          this.#steps.set(keyOf(near), steps);
          next.push(near);
        }
      }
      edge = next;
    }
    this.isReachable = this.#isKnownRound(first);
  }

  /** The direction to walk from a place, of any length. */
  from(place: Place): Place {
    let square = squareOf(place);
    for (let i = 0; i < AHEAD; i++) square = this.#nextTo(square);
    const isAtGoal = this.#steps.get(keyOf(square)) === 0;
    const x = isAtGoal ? this.#goal.x : (square[0] + 0.5) * SQUARE_M;
    const y = isAtGoal ? this.#goal.y : (square[1] + 0.5) * SQUARE_M;
    return { x: x - place.x, y: y - place.y };
  }

  #nextTo(square: Square): Square {
    const stepsOf = (other: Square): number => this.#steps.get(keyOf(other)) ?? Number.POSITIVE_INFINITY;
    return neighbours(square).reduce((best, other) => (stepsOf(other) < stepsOf(best) ? other : best), square);
  }

  #isKnownRound(square: Square): boolean {
    return neighbours(square).some((near) => this.#steps.has(keyOf(near)));
  }
}

type Square = readonly [column: number, row: number];

function squareOf({ x, y }: Place): Square {
  return [Math.floor(x / SQUARE_M), Math.floor(y / SQUARE_M)];
}

function neighbours([column, row]: Square): Square[] {
  return NEIGHBOURS.map(([dx, dy]) => [column + dx, row + dy]);
}

function keyOf([column, row]: Square): string {
  return `${column} ${row}`;
}
