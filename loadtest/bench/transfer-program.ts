/**
 * The clients of the benchmark `transfer`, in a process of their own. Arguments: URI KIND CONNECTIONS IN_FLIGHT PAIRS_FILE (u32 pairs).
 * Speaks in lines. Prints `ready`; takes `begin`, `window` (latencies count from here on), `counts` (prints `counts JSON`) and `end`, which prints `ended JSON` when every call is
 * answered and the connections are closed.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { endWithParent } from './end-with-parent.ts';
import { bareTransfers } from './transfer-bare.ts';
import { leanTransfers } from './transfer-lean.ts';
import { ordinaryTransfers } from './transfer-ordinary.ts';
import type { TransferLoad, TransferPlace } from './transfer-load.ts';

endWithParent();
const [uri = '', kind = '', connections = '1', inFlight = '1', pairsFile = ''] = process.argv.slice(2);
const KINDS: Record<string, (place: TransferPlace) => Promise<TransferLoad>> = {
  ordinary: ordinaryTransfers,
  lean: leanTransfers,
  'lean unconfirmed': (place) => leanTransfers({ ...place, isConfirmed: false }),
  bare: bareTransfers,
};
const bytes = readFileSync(pairsFile);
const load = await KINDS[kind]!({
  uri,
  connections: Number(connections),
  inFlight: Number(inFlight),
  isConfirmed: true,
  pairs: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4),
});
const report = (): string => {
  const { done, refused, latencyUs } = load.counts;
  const [p50Ms, p99Ms] = [50, 99].map((share) => latencyUs.getValueAtPercentile(share) / 1000);
  return JSON.stringify({ done, refused, p50Ms, p99Ms });
};
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'begin') load.begin();
  else if (line === 'window') load.counts.latencyUs.reset();
  else if (line === 'counts') process.stdout.write(`counts ${report()}\n`);
  else if (line === 'end') void leave();
});
process.stdout.write('ready\n');

async function leave(): Promise<void> {
  await load.end();
  load.leave();
  process.stdout.write(`ended ${report()}\n`);
}
