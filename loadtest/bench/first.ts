import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@tickbase/base';
import { LightBot, type LightBotCounts } from '../light-bot.ts';
import { callsInProcess } from './calls-in-process.ts';
import { BenchProcess } from './child-process.ts';
import { figure, type Benchmark, type BenchRow } from './report.ts';

const CLIENTS = 500;
const TICK_RATE = 20;
/** With 500 players and these, about 100 movers are in a client's area of interest. */
const WANDERERS = 1100;
/** Ten movers a cell on the land of the `wander` module (20 × 20 cells). */
const DENSE_MOVERS = 4000;
const SETTLE_MS = 5000;

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

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
    const scene = await measureWander(runMs);
    ours.push(scene.cpuUs);
    bytes.push(scene.bytesPerFrame);
    progress(`fan-out, run ${run} of ${runs}: the floor, ${Math.round(scene.bytesPerFrame)} bytes a frame`);
    floor.push(await measureFloor(runMs, Math.round(scene.bytesPerFrame)));
  }
  rows.push(figure(`server CPU per client and tick, ${CLIENTS} clients`, 'µs', ours, { 'bare uWebSockets.js': floor }));
  rows.push(figure('bytes per client and tick in that scene', 'B', bytes, {}));

  progress('calls in process');
  const inProcess: number[] = [];
  const bareMap: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const calls = await callsInProcess();
    inProcess.push(calls.perSecond);
    bareMap.push(calls.mapPerSecond);
  }
  rows.push(
    figure('transfer calls in process, one seal a call', 'calls/s', inProcess, {
      'Map of objects, no transactions': bareMap,
    }),
  );

  progress('calls over the socket');
  const overSocket: number[] = [];
  for (let run = 1; run <= runs; run++) overSocket.push(await measureCalls(isLong ? 30_000 : 8000));
  rows.push(
    figure('transfer calls over the socket, 64 connections × 40 in flight', 'calls/s', overSocket, {
      'in process': inProcess,
    }),
  );

  progress('bytes per mover');
  const perMover: number[] = [];
  for (let run = 1; run <= runs; run++) perMover.push(await measureBytesPerMover());
  rows.push(
    figure('bytes per mover (x, y, heading quantized), ten movers a cell', 'B', perMover, {
      'SpacetimeDB by its formula, many rows': [48],
    }),
  );
  return rows;
};

async function measureWander(runMs: number): Promise<{ cpuUs: number; bytesPerFrame: number }> {
  const server = await startServer('wander');
  await populate(server.uri, WANDERERS);
  const bots = new BenchProcess(file('./bots-process.ts'), [server.uri, String(CLIENTS), 'wander']);
  await bots.line('ready');
  const measured = await measure(server.process, bots, runMs);
  await bots.stop();
  await server.process.stop();
  return measured;
}

async function measureFloor(runMs: number, frameBytes: number): Promise<number> {
  const server = new BenchProcess(file('./bare-server.ts'), [String(frameBytes)]);
  const port = await server.line('port ');
  const bots = new BenchProcess(file('./bots-process.ts'), [`ws://127.0.0.1:${port}`, String(CLIENTS), 'bare']);
  await bots.line('ready');
  const { cpuUs } = await measure(server, bots, runMs);
  await bots.stop();
  await server.stop();
  return cpuUs;
}

async function measure(
  server: BenchProcess,
  bots: BenchProcess,
  runMs: number,
): Promise<{ cpuUs: number; bytesPerFrame: number }> {
  await sleep(SETTLE_MS);
  const before = await countsOf(bots);
  const startMs = performance.now();
  const startCpuMs = server.cpuMs();
  await sleep(runMs - SETTLE_MS);
  const cpuMs = server.cpuMs() - startCpuMs;
  const elapsedMs = performance.now() - startMs;
  const after = await countsOf(bots);
  const clientTicks = (elapsedMs / 1000) * TICK_RATE * CLIENTS;
  return {
    cpuUs: (cpuMs * 1000) / clientTicks,
    bytesPerFrame: (after.bytes - before.bytes) / (after.messages - before.messages),
  };
}

async function countsOf(bots: BenchProcess): Promise<LightBotCounts> {
  bots.say('counts');
  return JSON.parse(await bots.line('counts ')) as LightBotCounts;
}

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

async function measureBytesPerMover(): Promise<number> {
  const server = await startServer('wander');
  await populate(server.uri, DENSE_MOVERS);
  const bot = new LightBot(server.uri, true);
  await bot.live();
  bot.send([
    bot.callItem('join', new Uint8Array(0)),
    { kind: 'subscribe', querySetId: 1, queries: ['SELECT * FROM mover'] },
  ]);
  await sleep(2000);
  const { bytes, updates } = bot.counts;
  await sleep(4000);
  const perMover = (bot.counts.bytes - bytes) / (bot.counts.updates - updates);
  bot.close();
  await server.process.stop();
  return perMover;
}

async function startServer(module: 'wander' | 'transfer'): Promise<{ process: BenchProcess; uri: string }> {
  const process = new BenchProcess(file('./serve-module.ts'), [file(`../modules/${module}`)]);
  const port = await process.line('port ');
  return { process, uri: `ws://127.0.0.1:${port}/v1/database/${module}/subscribe` };
}

async function populate(uri: string, count: number): Promise<void> {
  const bot = new LightBot(uri, false);
  await bot.live();
  const args = new ByteWriter(8);
  args.u32(count);
  const done = new Promise<void>((resolve) => (bot.onResult = () => resolve()));
  bot.send([bot.callItem('populate', args.copy())]);
  await done;
  bot.close();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
