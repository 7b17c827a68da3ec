import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import type { RunningServer } from '../running-server.ts';
import { serverLog } from '../server-log.ts';
import { startServer, type ServerOptions } from '../start-server.ts';
import { testModule } from '../testing/test-module.ts';
import { WireClient } from '../testing/wire-client.ts';

const running: RunningServer[] = [];

async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const log = serverLog({ isForPeople: false, write: () => {} });
  const server = await startServer({ modulePath: testModule(50), port: 0, database: 'bank', log, ...options });
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('the test is over');
});

/** Series by name and labels. */
async function scrape(server: RunningServer): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${server.address}/v1/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const series = new Map<string, number>();
  for (const line of (await answer.text()).trimEnd().split('\n')) {
    if (line.startsWith('#')) {
      expect(line).toMatch(/^# (HELP [a-z_]+ \S.*\.|TYPE [a-z_]+ (counter|gauge|histogram))$/);
      continue;
    }
    const [, name, value] = /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)$/.exec(line)!;
    expect(series.has(name!), name).toBe(false);
    series.set(name!, Number(value));
  }
  return series;
}

test('figures tell of ticks, calls, rows, clients and memory', async () => {
  const server = await start();
  const before = await scrape(server);
  const client = new WireClient(server.address, 'bank');
  await client.until(() => client.welcome !== null);
  const gold = new Uint8Array([9, 0, 0, 0, 0, 0, 0, 0]);
  client.call(1, 'pay', gold);
  client.call(2, 'pay', gold.with(0, 101));
  client.call(3, 'pay', gold);
  client.call(4, 'stumble');
  await client.until(() => client.results.length === 4);
  const after = await scrape(server);
  const grown = (name: string): number => after.get(name)! - (before.get(name) ?? 0);
  const calls = (name: string, kind: string, outcome: string): number =>
    grown(`tickbase_calls_total{function="${name}",kind="${kind}",outcome="${outcome}"}`);

  expect(calls('pay', 'reducer', 'committed')).toBe(2);
  expect(calls('pay', 'reducer', 'refused')).toBe(1);
  expect(calls('stumble', 'reducer', 'failed')).toBe(1);
  expect(calls('come', 'clientConnected', 'committed')).toBe(1);
  expect(calls('ring', 'scheduled', 'committed')).toBeGreaterThan(0);
  expect(grown('tickbase_transactions_total{end="rollback"}')).toBe(2);
  expect(grown('tickbase_transactions_total{end="commit"}')).toBeGreaterThanOrEqual(4);
  expect(after.get('tickbase_rows{table="guest"}')).toBe(1);
  expect(after.get('tickbase_table_bytes{table="purse"}')).toBeGreaterThan(12);
  expect(after.get('tickbase_clients')).toBe(1);
  expect(grown('tickbase_log_lines_total{level="error"}')).toBe(1);

  const ticks = grown('tickbase_ticks_total');
  expect(ticks).toBeGreaterThan(0);
  for (const name of ['tickbase_tick_seconds', 'tickbase_tick_lateness_seconds']) {
    expect(grown(`${name}_count`), name).toBeGreaterThanOrEqual(ticks - 1);
    expect(after.get(`${name}_bucket{le="+Inf"}`)).toBe(after.get(`${name}_count`));
  }
  expect(grown('tickbase_tick_phase_seconds_total{phase="calls"}')).toBeGreaterThan(0);
  expect(after.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect(grown('tickbase_received_messages_total')).toBeGreaterThanOrEqual(5);
});

test('bytes of pieces are told by table and column', async () => {
  const server = await start();
  const client = new WireClient(server.address, 'bank');
  await client.until(() => client.welcome !== null);
  client.send({ kind: 'subscribe', querySetId: 1, queries: ['SELECT * FROM purse'] });
  client.call(1, 'pay', new Uint8Array([9, 0, 0, 0, 0, 0, 0, 0]));
  await client.until(() => client.results.length === 1);
  const series = await scrape(server);
  const encoded = (column: string): number | undefined =>
    series.get(`tickbase_encoded_bytes_total{table="purse",column="${column}"}`);
  expect(encoded('gold')).toBeGreaterThan(0);
  expect(encoded('id')).toBeGreaterThan(0);
  expect(encoded('(names)')).toBeGreaterThan(0);
  expect(series.has('tickbase_encoded_bytes_total{table="bell",column="id"}'), 'a private table').toBe(false);
});

test('the page of the documents has every figure that a server tells, and no other', async () => {
  const server = await start();
  const told = await (await fetch(`${server.address}/v1/metrics`)).text();
  const names = [...told.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
  const page = await readFile(new URL('../../../docs/operating/metrics.md', import.meta.url), 'utf8');
  const documented = new Set(
    [...page.matchAll(/`((?:tickbase|process|nodejs)_[a-z0-9_]+)`/g)].map(([, name]) => name!),
  );
  expect([...documented].sort()).toEqual(names.sort());
});

test('who may read the figures is a setting; a request from elsewhere than this machine needs it', async () => {
  const server = await start({ metricsFor: 'none' });
  expect((await fetch(`${server.address}/v1/metrics`)).status).toBe(404);
});
