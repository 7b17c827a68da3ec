/** Listens on two threads, lets a client in, and ends with 3 as a process does in which something failed: without closing anything. */
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS } from '../../gateway-limits.ts';
import { listenOnThreads } from '../listen-on-threads.ts';

const { port } = await listenOnThreads(
  {
    host: '127.0.0.1',
    port: 0,
    database: 'pond',
    limits: DEFAULT_LIMITS,
    events: {
      opened() {
        process.stdout.write('a client is in\n', () => process.exit(3));
      },
      message() {},
      closed() {},
    },
    health: () => ({ status: 'ok', database: 'pond', epoch: '', tick: 0, tickRate: 20, tickP99Ms: 0, clients: 0 }),
  },
  2,
  (error) => process.stderr.write(String(error)),
);
new WebSocket(`ws://127.0.0.1:${port}/v1/database/pond/subscribe`, 'tickbase.1').on('error', () => {});
