import { alternate, cpuMs } from './alternate.ts';
import { ModuleWorld } from './module-world.ts';
import { peer } from './peers.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';
import { medianOf } from './median-of.ts';

const MOVERS = 100_000;
const EDGE = 4000;
const DT = 1 / 20;
/** Steps that make one measure. */
const STEPS = 10;

/** A system that adds velocity to position over 100 000 rows of a spatial table, with change tracking, beside loops without any. */
export async function storeMotion({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('motion of 100 000 rows');
  const world = await ModuleWorld.open('store');
  world.call('insertMovers', { count: MOVERS, edge: EDGE });
  const sealed = { columns: [] as number[], edit: [] as number[] };
  const stepsOf = (reducer: string, whole: number[]) => (): number => {
    let runMs = 0;
    let wholeMs = 0;
    for (let i = 0; i < STEPS; i++) {
      const step = world.call(reducer, { dt: DT });
      runMs += step.runMs;
      wholeMs += step.wholeMs;
    }
    whole.push(wholeMs / STEPS);
    return runMs / STEPS;
  };
  const warmUps = 6;
  const runs = alternate(
    {
      columns: stepsOf('moveByColumns', sealed.columns),
      edit: stepsOf('moveByEdit', sealed.edit),
      bare: bareSteps(),
      bitecs: await bitecsSteps(progress),
    },
    isLong ? 40 : 15,
    warmUps,
  );
  const bare = medianOf(runs.bare);
  const beside = { 'bare typed arrays': runs.bare, 'bitecs 0.4.0': runs.bitecs };
  const whole = sealed.columns.slice(warmUps);
  return [
    rowOf('velocity over 100 000 rows by columns, before the seal', 'ms', runs.columns, beside, { atMost: 2 * bare }),
    rowOf('the same with the seal (cells and record)', 'ms', whole, beside, { atMost: 8 * bare }),
    rowOf('the same by an edit loop, before the seal', 'ms', runs.edit, beside, { atMost: 4 * bare }),
    rowOf('the same by an edit loop, with the seal', 'ms', sealed.edit.slice(warmUps), beside),
  ];
}

/** The loop as a function over arrays that it is handed: shapes f32[count]. */
function step(x: Float32Array, y: Float32Array, vx: Float32Array, vy: Float32Array, count: number, dt: number): void {
  for (let i = 0; i < count; i++) {
    x[i] = x[i]! + vx[i]! * dt;
    y[i] = y[i]! + vy[i]! * dt;
  }
}

function bareSteps(): () => number {
  const [x, y, vx, vy] = Array.from({ length: 4 }, () => new Float32Array(MOVERS).fill(0.3));
  return () => {
    const startMs = cpuMs();
    for (let i = 0; i < STEPS; i++) step(x!, y!, vx!, vy!, MOVERS, DT);
    return (cpuMs() - startMs) / STEPS;
  };
}

/** What is used of bitecs. */
interface Bitecs {
  createWorld(): object;
  addEntity(world: object): number;
  addComponent(world: object, entity: number, component: object): void;
  query(world: object, components: readonly object[]): ArrayLike<number>;
}

async function bitecsSteps(progress: (line: string) => void): Promise<() => number> {
  const { createWorld, addEntity, addComponent, query } = await peer<Bitecs>('bitecs', progress);
  const world = createWorld();
  const position = { x: new Float32Array(MOVERS + 1), y: new Float32Array(MOVERS + 1) };
  const velocity = { x: new Float32Array(MOVERS + 1).fill(0.3), y: new Float32Array(MOVERS + 1).fill(0.2) };
  for (let i = 0; i < MOVERS; i++) {
    const entity = addEntity(world);
    addComponent(world, entity, position);
    addComponent(world, entity, velocity);
  }
  const move = (): void => {
    const entities = query(world, [position, velocity]);
    for (let i = 0; i < entities.length; i++) {
      const entity = entities[i]!;
      position.x[entity] = position.x[entity]! + velocity.x[entity]! * DT;
      position.y[entity] = position.y[entity]! + velocity.y[entity]! * DT;
    }
  };
  return () => {
    const startMs = cpuMs();
    for (let i = 0; i < STEPS; i++) move();
    return (cpuMs() - startMs) / STEPS;
  };
}
