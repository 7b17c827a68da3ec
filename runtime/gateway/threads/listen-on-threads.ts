import { TickbaseError } from '@tickbase/base';
import { freePort } from '../free-port.ts';
import { ListenFailure } from '../listen-failure.ts';
import { allowLongHeaders, type UwsTransport, type UwsTransportOptions } from '../uws-transport.ts';
import { SocketThread } from './socket-thread.ts';

/**
 * As listenUws, with all sockets and HTTP on so many threads of their own, among which the kernel deals connections out. The tick's thread only copies a
 * frame into memory that it shares with one of them, where listenUws would have the kernel take it.
 */
export async function listenOnThreads(
  options: UwsTransportOptions,
  threadCount: number,
  onFailure: (error: TickbaseError) => void,
): Promise<UwsTransport> {
  if (threadCount > 1 && process.platform !== 'linux') {
    throw new TickbaseError({
      code: 'SOCKET_THREADS',
      what: `several threads cannot listen on one port on ${process.platform}`,
      where: `${threadCount} socket threads`,
      mend: 'take one, or Linux, where the kernel deals connections out among them',
    });
  }
  allowLongHeaders();
  const port = await portFor(options, threadCount);
  const threads = Array.from(
    { length: threadCount },
    () => new SocketThread({ transport: { ...options, port }, sharesPort: threadCount > 1, onFailure }),
  );
  const results = await Promise.allSettled(threads.map(({ started }) => started));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(threads.map((thread) => thread.close()));
    throw failed.reason;
  }
  const endAtOnce = (): void => {
    for (const thread of threads) thread.stopAtOnce();
    for (const thread of threads) thread.awaitEnd();
  };
  process.on('exit', endAtOnce);
  return {
    port: (results[0] as PromiseFulfilledResult<number>).value,
    threadCount,
    waitingBytes: () => threads.reduce((sum, thread) => sum + thread.waitingBytes, 0),
    async flushed() {
      return Math.max(...(await Promise.all(threads.map((thread) => thread.flushed()))));
    },
    stopListening() {
      for (const thread of threads) thread.stopListening();
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
      process.off('exit', endAtOnce);
    },
  };
}

/** All threads need the same one; and who shares a port would share another server's, too. */
async function portFor({ host, port }: UwsTransportOptions, threadCount: number): Promise<number> {
  if (port === 0) return freePort(host);
  if (threadCount > 1) {
    const failure = await ListenFailure.explain(host, port);
    if (failure.reason !== 'UNKNOWN') throw failure;
  }
  return port;
}
