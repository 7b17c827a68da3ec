import { setTimeout as sleep } from 'node:timers/promises';
import { ByteWriter } from '@tickbase/base';
import { LightBot } from '../light-bot.ts';
import { alternate } from './alternate.ts';
import { type Benchmark, type BenchRow, rowOf } from './bench-row.ts';
import { transfersInProcess } from './transfers-in-process.ts';
import { bytesPerMover, runFloor, runWander, startServer } from './wander-runs.ts';

const CLIENTS = 500;
/** With 500 players and these, about 100 movers are in a client's area of interest. */
const WANDERERS = 1100;
/** Of calls in process, some 30 ms each. */
const TURNS = 11;

/**
 * First figures: where the design leaks while it is cheap to mend. No targets.
 *  - server CPU per client and tick for 500 clients, beside a bare uWebSockets.js program with equal bytes;
 *  - calls per second in process and over the socket;
 *  - bytes per mover, all framing included, at ten movers a cell.
 */
export const first: Benchmark = async ({ isLong, progress }) => {
  const runMs = isLong ? 60_000 : 20_000;
  const runs = 3;
  const rows: BenchRow[] = [];

  const ours: number[] = [];
  const floor: number[] = [];
  const bytes: number[] = [];
  for (let run = 1; run <= runs; run++) {
    progress(`fan-out, run ${run} of ${runs}: tickbase`);
    const scene = { clients: CLIENTS, wanderers: WANDERERS, runMs };
    const wander = await runWander(scene);
    ours.push(wander.cpuUs);
    bytes.push(wander.bytesPerFrame);
    const frameBytes = Math.round(wander.bytesPerFrame);
    progress(`fan-out, run ${run} of ${runs}: the floor, ${frameBytes} bytes a frame`);
    floor.push((await runFloor(scene, frameBytes)).cpuUs);
  }
  rows.push(rowOf(`server CPU per client and tick, ${CLIENTS} clients`, 'µs', ours, { 'bare uWebSockets.js': floor }));
  rows.push(rowOf('bytes per client and tick in that scene', 'B', bytes));

  progress('calls in process');
  const transfers = await transfersInProcess();
  const inProcess = alternate({ ours: transfers.ours, map: transfers.map }, TURNS);
  rows.push(
    rowOf('transfer calls in process, one seal a call', 'calls/s', inProcess.ours, {
      'Map of objects, no transactions': inProcess.map,
    }),
  );

  progress('calls over the socket');
  const overSocket: number[] = [];
  for (let run = 1; run <= runs; run++) overSocket.push(await measureCalls(isLong ? 30_000 : 8000));
  rows.push(
    rowOf('transfer calls over the socket, 64 connections × 40 in flight', 'calls/s', overSocket, {
      'in process': inProcess.ours,
    }),
  );

  progress('bytes per mover');
  const perMover: number[] = [];
  for (let run = 1; run <= runs; run++) perMover.push(await bytesPerMover());
  rows.push(
    rowOf('bytes per mover (x, y, heading quantized), ten movers a cell', 'B', perMover, {
      'SpacetimeDB by its formula, many rows': [48],
    }),
  );
  return rows;
};

async function measureCalls(runMs: number): Promise<number> {
  const connections = 64;
  const inFlight = 40;
  const accounts = 100_000;
  const server = await startServer('transfer');
  const bots: LightBot[] = [];
  const args = new ByteWriter(64);
  for (let i = 0; i < connections; i++) {
    const bot = new LightBot(server.uri, false);
    await bot.live();
    bots.push(bot);
  }
  args.u32(accounts);
  args.i64(1_000_000_000n);
  const seeded = new Promise<void>((resolve) => (bots[0]!.onResult = () => resolve()));
  bots[0]!.send([bots[0]!.callItem('seed', args.copy())]);
  await seeded;

  const transferItem = (bot: LightBot): ReturnType<LightBot['callItem']> => {
    const from = Math.floor(Math.random() * accounts);
    args.reset();
    args.u32(from);
    args.u32((from + 1 + Math.floor(Math.random() * (accounts - 1))) % accounts);
    args.i64(1n);
    return bot.callItem('transfer', args.copy());
  };
  let isRunning = true;
  for (const bot of bots) {
    let waiting: ReturnType<LightBot['callItem']>[] = [];
    bot.onResult = () => {
      if (!isRunning) return;
      waiting.push(transferItem(bot));
      if (waiting.length > 1) return;
      queueMicrotask(() => {
        bot.send(waiting);
        waiting = [];
      });
    };
    bot.send(Array.from({ length: inFlight }, () => transferItem(bot)));
  }
  await sleep(1500);
  const done = (): number => bots.reduce((sum, bot) => sum + bot.counts.results, 0);
  const before = done();
  const startMs = performance.now();
  await sleep(runMs);
  const perSecond = ((done() - before) * 1000) / (performance.now() - startMs);
  isRunning = false;
  const refusals = bots.reduce((sum, bot) => sum + bot.counts.refusals, 0);
  for (const bot of bots) bot.close();
  await server.process.stop();
  if (refusals > 0) throw new Error(`${refusals} transfers were refused: the figure would count them`);
  return perSecond;
}
