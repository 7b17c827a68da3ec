import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { CONTROL_SOCKET } from './control-path.ts';
import { type ControlHandler, ControlServer } from './control-server.ts';
import { sendOrder } from './send-order.ts';

const open: ControlServer[] = [];
const faults: unknown[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  faults.length = 0;
});

async function openIn(folder: string, handlers: Record<string, ControlHandler>): Promise<ControlServer> {
  const server = await ControlServer.open({ folder, handlers, onFault: (error) => void faults.push(error) });
  open.push(server);
  return server;
}

const greet: ControlHandler = async ({ name }, tell) => {
  tell('looking');
  tell('found');
  return { greeting: `hello ${String(name)}` };
};

class Gate {
  open!: () => void;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));
}

/** What comes back for bytes that no client of ours would send. */
function send(folder: string, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = createConnection(join(folder, CONTROL_SOCKET), () => socket.end(text));
    socket.on('data', (bytes) => (got += String(bytes)));
    socket.on('error', reject);
    socket.on('close', () => resolve(got));
  });
}

test('an order is done and answered, with its progress before', async () => {
  const folder = temporaryFolder();
  await openIn(folder, { greet });
  const told: string[] = [];
  expect(await sendOrder(folder, 'greet', { name: 'ann' }, (text) => told.push(text))).toEqual({
    greeting: 'hello ann',
  });
  expect(told).toEqual(['looking', 'found']);
});

test('the socket is for its user alone, whatever the umask', async () => {
  const folder = temporaryFolder();
  const mask = process.umask(0);
  try {
    await openIn(folder, { greet });
    expect(process.umask()).toBe(0);
  } finally {
    process.umask(mask);
  }
  expect((statSync(join(folder, CONTROL_SOCKET)).mode & 0o777).toString(8)).toBe('600');
});

test('several orders are done side by side', async () => {
  const folder = temporaryFolder();
  const gate = new Gate();
  const slow: ControlHandler = async () => {
    await gate.passed;
    return { slow: true };
  };
  await openIn(folder, { slow, greet });
  const first = sendOrder(folder, 'slow', {});
  expect(await sendOrder(folder, 'greet', { name: 'bob' })).toEqual({ greeting: 'hello bob' });
  gate.open();
  expect(await first).toEqual({ slow: true });
});

test('a refusal comes back as it was thrown, a fault as no more than that', async () => {
  const folder = temporaryFolder();
  const report = { code: 'MIGRATION_REFUSED', what: 'no', where: 'purse', mend: 'yes' };
  await openIn(folder, {
    refuse: () => Promise.reject(new TickbaseError(report)),
    fail: () => Promise.reject(new Error('secret')),
  });
  await expect(sendOrder(folder, 'refuse', {})).rejects.toMatchObject(report);
  await expect(sendOrder(folder, 'fail', {})).rejects.toMatchObject({ code: 'CONTROL_FAILED' });
  expect(faults).toMatchObject([{ message: 'secret' }]);
});

test.each([
  ['no JSON', 'publish\n', 'it is no JSON'],
  ['no object', '[1]\n', 'it says control undefined'],
  ['another version', '{"control":2,"order":"greet"}\n', 'it says control 2'],
  ['no order', '{"control":1}\n', 'it names no order'],
  ['an unknown order', '{"control":1,"order":"great"}\n', 'there is no order \\"great\\", only greet'],
  ['wrong options', '{"control":1,"order":"greet","options":[]}\n', 'its options are no object'],
  ['an HTTP request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'it is no JSON'],
  ['nothing', '', 'the connection ended before an order'],
  ['a line without end', 'x'.repeat(70_000), 'longer than 65536 bytes'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a]), 'it is no JSON'],
])('%s is refused with a code', async (_title, text, why) => {
  const folder = temporaryFolder();
  await openIn(folder, { greet });
  const got = await send(folder, text);
  expect(got).toContain('"code":"CONTROL_ORDER"');
  expect(got).toContain(why);
  expect(await sendOrder(folder, 'greet', { name: 'eve' })).toEqual({ greeting: 'hello eve' });
});

test('a path that no socket address holds is reached all the same', async () => {
  const folder = join(temporaryFolder(), 'a-long-name-of-a-folder'.repeat(9));
  mkdirSync(folder);
  const server = await openIn(folder, { greet });
  expect(await sendOrder(folder, 'greet', { name: 'ann' })).toEqual({ greeting: 'hello ann' });
  open.length = 0;
  await server.close();
  await expect(sendOrder(folder, 'greet', {})).rejects.toMatchObject({ code: 'CONTROL_NO_SERVER' });
});

test('the socket of a server that is gone is replaced', async () => {
  const folder = temporaryFolder();
  const path = JSON.stringify(join(folder, CONTROL_SOCKET));
  const program = `require('net').createServer().listen(${path}, () => process.kill(process.pid, 'SIGKILL'))`;
  expect(spawnSync(process.execPath, ['-e', program]).signal).toBe('SIGKILL');
  expect(existsSync(join(folder, CONTROL_SOCKET))).toBe(true);
  await expect(sendOrder(folder, 'greet', {})).rejects.toMatchObject({ code: 'CONTROL_NO_SERVER' });
  await openIn(folder, { greet });
  expect(await sendOrder(folder, 'greet', { name: 'ann' })).toEqual({ greeting: 'hello ann' });
});

test('without a server there is a coded error, in a folder that is not there, too', async () => {
  const folder = temporaryFolder();
  await expect(sendOrder(folder, 'stop', {})).rejects.toMatchObject({ code: 'CONTROL_NO_SERVER', where: folder });
  await expect(sendOrder(join(folder, 'no'.repeat(80)), 'stop', {})).rejects.toMatchObject({
    code: 'CONTROL_NO_SERVER',
  });
});

test('a close lets orders have their answers, and takes the socket away', async () => {
  const folder = temporaryFolder();
  const gate = new Gate();
  const taken = new Gate();
  const server = await openIn(folder, {
    slow: async () => {
      taken.open();
      await gate.passed;
      return { done: true };
    },
  });
  open.length = 0;
  const answer = sendOrder(folder, 'slow', {});
  await taken.passed;
  const closed = server.close();
  gate.open();
  expect(await answer).toEqual({ done: true });
  await closed;
  await expect(sendOrder(folder, 'slow', {})).rejects.toMatchObject({ code: 'CONTROL_NO_SERVER' });
});
