import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ModuleWorld } from './module-world.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';

const ROWS = 1_000_000;
/** Small ticks after the load: scratch that it needed is given back. */
const QUIET_TICKS = 200;
const SUM_OF_WIDTHS_MB = (ROWS * 16) / 1e6;

/** What a million rows (u32 key with a hash index, three f32) keep hold of, code and empty world taken off. */
export async function storeMemory({ progress }: BenchOptions): Promise<BenchRow[]> {
  progress('memory of a million rows');
  const ours: number[] = [];
  const objects: number[] = [];
  for (let run = 0; run < 3; run++) {
    const world = await ModuleWorld.open('store');
    world.call('insertThings', { count: 10 });
    world.call('deleteThings', { count: 10 });
    const before = heldMb();
    world.call('insertThings', { count: ROWS });
    for (let tick = 0; tick < QUIET_TICKS; tick++) world.call('findPoints', { count: 1, rows: 1 });
    ours.push(heldMb() - before);
    world.call('findPoints', { count: 1, rows: 1 });
    objects.push(objectsMb());
  }
  return [
    rowOf(
      'memory of 1 000 000 rows with a hash index',
      'MB',
      ours,
      {
        'sum of column widths': [SUM_OF_WIDTHS_MB],
        'array of objects': objects,
      },
      { atMost: 2 * SUM_OF_WIDTHS_MB },
    ),
  ];
}

function objectsMb(): number {
  const before = heldMb();
  const rows = Array.from({ length: ROWS }, (_, id) => ({ id, x: id + 0.5, y: id / 3, z: id / 7 }));
  const held = heldMb() - before;
  if (rows.length !== ROWS) throw new Error('rows are missing');
  return held;
}

function heldMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}
