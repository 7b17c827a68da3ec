import { ByteReader, ByteWriter } from '@tickbase/base';
import { afterEach, expect, test, vi } from 'vitest';
import { RingWriter } from '../gateway/threads/ring-writer.ts';
import type { ObservedTick } from './observed-tick.ts';
import type { RunningServer } from './running-server.ts';
import { serverLog } from './server-log.ts';
import { startServer } from './start-server.ts';
import { testModule } from './testing/test-module.ts';
import { WireClient } from './testing/wire-client.ts';

const UNREADABLE = 99;
const logged: Record<string, unknown>[] = [];
const running: RunningServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('the test is over');
});

async function start(
  modulePath: string,
  socketThreads: number,
  observeTick: (seen: ObservedTick) => void = () => {},
): Promise<RunningServer> {
  const log = serverLog({
    isForPeople: false,
    write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>),
  });
  const server = await startServer({ modulePath, port: 0, database: 'bank', socketThreads, log, observeTick });
  running.push(server);
  return server;
}

async function welcomed(server: RunningServer): Promise<WireClient> {
  const client = new WireClient(server.address, 'bank');
  await client.until(() => client.welcome !== null);
  return client;
}

/** In front of the next entry for one of the threads stands one that it cannot read. */
function spoilNextEntry(): void {
  const { put } = RingWriter.prototype;
  vi.spyOn(RingWriter.prototype, 'put').mockImplementationOnce(function (this: RingWriter, ...entry) {
    put.call(this, UNREADABLE, 7, 0, null);
    return put.apply(this, entry);
  });
}

test('a socket thread that fails ends the server, its clients learn of it, and what was confirmed is kept', async () => {
  const modulePath = testModule(50);
  const sentLaterMs: Promise<number>[] = [];
  const server = await start(modulePath, 2, (seen) => sentLaterMs.push(seen.sentLaterMs));
  // So many that each thread has some.
  const clients = await Promise.all(Array.from({ length: 24 }, () => welcomed(server)));
  const gold = new ByteWriter();
  gold.i64(30n);
  clients[0]!.call(1, 'pay', gold.copy());
  await clients[0]!.until(() => clients[0]!.results.length === 1);

  spoilNextEntry();
  clients[0]!.call(2, 'pay', gold.copy());
  const error = await server.ended;
  expect(error).toMatchObject({
    code: 'SOCKET_THREAD_FAILED',
    what: 'a thread with sockets failed by a fault of the server: Fault: there is no entry of kind 99',
    where: expect.stringMatching(/thread-sockets\.[tj]s:\d+/) as string,
    mend: expect.stringContaining('--socket-threads') as string,
  });
  expect(logged.findLast(({ level }) => level === 60)).toMatchObject({
    code: 'SOCKET_THREAD_FAILED',
    msg: expect.stringContaining('there is no entry of kind 99') as string,
    err: { stack: expect.stringMatching(/^Fault: [^]*thread-program/) as string },
  });
  await Promise.all(clients.map((client) => client.until(() => client.closed !== null)));
  expect(sentLaterMs.length).toBeGreaterThan(1);
  for (const ms of await Promise.all(sentLaterMs)) expect(ms).toBeGreaterThanOrEqual(0);
  // Those of the other thread are told why, those of this one lose their link; both come back.
  expect([...new Set(clients.map(({ closed }) => closed!.code))].toSorted()).toEqual([1006, 4105]);

  vi.restoreAllMocks();
  const client = await welcomed(await start(modulePath, 0));
  client.send({ kind: 'query', requestId: 3, query: 'SELECT * FROM purse' });
  await client.until(() => client.answers.length === 1);
  const kept = new ByteReader(client.answers[0]!.rows[0]!, 4).i64();
  // The second may have run without being confirmed.
  expect(clients[0]!.results.length === 2 ? [40n] : [70n, 40n]).toContain(kept);
});
