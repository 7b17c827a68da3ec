import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onDisk } from './durability-folder.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';
import { transferPairs } from './transfer-pairs.ts';
import { ACCOUNTS, type Run, runTransfers } from './transfer-runs.ts';

const PAIRS = 1_000_000;
const ROUNDS = 3;
const KINDS = ['lean', 'lean unconfirmed'] as const;

/** What it costs to be told of durable things alone: the money transfers of `npm run bench -- transfer` by the lean client, both ways in turn. */
export async function durabilityConfirmed({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  return onDisk(async (folder) => {
    const pairsFile = join(folder, 'pairs');
    writeFileSync(pairsFile, transferPairs(PAIRS, ACCOUNTS, 0));
    const runs: Record<(typeof KINDS)[number], Run[]> = { lean: [], 'lean unconfirmed': [] };
    const times = isLong ? { runMs: 60_000, warmUpMs: 10_000 } : { runMs: 12_000, warmUpMs: 4_000 };
    for (let round = 1; round <= ROUNDS; round++) {
      for (const kind of KINDS) {
        progress(`transfers over the socket, round ${round} of ${ROUNDS}: ${kind}`);
        runs[kind].push(await runTransfers(folder, kind, pairsFile, times));
      }
    }
    const row = (what: string, unit: string, of: (run: Run) => number): BenchRow =>
      rowOf(what, unit, runs.lean.map(of), { unconfirmed: runs['lean unconfirmed'].map(of) });
    return [
      row('confirmed calls over the socket', 'calls/s', (run) => run.perSecond),
      row('server CPU of a confirmed call', 'µs', (run) => run.serverCpuUs),
      row('time to the confirmed answer, p50', 'ms', (run) => run.p50Ms),
      row('time to the confirmed answer, p99', 'ms', (run) => run.p99Ms),
    ];
  });
}
