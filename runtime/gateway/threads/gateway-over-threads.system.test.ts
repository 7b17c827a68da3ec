import { expect } from 'vitest';
import { gatewayOverSockets } from '../testing/gateway-over-sockets.ts';
import { listenOnThreads } from './listen-on-threads.ts';

gatewayOverSockets('socket threads', (options) =>
  listenOnThreads(options, 2, (error) => expect.unreachable(String(error))),
);
