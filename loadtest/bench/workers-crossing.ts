import { fileURLToPath } from 'node:url';
import { loadModule } from '@tickbase/runtime';
import { DiffBuilder, emptyFrame } from '../../runtime/interest/index.ts';
import type { Table } from '../../runtime/store/index.ts';
import { DiffWorkers } from '../../runtime/workers/index.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';

/** Rows that change in a tick. */
const ROW_COUNTS = [2000, 8000, 16_000, 32_000];
const WARM_UP_TICKS = 30;
const TICKS = 120;
const ROUNDS = 3;
const CALLER = 1;

/**
 * What the tick thread has to do for a tick in which many rows change, one client that watches all of them: taking the record in and putting the frame
 * together, with the pieces encoded by itself or by a worker. The wait for the worker is not in it: other work fills it.
 */
export async function workersCrossing({ progress }: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const medians: { rowCount: number; alone: number; helped: number }[] = [];
  for (const rowCount of ROW_COUNTS) {
    progress(`workers: ${rowCount} rows in a tick`);
    const alone: number[] = [];
    const helped: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await tickThreadUs(rowCount, 0));
      helped.push(await tickThreadUs(rowCount, 1));
    }
    const what = `${rowCount.toLocaleString('en')} rows change in a tick: time on the tick thread, one worker`;
    const row = rowOf(what, 'µs', helped, { 'no worker': alone });
    medians.push({ rowCount, alone: row.beside['no worker']!, helped: row.value });
    rows.push(row);
  }
  const crossing = crossingOf(medians);
  if (crossing !== null)
    rows.push(rowOf('rows in a tick from which on a worker saves the tick thread time', '', [crossing]));
  return rows;
}

/** Where the lines between the measured points meet; null: a worker never saves time, or already does at the first of them. */
export function crossingOf(
  points: readonly { readonly rowCount: number; readonly alone: number; readonly helped: number }[],
): number | null {
  const at = points.findIndex(({ alone, helped }) => helped < alone);
  if (at <= 0) return null;
  const [before, after] = [points[at - 1]!, points[at]!];
  const lostBefore = before.helped - before.alone;
  const savedAfter = after.alone - after.helped;
  const share = lostBefore / (lostBefore + savedAfter);
  return Math.round(before.rowCount + share * (after.rowCount - before.rowCount));
}

/** The lower quartile of the ticks: other work of the machine makes some of them longer. */
async function tickThreadUs(rowCount: number, workerCount: number): Promise<number> {
  const loaded = await loadModule(fileURLToPath(new URL('../modules/herd', import.meta.url)));
  const world = loaded.createWorld(loaded.plan, 1n, 1);
  const caller = world.addCaller(7n, 9n);
  const views = new DiffBuilder(loaded.plan, world.tables, world, { workersRowsMin: 0 });
  const placeOf = (name: string): number => loaded.plan.reducers.findIndex(({ accessor }) => accessor === name);
  let tick = 0;
  const seal = (reducer: string, args: Uint8Array): ReturnType<typeof world.seal> => {
    tick++;
    world.beginTick(tick, tick * 50_000, tick);
    if (world.runCall(placeOf(reducer), args, caller) !== 0) throw new Error(world.lastMessage);
    return world.seal();
  };
  views.begin(seal('fill', new Uint8Array(Uint32Array.of(0, rowCount).buffer)));
  const viewer = views.add(7n, CALLER);
  views.subscribe(viewer, 1, [{ table: 'beast', where: null, withinM: null }]);
  const frame = emptyFrame();
  views.takeFrame(viewer, frame);

  const waiting: (() => void)[] = [];
  const workers =
    workerCount === 0
      ? null
      : new DiffWorkers(loaded.plan, {
          count: workerCount,
          onDone: () => waiting.pop()?.(),
          onFailure: (error) => {
            throw error;
          },
        });
  const hasStarted = (): boolean => workers === null || workers.isStarted;
  while (!hasStarted()) await aTurn();
  workers?.follow(world.tables as readonly Table[], tick);
  views.employ(workers);

  const tookUs: number[] = [];
  for (let i = 0; i < WARM_UP_TICKS + TICKS; i++) {
    const record = seal('sweep', new Uint8Array(0));
    const done = new Promise<void>((resolve) => (waiting[0] = resolve));
    let startMs = performance.now();
    views.begin(record);
    let tookMs = performance.now() - startMs;
    if (views.awaitsPieces) await done;
    startMs = performance.now();
    if (views.awaitsPieces && !views.collectPieces()) throw new Error('a worker said that it was done, and was not');
    views.takeFrame(viewer, frame);
    tookMs += performance.now() - startMs;
    if (i >= WARM_UP_TICKS) tookUs.push(tookMs * 1000);
    await aTurn();
  }
  await workers?.end();
  return tookUs.sort((a, b) => a - b)[TICKS >> 2]!;
}

function aTurn(): Promise<void> {
  return new Promise((turn) => setImmediate(turn));
}
