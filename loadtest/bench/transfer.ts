import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onDisk } from './durability-folder.ts';
import { type Benchmark, type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';
import { transferPairs } from './transfer-pairs.ts';
import { ACCOUNTS, type Run, runBareAnswers, runTransfers } from './transfer-runs.ts';

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
        const measured = await runTransfers(folder, kind, pairsFiles[place]!, { runMs, warmUpMs });
        add(runs, `${kind} ${alpha}`, measured);
      }
    }
    progress(`run ${run} of ${RUNS}: bare sockets`);
    add(runs, 'bare', await runBareAnswers(pairsFiles[0]!, { runMs: runMs / 2, warmUpMs: warmUpMs / 2 }));
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

function add(runs: Map<string, Run[]>, name: string, run: Run): void {
  const known = runs.get(name);
  if (known === undefined) runs.set(name, [run]);
  else known.push(run);
}

const RUNS = 3;
