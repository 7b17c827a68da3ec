import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from './child-process.ts';
import { onDisk } from './durability-folder.ts';
import type { Benchmark, BenchRow } from './report.ts';
import { type BenchOptions, rowOf } from './store-row.ts';
import { checkBank, openBank } from './transfer-bank.ts';
import { transferPairs } from './transfer-pairs.ts';

const ACCOUNTS = 100_000;
const FUNDS = 1_000_000_000n;
const CONNECTIONS = 64;
const IN_FLIGHT = 40;
const PAIRS = 10_000_000;
const ALPHAS = [0, 1.5] as const;

/**
 * The public money transfer workload of SpacetimeDB's keynote, by its rules: two look-ups, checks and two updates a call; 100 000 accounts chosen by
 * Zipf's law; 64 connections of one process with 40 calls in flight on each; an answer counts when it is confirmed, which is after the sync; at
 * the end every account is there and the sum of all balances is what it was. Through the client library (ordinary), and by a client that
 * only encodes and counts (lean), which shows what the server can take. The floor is a bare socket server with messages of equal size.
 */
export const transfer: Benchmark = async (options) => onDisk((folder) => measureAll(folder, options));

async function measureAll(folder: string, { isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  const [runMs, warmUpMs] = isLong ? [300_000, 30_000] : [20_000, 5_000];
  progress(`choosing ${PAIRS} pairs for each alpha`);
  const pairsFiles = ALPHAS.map((alpha) => {
    const path = join(folder, `pairs-${alpha}`);
    writeFileSync(path, transferPairs(PAIRS, ACCOUNTS, alpha));
    return path;
  });
  const runs = new Map<string, Run[]>();
  for (let run = 1; run <= RUNS; run++) {
    for (const [place, alpha] of ALPHAS.entries()) {
      for (const kind of ['ordinary', 'lean'] as const) {
        progress(`run ${run} of ${RUNS}: ${kind} client, alpha ${alpha}`);
        const measured = await measureOurs(folder, kind, pairsFiles[place]!, { runMs, warmUpMs });
        add(runs, `${kind} ${alpha}`, measured);
      }
    }
    progress(`run ${run} of ${RUNS}: bare sockets`);
    add(runs, 'bare', await measureBare(pairsFiles[0]!, { runMs: runMs / 2, warmUpMs: warmUpMs / 2 }));
  }
  return rowsOf((name, of) => runs.get(name)!.map(of));
}

function rowsOf(figures: (name: string, of: (run: Run) => number) => number[]): BenchRow[] {
  const perSecond = (name: string): number[] => figures(name, (run) => run.perSecond);
  const rows: BenchRow[] = [];
  for (const alpha of ALPHAS) {
    const [ordinary, lean] = [`ordinary ${alpha}`, `lean ${alpha}`];
    rows.push(
      rowOf(
        `confirmed transfers, client library in one process, alpha ${alpha}`,
        'calls/s',
        perSecond(ordinary),
        { 'the same server, lean client': perSecond(lean) },
        { atLeast: 200_000 },
      ),
      rowOf(
        `confirmed transfers, lean client, alpha ${alpha}`,
        'calls/s',
        perSecond(lean),
        { 'bare uWebSockets.js, equal bytes, no calls, no disk': perSecond('bare') },
        { atLeast: 300_000 },
      ),
      rowOf(
        `server CPU, all threads, lean client, alpha ${alpha}`,
        'µs/call',
        figures(lean, (run) => run.serverCpuUs),
        { 'bare uWebSockets.js': figures('bare', (run) => run.serverCpuUs) },
        { atMost: 2.5 },
      ),
      rowOf(
        `client CPU of the library, alpha ${alpha}`,
        'µs/call',
        figures(ordinary, (run) => run.clientCpuUs),
        {
          'lean client': figures(lean, (run) => run.clientCpuUs),
        },
      ),
      rowOf(
        `time to the confirmed answer, client library, alpha ${alpha}: p50`,
        'ms',
        figures(ordinary, (run) => run.p50Ms),
        {
          'lean client': figures(lean, (run) => run.p50Ms),
        },
      ),
      rowOf(
        `time to the confirmed answer, client library, alpha ${alpha}: p99`,
        'ms',
        figures(ordinary, (run) => run.p99Ms),
        {
          'lean client': figures(lean, (run) => run.p99Ms),
        },
      ),
    );
  }
  return rows;
}

async function measureOurs(folder: string, kind: string, pairsFile: string, times: Times): Promise<Run> {
  const server = new BenchProcess(file('./serve-module.ts'), [file('../modules/transfer'), folder]);
  try {
    const uri = `ws://127.0.0.1:${await server.line('port ')}/v1/database/transfer/subscribe`;
    const bank = await openBank(uri, ACCOUNTS, FUNDS);
    const run = await measure(server, uri, kind, pairsFile, times);
    await checkBank(bank, ACCOUNTS, FUNDS);
    return run;
  } finally {
    await server.stop();
  }
}

async function measureBare(pairsFile: string, times: Times): Promise<Run> {
  const server = new BenchProcess(file('./bare-answers.ts'), []);
  try {
    return await measure(server, `ws://127.0.0.1:${await server.line('port ')}`, 'bare', pairsFile, times);
  } finally {
    await server.stop();
  }
}

async function measure(
  server: BenchProcess,
  uri: string,
  kind: string,
  pairsFile: string,
  { runMs, warmUpMs }: Times,
): Promise<Run> {
  const args = [uri, kind, String(CONNECTIONS), String(IN_FLIGHT), pairsFile];
  const client = new BenchProcess(file('./transfer-program.ts'), args);
  try {
    return await measureWith(server, client, { runMs, warmUpMs });
  } finally {
    await client.stop();
  }
}

async function measureWith(server: BenchProcess, client: BenchProcess, { runMs, warmUpMs }: Times): Promise<Run> {
  await client.line('ready');
  client.say('begin');
  await sleep(warmUpMs);
  client.say('window');
  const before = await look(server, client);
  await sleep(runMs - warmUpMs);
  const after = await look(server, client);
  client.say('end');
  const { refused, p50Ms, p99Ms } = JSON.parse(await client.line('ended ')) as Told;
  if (refused > 0) throw new Error(`${refused} transfers were refused: the figure would count them`);
  const done = after.done - before.done;
  return {
    perSecond: (done * 1000) / (after.atMs - before.atMs),
    serverCpuUs: ((after.serverMs - before.serverMs) * 1000) / done,
    clientCpuUs: ((after.clientMs - before.clientMs) * 1000) / done,
    p50Ms,
    p99Ms,
  };
}

async function look(server: BenchProcess, client: BenchProcess): Promise<Look> {
  client.say('counts');
  const { done } = JSON.parse(await client.line('counts ')) as Told;
  return { done, atMs: performance.now(), serverMs: server.cpuMs(), clientMs: client.cpuMs() };
}

function add(runs: Map<string, Run[]>, name: string, run: Run): void {
  const known = runs.get(name);
  if (known === undefined) runs.set(name, [run]);
  else known.push(run);
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface Times {
  readonly runMs: number;
  /** Of `runMs`, at its beginning, which does not count. */
  readonly warmUpMs: number;
}

interface Run {
  readonly perSecond: number;
  readonly serverCpuUs: number;
  readonly clientCpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Look {
  readonly done: number;
  readonly atMs: number;
  readonly serverMs: number;
  readonly clientMs: number;
}

interface Told {
  readonly done: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const RUNS = 3;
