import { sortSlots, storeError, type Table } from '../store/index.ts';

/** A circle in world units. Tables with a `space` column are asked for one space; others have space 0. */
export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly space?: number;
}

/** Slots of a spatial table's rows within the circle, its rim included, ascending. */
export function findWithin(table: Table, circle: Circle): number[] {
  const { grid } = table;
  const { spatial } = table.plan;
  const { x, y, radius, space = 0 } = circle;
  if (grid === null || spatial?.kind !== 'position' || ![x, y, radius, space].every(Number.isFinite) || radius < 0) {
    throw storeError(
      'STORE_BAD_KEY',
      'within wants a spatial table with a position, and finite numbers',
      { table: table.plan.name },
      'call within({ x, y, radius }) with a radius of 0 or more',
    );
  }
  table.whole.settlePlaces();
  const slots: number[] = [];
  grid.collectAround(space, x, y, radius, slots);
  const xs = table.columns[spatial.x]!.data as Float32Array | Float64Array;
  const ys = table.columns[spatial.y]!.data as Float32Array | Float64Array;
  const radiusSquared = radius * radius;
  let count = 0;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    const dx = xs[slot]! - x;
    const dy = ys[slot]! - y;
    if (dx * dx + dy * dy <= radiusSquared) slots[count++] = slot;
  }
  slots.length = count;
  return sortSlots(slots);
}
