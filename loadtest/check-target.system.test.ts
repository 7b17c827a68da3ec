import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serverLog, startServer } from '@tickbase/runtime';
import { expect, test } from 'vitest';
import { checkTarget } from './check-target.ts';
import { SCENARIOS } from './scenarios.ts';

const wander = SCENARIOS.get('wander')!;
const chat = SCENARIOS.get('chat')!;

test('a server of another kind is told of before any bot is sent', async () => {
  const other = createServer((_request, response) => void response.writeHead(404).end('no such page'));
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  try {
    const uri = `ws://127.0.0.1:${(other.address() as AddressInfo).port}/v1/database/wander/subscribe`;
    await expect(checkTarget(uri, wander)).rejects.toMatchObject({
      code: 'LOADTEST_TARGET',
      what: 'no server welcomed a client there (Unexpected server response: 404)',
      where: uri,
    });
  } finally {
    other.close();
  }
});

test('a server with another module is told of by the table that it lacks; the right one passes', async () => {
  const server = await startServer({
    modulePath: chat.modulePath,
    database: 'chat',
    port: 0,
    log: serverLog({ isForPeople: false, write: () => {} }),
  });
  try {
    const uri = `${server.address.replace('http', 'ws')}/v1/database/chat/subscribe`;
    await checkTarget(uri, chat);
    await expect(checkTarget(uri, wander)).rejects.toMatchObject({
      code: 'LOADTEST_TARGET',
      what: expect.stringMatching(/has no table \w+, which the scenario wander plays with/),
    });
  } finally {
    await server.stop('the test is over');
  }
});
