import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { testModule } from '../host/testing/test-module.ts';
import { WireClient } from '../host/testing/wire-client.ts';
import { writeModule } from '../host/testing/write-module.ts';
import { CliProcess } from './testing/cli-process.ts';

const started: CliProcess[] = [];

function tickbase(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): CliProcess {
  const process = new CliProcess(args, env, cwd);
  started.push(process);
  return process;
}

afterEach(async () => {
  for (const process of started.splice(0)) {
    process.signal('SIGKILL');
    await process.exit;
  }
});

const start = (modulePath: string, ...more: string[]): CliProcess =>
  tickbase(['start', '--module-path', modulePath, '--port', '0', '--name', 'bank', ...more]);

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test('tickbase start prints where it listens, answers, and ends in order on TERM with its port free', async () => {
  const modulePath = testModule(20);
  const port = await freePort();
  const server = start(modulePath, '--port', String(port));
  const address = await server.address();
  expect(address).toBe(`http://127.0.0.1:${port}`);
  const health = await (await fetch(`${address}/v1/health`)).json();
  expect(health).toMatchObject({ status: 'ok', database: 'bank', tickRate: 20, clients: 0 });

  const client = new WireClient(address, 'bank');
  await client.until(() => client.welcome !== null);
  server.signal('SIGTERM');
  await client.until(() => client.closed !== null);
  expect(client.closed).toMatchObject({ code: 4101 });
  expect(await server.exit).toBe(0);
  expect(server.err).toBe('');

  const next = start(modulePath, '--port', String(port));
  expect(await next.address()).toBe(address);
});

test('with sockets on threads of their own it serves, tells of them, and ends in order', async () => {
  const server = start(testModule(20), '--socket-threads', '2');
  const address = await server.address();
  const clients = Array.from({ length: 6 }, () => new WireClient(address, 'bank'));
  for (const client of clients) await client.until(() => client.welcome !== null);
  expect(await (await fetch(`${address}/v1/health`)).json()).toMatchObject({ status: 'ok', clients: 6 });
  expect(await (await fetch(`${address}/v1/metrics`)).text()).toContain('\ntickbase_socket_threads 2\n');
  server.signal('SIGTERM');
  for (const client of clients) await client.until(() => client.closed !== null);
  expect(clients.map(({ closed }) => closed!.code)).toEqual(clients.map(() => 4101));
  expect(await server.exit).toBe(0);
  expect(server.err).toBe('');
});

test('INT ends it, too, and its folder is free for the next one at once', async () => {
  const modulePath = testModule(0);
  const first = start(modulePath);
  await first.address();
  first.signal('SIGINT');
  expect(await first.exit).toBe(0);
  const second = start(modulePath);
  await second.address();
});

test('a server that was killed leaves no lock behind', async () => {
  const modulePath = testModule(0);
  const first = start(modulePath);
  await first.address();
  const refused = start(modulePath);
  expect(await refused.exit).toBe(1);
  expect(refused.err).toContain('DATA_DIR_IN_USE');
  first.signal('SIGKILL');
  await first.exit;
  await start(modulePath).address();
});

test('a port in use is an error that says who asked for it', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const port = String((taken.address() as AddressInfo).port);
  const folder = writeModule('', {
    'tickbase.json': JSON.stringify({ modulePath: testModule(0), port: Number(port) }),
  });
  const named = ['start', '--module-path', testModule(0)];
  const rows: [CliProcess, string][] = [
    [tickbase(['start', '--module-path', testModule(0), '--port', port]), 'the flag --port'],
    [tickbase(named, { TICKBASE_PORT: port }), 'the environment variable TICKBASE_PORT'],
    [tickbase(['start'], {}, folder), '"port" in tickbase.json'],
  ];
  for (const [process, who] of rows) {
    expect(await process.exit).toBe(1);
    expect(process.err).toContain('PORT_IN_USE');
    expect(process.err).toContain(`asked for by ${who}`);
  }
  taken.close();
});

test('a rejected promise of the module is logged, and the server goes on', async () => {
  const server = start(testModule(20));
  const client = new WireClient(await server.address(), 'bank');
  await client.until(() => client.welcome !== null);
  client.call(1, 'promise');
  await client.until(() => client.results.length === 1);
  expect(await server.line('never awaited')).toContain('a promise of the module was rejected');
  client.call(2, 'stumble');
  await client.until(() => client.results.length === 2);
  server.signal('SIGTERM');
  expect(await server.exit).toBe(0);
});

test('a module that does not load ends with 1 and the author’s line', async () => {
  const server = start(
    writeModule(`import { schema } from '@tickbase/schema';\nexport default schema({});\nconst broken = ;`),
  );
  expect(await server.exit).toBe(1);
  expect(server.err).toMatch(/MODULE_BUILD_FAILED[^]*where: src\/index\.ts:3:/);
});
