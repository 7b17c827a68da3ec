import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { callsThroughGateway } from './calls-through-gateway.ts';
import { type FanOutFigures, fanOutInProcess } from './fan-out-in-process.ts';
import { type Benchmark, type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';
import { workersCrossing } from './workers-crossing.ts';
import { bytesPerMover, runFloor, runWander, type WanderScene } from './wander-runs.ts';

const RUNS = 3;
/** 1 600 movers on the land put about 100 into a client's area of interest, 3 200 about 200. */
const CLIENTS = 1500;
const WANDERERS = 100;
const DENSE = { clients: 1000, wanderers: 2200, countingClients: 10 };
const CLUMP_BOTS = 500;
/**
 * A row update of position and heading. Colyseus with x and y of 16 bits and a heading of 8, as `npm run bench -- peers` measures it; SpacetimeDB by its
 * authors' formula, with many rows a message.
 */
const COLYSEUS_BYTES = 9.2;
const SPACETIMEDB_BYTES = 48;

/** What it costs to tell every client every tick what it sees, beside a bare uWebSockets.js program that sends as many bytes. */
export const fanout: Benchmark = async (options) => [
  ...(await besideTheFloor(options)),
  ...(await onTheTickThread(options)),
  ...(await deliveredUpdates(options)),
  ...(await bytesOfMovers(options)),
  ...(await clump(options)),
  ...(await workersCrossing(options)),
];

async function besideTheFloor({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  const scene: WanderScene = { clients: CLIENTS, wanderers: WANDERERS, runMs: isLong ? 60_000 : 20_000 };
  const ours: number[] = [];
  const floor: number[] = [];
  const ratios: number[] = [];
  const bytes: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    progress(`wander, ${CLIENTS} clients, run ${run} of ${RUNS}`);
    const wander = await runWander(scene);
    const frameBytes = Math.round(wander.bytesPerFrame);
    progress(`wander, run ${run} of ${RUNS}: the floor, ${frameBytes} bytes a frame`);
    const bare = await runFloor(scene, frameBytes);
    ours.push(wander.cpuUs);
    floor.push(bare.cpuUs);
    ratios.push(wander.cpuUs / bare.cpuUs);
    bytes.push(wander.bytesPerFrame);
  }
  const what = `wander, ${CLIENTS} clients, 20 Hz`;
  return [
    rowOf(`${what}: server CPU per client and tick`, 'µs', ours, { 'bare uWebSockets.js, equal bytes': floor }),
    rowOf(`${what}: the same over the floor`, '×', ratios, {}, { atMost: 1.4 }),
    rowOf(`${what}: bytes per client and tick`, 'B', bytes),
  ];
}

async function onTheTickThread({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('the tick thread without sockets');
  const ticks = isLong ? 600 : 150;
  const runs: FanOutFigures[] = [];
  for (let run = 1; run <= RUNS; run++) runs.push(await fanOutInProcess(CLIENTS, WANDERERS, ticks));
  const turn = await callsThroughGateway();
  for (let i = 0; i < WARM_UP_TURNS; i++) turn();
  const calls = Array.from({ length: isLong ? 60 : 20 }, turn);
  const of = (name: keyof FanOutFigures): number[] => runs.map((run) => run[name]);
  const what = `wander, ${CLIENTS} clients, without the kernel`;
  return [
    rowOf(`${what}: interest, receipts and frames per client and tick`, 'µs', of('fanOutUs'), {}, { atMost: 2 }),
    rowOf(`${what}: of it receipts`, 'µs', of('receiptUs')),
    rowOf(`${what}: of it partitions and areas`, 'µs', of('partitionsUs')),
    rowOf(`${what}: of it frames`, 'µs', of('framesUs')),
    rowOf(`${what}: a call, decoded and run`, 'µs', of('callUs')),
    rowOf('a transfer at tickRate 0, from its bytes to its result, 40 a message', 'µs', calls, {}, { atMost: 1.5 }),
  ];
}

async function deliveredUpdates({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  const perCore: number[] = [];
  const perFrame: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    progress(`wander, about 200 movers in view, run ${run} of ${RUNS}`);
    const { updatesPerSecond, cores } = await runWander({ ...DENSE, runMs: isLong ? 60_000 : 20_000 });
    perCore.push(updatesPerSecond / cores);
    perFrame.push(updatesPerSecond / (DENSE.clients + DENSE.countingClients) / 20);
  }
  const what = `wander, ${DENSE.clients} clients`;
  return [
    rowOf(
      `${what}: row updates delivered per core and second, sockets included`,
      '1/s',
      perCore,
      {},
      { atLeast: 10e6 },
    ),
    rowOf(`${what}: updates that a client gets per tick`, '', perFrame),
  ];
}

async function bytesOfMovers({ progress }: BenchOptions): Promise<BenchRow[]> {
  progress('bytes per mover');
  const perMover: number[] = [];
  for (let run = 1; run <= RUNS; run++) perMover.push(await bytesPerMover());
  const beside = {
    'Colyseus, as measured by peers': [COLYSEUS_BYTES],
    'SpacetimeDB, by its formula': [SPACETIMEDB_BYTES],
  };
  return [rowOf('bytes per mover, all framing, ten movers a cell', 'B', perMover, beside, { atMost: 7 })];
}

/** The load test's scenario, with its bots and its checks. */
async function clump({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  const p99: number[] = [];
  const budget: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    progress(`clump, ${CLUMP_BOTS} players in one square, run ${run} of ${RUNS}`);
    const report = await loadTest('clump', CLUMP_BOTS, isLong ? 60 : 15);
    p99.push(report.tickP99Ms);
    budget.push(report.worstBudgetRatio);
  }
  const what = `clump, ${CLUMP_BOTS} players in one square`;
  return [
    rowOf(`${what}: tick p99`, 'ms', p99, {}, { atMost: 50 }),
    rowOf(`${what}: the most that a client got in any second over its budget`, '×', budget, {}, { atMost: 1.1 }),
  ];
}

interface ClumpReport {
  readonly tickP99Ms: number;
  readonly worstBudgetRatio: number;
}

async function loadTest(scenario: string, bots: number, seconds: number): Promise<ClumpReport> {
  const program = fileURLToPath(new URL('../main.ts', import.meta.url));
  const flags = ['--scenario', scenario, '--bots', String(bots), '--seconds', String(seconds), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, program, ...flags], {
    maxBuffer: 16 << 20,
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as ClumpReport;
}

const WARM_UP_TURNS = 15;
