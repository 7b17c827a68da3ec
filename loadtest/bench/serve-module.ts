/**
 * Serves a module on a free port with an empty, temporary data folder, and limits that a benchmark's flood stays below.
 * Arguments: the module's folder; where the data folder is made (left out: the system's folder of temporary files). Prints its port.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverLog, startServer, stopOnSignals } from '@tickbase/runtime';
import { BENCH_LIMITS } from './bench-limits.ts';
import { endWithParent } from './end-with-parent.ts';

endWithParent();
const dataDir = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'tickbase-bench-'));
const server = await startServer({
  modulePath: process.argv[2]!,
  port: 0,
  dataDir,
  limits: BENCH_LIMITS,
  callMsMax: 10_000, // to fill a table with 100 000 rows takes its time on a busy machine
  overload: false, // a figure of what is sent, not of what is left out
  log: serverLog({ isForPeople: false, write: () => {} }),
});
process.stdout.write(`port ${server.port}\n`);
await stopOnSignals(server);
rmSync(dataDir, { recursive: true, force: true });
