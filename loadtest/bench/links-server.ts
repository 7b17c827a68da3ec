/**
 * Serves the module `links` from a data folder that outlives it. Arguments: the data folder, and the port (0: a free one). Prints its port.
 */
import { fileURLToPath } from 'node:url';
import { serverLog, startServer, stopOnSignals } from '@tickbase/runtime';
import { BENCH_LIMITS } from './bench-limits.ts';
import { endWithParent } from './end-with-parent.ts';

endWithParent();
const server = await startServer({
  modulePath: fileURLToPath(new URL('../modules/links', import.meta.url)),
  database: 'links',
  port: Number(process.argv[3]),
  dataDir: process.argv[2]!,
  limits: BENCH_LIMITS,
  log: serverLog({ isForPeople: false, write: () => {} }),
});
process.stdout.write(`port ${server.port}\n`);
await stopOnSignals(server);
