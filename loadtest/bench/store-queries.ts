import { alternate, cpuMs } from './alternate.ts';
import { ModuleWorld } from './module-world.ts';
import { spread } from '../modules/store/src/spread.ts';
import { peer } from './peers.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';
import { medianOf } from './median-of.ts';

const ROWS = 1_000_000;
const MOVERS = 100_000;
const EDGE = 4000;
/** A circle of it holds about 50 of the movers. */
const RADIUS = 50.5;
const WIDTH = 10;
const FINDS = 100_000;
const RANGES = 20_000;
const CIRCLES = 4000;

/** Look-ups beside the structure that is made for each; both sides hand out fresh row objects, and the sums of what they found agree. */
export async function storeQueries({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('finds, ranges and circles');
  const world = await ModuleWorld.open('store');
  world.call('insertScored', { count: ROWS });
  world.call('insertMovers', { count: MOVERS, edge: EDGE });
  const rounds = isLong ? 15 : 5;
  const scores = Uint32Array.from({ length: ROWS }, (_, id) => Math.floor(spread(id, 5) * ROWS));
  const rows: BenchRow[] = [];
  const compare = (what: string, times: number, ours: () => number, peers: Record<string, () => number>): void => {
    const expected = Object.entries(peers).map(([name, run]) => [name, run()] as const);
    ours();
    const sum = world.numberIn('answer', 'sum');
    for (const [name, other] of expected) {
      if (other !== sum) throw new Error(`${what}: we found ${sum}, ${name} ${other}`);
    }
    const timed = (run: () => unknown) => () => {
      const startMs = cpuMs();
      run();
      return ((cpuMs() - startMs) * 1e6) / times;
    };
    const contenders = { ours, ...peers };
    const runs: Record<string, number[]> = alternate(
      Object.fromEntries(Object.entries(contenders).map(([name, run]) => [name, timed(run)])),
      rounds,
    );
    const { ours: own, ...beside } = runs;
    const first = Object.values(beside)[0]!;
    rows.push(rowOf(what, 'ns', own!, beside, { atMost: 2 * medianOf(first) }));
  };

  compare(
    'point find in 1 000 000 rows by u32 key',
    FINDS,
    () => world.call('findPoints', { count: FINDS, rows: ROWS }).runMs,
    { 'Map of objects, each copied': mapFinds(scores) },
  );
  compare(
    'range filter of 10 in 1 000 000 rows',
    RANGES,
    () => world.call('filterRanges', { count: RANGES, rows: ROWS, width: WIDTH }).runMs,
    { 'sorted array, binary search': sortedRanges(scores) },
  );
  compare(
    'circle around 50 of 100 000 rows',
    CIRCLES,
    () => world.call('findAround', { count: CIRCLES, edge: EDGE, radius: RADIUS }).runMs,
    { flatbush: await flatbushCircles(progress), rbush: await rbushCircles(progress) },
  );
  return rows;
}

function mapFinds(scores: Uint32Array): () => number {
  const rows = new Map<number, { id: number; score: number }>();
  for (let id = 0; id < ROWS; id++) rows.set(id, { id, score: scores[id]! });
  return () => {
    let sum = 0;
    for (let i = 0; i < FINDS; i++) {
      const found = rows.get(Math.floor(spread(i, 6) * ROWS));
      const row = found === undefined ? null : { id: found.id, score: found.score };
      if (row !== null) sum += row.score;
    }
    return sum;
  };
}

function sortedRanges(scores: Uint32Array): () => number {
  const ids = Uint32Array.from({ length: ROWS }, (_, id) => id).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const sorted = ids.map((id) => scores[id]!);
  const lowerBound = (score: number): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < score) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return () => {
    let sum = 0;
    for (let i = 0; i < RANGES; i++) {
      const from = Math.floor(spread(i, 7) * (ROWS - WIDTH));
      const rows: { id: number; score: number }[] = [];
      for (let at = lowerBound(from); at < ROWS && sorted[at]! < from + WIDTH; at++) {
        rows.push({ id: ids[at]!, score: sorted[at]! });
      }
      for (const row of rows) sum += row.id;
    }
    return sum;
  };
}

interface Mover {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
}

function movers(): Mover[] {
  return Array.from({ length: MOVERS }, (_, id) => ({
    id,
    x: Math.fround(spread(id, 1) * EDGE),
    y: Math.fround(spread(id, 2) * EDGE),
    vx: Math.fround(spread(id, 3)),
    vy: Math.fround(spread(id, 4)),
  }));
}

/** The rows of the candidates that lie within the circle, as copies in the order of their ids. */
function withinCircle(candidates: Iterable<Mover>, x: number, y: number): Mover[] {
  const rows: Mover[] = [];
  const radius = Math.fround(RADIUS);
  for (const { id, x: mx, y: my, vx, vy } of candidates) {
    const dx = mx - x;
    const dy = my - y;
    if (dx * dx + dy * dy <= radius * radius) rows.push({ id, x: mx, y: my, vx, vy });
  }
  return rows.sort((a, b) => a.id - b.id);
}

function circles(
  candidatesOf: (minX: number, minY: number, maxX: number, maxY: number) => Iterable<Mover>,
): () => number {
  return () => {
    let sum = 0;
    for (let i = 0; i < CIRCLES; i++) {
      const x = spread(i, 8) * EDGE;
      const y = spread(i, 9) * EDGE;
      for (const row of withinCircle(candidatesOf(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), x, y)) sum += row.id;
    }
    return sum;
  };
}

interface FlatbushLike {
  add(minX: number, minY: number, maxX: number, maxY: number): number;
  finish(): void;
  search(minX: number, minY: number, maxX: number, maxY: number): number[];
}

async function flatbushCircles(progress: (line: string) => void): Promise<() => number> {
  const { default: Flatbush } = await peer<{ default: new (count: number) => FlatbushLike }>('flatbush', progress);
  const rows = movers();
  const tree = new Flatbush(MOVERS);
  for (const { x, y } of rows) tree.add(x, y, x, y);
  tree.finish();
  return circles((minX, minY, maxX, maxY) => tree.search(minX, minY, maxX, maxY).map((place) => rows[place]!));
}

interface RbushBox {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

interface RbushLike {
  load(items: readonly (RbushBox & { readonly mover: Mover })[]): void;
  search(box: RbushBox): (RbushBox & { readonly mover: Mover })[];
}

async function rbushCircles(progress: (line: string) => void): Promise<() => number> {
  const { default: Rbush } = await peer<{ default: new () => RbushLike }>('rbush', progress);
  const tree = new Rbush();
  tree.load(movers().map((mover) => ({ minX: mover.x, minY: mover.y, maxX: mover.x, maxY: mover.y, mover })));
  return circles((minX, minY, maxX, maxY) => tree.search({ minX, minY, maxX, maxY }).map(({ mover }) => mover));
}
