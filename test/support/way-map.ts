import { isWalkable } from '../../sample-game/src/terrain/is-walkable.ts';
import { SQUARE_M } from '../../sample-game/src/terrain/chunk-squares.ts';
import { DOORS, EXTENT_M } from '../../sample-game/src/terrain/places.ts';

/** A place of the sample game, in metres; also a direction: east and north. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A walker's keys know eight directions, each of length 1. */
export const DIRECTIONS: readonly Place[] = Array.from({ length: 8 }, (_, eighth) => ({
  x: Math.cos((eighth * Math.PI) / 4),
  y: Math.sin((eighth * Math.PI) / 4),
}));

/** What a step from one square to the next costs, straight and slantwise. */
const STRAIGHT = 2;
const SLANT = 3;
/** So much more beside a trunk or the shore: who comes late to a turn needs room. */
const TIGHT_MORE = 12;
/** The ways are known from so far behind the first walker, too, in steps: it may be led astray. */
const ASTRAY = 60 * STRAIGHT;
/** A way that is so many times longer than the straight one is none. */
const DETOUR = 3;
/** How far a body walks in a tick. */
export const TICK_M = 4.6 / 20;
/** Doors on the way are not stepped into. */
const DOOR_MARGIN_M = 0.5;
const NEIGHBOURS = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy] as const)).filter(([x, y]) => x || y);

/** What a square is to a walker; 0 before anybody asked. */
const Square = { Open: 1, Tight: 2, Blocked: 3, Door: 4 } as const;
/** By space: u8[rows * columns], row by row from south-west. Never forgotten: all maps ask for the same. */
const squaresOf = EXTENT_M.map(({ width, height }) => new Uint8Array((width * height) / SQUARE_M ** 2));

/**
 * The ways to one place of the sample game from all around it, over the very squares by which the game lets a body pass: what leads on
 * here leads on there. Known up to a little behind the first walker.
 */
export class WayMap {
  readonly #space: number;
  readonly #goal: Place;
  readonly #columns: number;
  /** Doors: when one goes there, or has come too near. */
  readonly #mayEnter: boolean;
  /** Cost to the goal by square, and 1 more, row by row; 0: not reached, or too far away. */
  readonly #costs: Uint16Array;

  constructor(space: number, from: Place, goal: Place) {
    this.#space = space;
    this.#goal = goal;
    this.#columns = EXTENT_M[space]!.width / SQUARE_M;
    this.#costs = new Uint16Array(squaresOf[space]!.length);
    this.#mayEnter = isAtDoor(space, goal.x, goal.y) || isAtDoor(space, from.x, from.y);
    const first = this.#squareOf(from);
    let costMax = (DETOUR * STRAIGHT * (Math.hypot(goal.x - from.x, goal.y - from.y) + 5)) / SQUARE_M;
    const steps = NEIGHBOURS.map(([dx, dy]) => ({ dx, dy, cost: dx === 0 || dy === 0 ? STRAIGHT : SLANT }));
    const waves: number[][] = [[this.#squareOf(goal)]];
    for (let cost = 0; cost < waves.length && cost <= costMax; cost++) {
      for (const square of waves[cost] ?? []) {
        if (this.#costs[square] !== 0) continue;
        this.#costs[square] = cost + 1;
        if (square === first) costMax = Math.min(costMax, cost + ASTRAY);
        for (const step of steps) {
          const next = square + step.dy * this.#columns + step.dx;
          if (this.#costs[next] !== 0 || !this.#isFree(next)) continue;
          // Past a corner no body goes slantwise.
          const isCut = step.cost === SLANT && !(this.#isFree(square + step.dx) && this.#isFree(next - step.dx));
          if (isCut) continue;
          const reached = cost + step.cost + (this.#kindOf(next) === Square.Tight ? TIGHT_MORE : 0);
          (waves[reached] ??= []).push(next);
        }
      }
    }
  }

  isKnown(place: Place): boolean {
    return this.costFrom(place) < Number.POSITIVE_INFINITY;
  }

  /** What is left of the way from a place, in no unit; infinite from where no way is known. */
  costFrom(place: Place): number {
    const square = this.#squareOf(place);
    const cost = this.#costOf(square);
    if (cost < Number.POSITIVE_INFINITY) return cost;
    // A place is told in centimetres, rounded: it may seem to lie in the next square.
    return Math.min(...NEIGHBOURS.map(([dx, dy]) => this.#costOf(square + dy * this.#columns + dx)));
  }

  /** That of the eight directions which leads on best from a place, when it is held for so many ticks. */
  from(place: Place, ticks: number): Place {
    const costAfter = (direction: Place): number => {
      const end = walked(this.#space, place, direction, ticks);
      // In the goal's own square, and among equals, what is nearer is better.
      return this.costFrom(end) + Math.hypot(end.x - this.#goal.x, end.y - this.#goal.y) / 100;
    };
    return DIRECTIONS.reduce((best, direction) => (costAfter(direction) < costAfter(best) ? direction : best));
  }

  #costOf(square: number): number {
    const known = this.#costs[square] ?? 0;
    return known === 0 ? Number.POSITIVE_INFINITY : known - 1;
  }

  #isFree(square: number): boolean {
    const kind = this.#kindOf(square);
    return kind === Square.Door ? this.#mayEnter : kind !== Square.Blocked;
  }

  #kindOf(square: number): number {
    const squares = squaresOf[this.#space]!;
    return (squares[square] ||= this.#findKind(square));
  }

  #findKind(square: number): number {
    const column = square % this.#columns;
    const row = (square - column) / this.#columns;
    const isGround = ([dx, dy]: readonly [number, number]): boolean =>
      isWalkable(this.#space, (column + dx + 0.5) * SQUARE_M, (row + dy + 0.5) * SQUARE_M);
    if (!isGround([0, 0])) return Square.Blocked;
    if (isAtDoor(this.#space, (column + 0.5) * SQUARE_M, (row + 0.5) * SQUARE_M)) return Square.Door;
    return NEIGHBOURS.every(isGround) ? Square.Open : Square.Tight;
  }

  #squareOf({ x, y }: Place): number {
    return Math.floor(y / SQUARE_M) * this.#columns + Math.floor(x / SQUARE_M);
  }
}

function isAtDoor(space: number, x: number, y: number): boolean {
  return DOORS.some(
    (door) => door.space === space && Math.hypot(x - door.x, y - door.y) <= door.reachM + DOOR_MARGIN_M,
  );
}

/** That of the four straight directions in which nothing stands in the way for so many metres. Throws where there is none. */
export function openDirection(space: number, from: Place, metres: number): Place {
  const ticks = Math.ceil(metres / TICK_M);
  const open = DIRECTIONS.filter((_, eighth) => eighth % 2 === 0).find((direction) => {
    const end = walked(space, from, direction, ticks);
    return Math.hypot(end.x - from.x, end.y - from.y) >= metres - 0.01;
  });
  if (open === undefined) throw new Error(`something stands in each way from ${from.x}, ${from.y}`);
  return open;
}

/** Where a body is that has walked in a direction for so many ticks: as the game moves it, along what stands in the way. */
function walked(space: number, from: Place, direction: Place, ticks: number): Place {
  let { x, y } = from;
  for (let i = 0; i < ticks; i++) {
    if (isWalkable(space, x + direction.x * TICK_M, y)) x += direction.x * TICK_M;
    if (isWalkable(space, x, y + direction.y * TICK_M)) y += direction.y * TICK_M;
  }
  return { x, y };
}
