/**
 * Serves a module on a free port with an empty, temporary data folder, and limits that a benchmark's flood stays below.
 * Argument: the module's folder. Prints its port.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverLog, startServer, stopOnSignals } from '@tickbase/runtime';

const dataDir = mkdtempSync(join(tmpdir(), 'tickbase-bench-'));
const server = await startServer({
  modulePath: process.argv[2]!,
  port: 0,
  dataDir,
  limits: {
    callsPerSecond: 1e9,
    callsBurst: 1e9,
    bytesPerSecond: 1e12,
    bytesBurst: 1e12,
    messagesPerSecond: 1e9,
    messagesBurst: 1e9,
    callsWaitingMax: 1e6,
  },
  log: serverLog({ isForPeople: false, write: () => {} }),
});
process.stdout.write(`port ${server.port}\n`);
await stopOnSignals(server);
rmSync(dataDir, { recursive: true, force: true });
