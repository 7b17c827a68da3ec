import { expect, test } from 'vitest';
import { socketThreadFailed } from './socket-thread-failed.ts';

test('the error names what the thread failed by and where, and has its stack', () => {
  const stack = `Fault: an entry fits its ring
    at Function.from (node:buffer:322:9)
    at assert (/srv/base/assert.ts:5:25)
    at RingWriter.put (/srv/gateway/threads/ring-writer.ts:41:5)
    at ThreadSockets.message (/srv/gateway/threads/thread-sockets.ts:63:42)`;
  const error = socketThreadFailed(stack);
  expect(error).toMatchObject({ code: 'SOCKET_THREAD_FAILED', stack });
  expect(error.what).toMatch(/: Fault: an entry fits its ring$/);
  expect(error.where).toBe('RingWriter.put (/srv/gateway/threads/ring-writer.ts:41:5)');
  expect(socketThreadFailed('it has ended').where).toBe('a socket thread');
});
