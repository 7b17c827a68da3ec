import { fileURLToPath } from 'node:url';
import type { Scenario } from './scenario.ts';
import { wander } from './wander.ts';

/** The scene of `wander`, with another load. */
export const WANDER_SCENES: readonly Scenario[] = [
  // Two hundred come each second into a world that is in full swing.
  { ...wander, name: 'join-storm', joinsPerSecond: 200, settleMs: 0, measuresJoins: true },
  // One bot in ten reads 8 kB a second, which is less than what it sees.
  { ...wander, name: 'slow-socket', slowReaders: { oneIn: 10, bytesPerSecond: 8000 } },
  {
    ...wander,
    name: 'http',
    http: {
      paths: ['/v1/health', '/v1/ping', '/v1/metrics', '/'],
      perSecond: 100,
      staticDir: fileURLToPath(new URL('page', import.meta.url)),
    },
  },
];
