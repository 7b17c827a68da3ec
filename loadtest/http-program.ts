/**
 * Asks a server for its pages at an even rate: `http-program.ts ORIGIN PER_SECOND SECONDS PATH…`, in a process of its own. Started by the load
 * test alone: it tells its figures by a message, and ends with the process that started it.
 */
import autocannon from 'autocannon';
import { giveWay } from './give-way.ts';
import type { HttpFigures } from './http-figures.ts';
import type { FromHttp } from './http-load.ts';

/** Kept open, for each path. */
const CONNECTIONS = 5;

giveWay();
const [origin = '', perSecond = '1', seconds = '1', ...paths] = process.argv.slice(2);
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit());
process.once('message', () => process.exit());
const told: FromHttp = { figures: await Promise.all(paths.map(ask)) };
if (process.connected) process.send!(told, undefined, undefined, () => process.disconnect());

async function ask(path: string): Promise<HttpFigures> {
  const { requests, latency, non2xx, errors, timeouts } = await autocannon({
    url: `${origin}${path}`,
    connections: CONNECTIONS,
    overallRate: Number(perSecond),
    duration: Number(seconds),
  });
  const [requestsPerSecond, p50Ms, p99Ms] = [requests.average, latency.p50, latency.p99];
  return { path, requestsPerSecond, p50Ms, p99Ms, errors: non2xx + errors + timeouts };
}
