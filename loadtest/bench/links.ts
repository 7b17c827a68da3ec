import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DbConnection, tables } from '../modules/links/module_bindings/index.ts';
import { percentile } from '../percentile.ts';
import { BenchProcess } from './child-process.ts';
import { bodyText, LinksClient } from './links-client.ts';
import { LinksProxy } from './links-proxy.ts';
import { resumeBytes } from './links-resume.ts';
import { type Benchmark, type BenchRow, rowOf } from './bench-row.ts';

const CLIENTS = 200;
const BODIES = 500;
const SERVER = fileURLToPath(new URL('links-server.ts', import.meta.url));
/** How often something is done to some links. */
const TURN_MS = 250;
/** Of the links, in each turn. */
const CUT_SHARE = 0.02;
const STALL_SHARE = 0.02;
const DELAY_SHARE = 0.1;
const STALL_MS_MAX = 4000;
const DELAY_MS_MAX = 300;
/** For all to be live and every promise to settle, once the links are good again. */
const CALM_MS_MAX = 60_000;

/**
 * Links that break: 200 clients call without pause through a proxy that cuts, stalls and delays their connections, while the server is killed or
 * stopped now and then. At the end every copy must be the server's, every call applied once, every promise settled; else this throws. Rows: the
 * time until a client whose link was lost is live again, and the bytes of a resume beside those of a fresh load.
 */
export const links: Benchmark = async ({ isLong, progress }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickbase-links-'));
  let server = new BenchProcess(SERVER, [dataDir, '0']);
  const proxy = await LinksProxy.open(Number(await server.line('port ')));
  try {
    const watcher = await connect(proxy.address);
    await watcher.reducers.people({ count: BODIES });
    progress('bytes of a resume and of a fresh load');
    const tenth = await resumeBytes(proxy, watcher, 10);
    const whole = await resumeBytes(proxy, watcher, 1);

    progress(`${CLIENTS} clients`);
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, (_, i) => LinksClient.open(proxy.address, i + 1)),
    );
    const endMs = performance.now() + (isLong ? 300_000 : 60_000);
    let turn = 0;
    let restarts = 0;
    const restartTurns = isLong ? 240 : 80;
    while (performance.now() < endMs) {
      for (const client of clients) client.call();
      watcher.reducers.walk({ every: 10 }).catch(() => {});
      disturb(proxy);
      if (++turn % restartTurns === 0) {
        restarts++;
        progress(`the server is ${restarts % 2 === 1 ? 'killed' : 'stopped'} and started anew`);
        if (restarts % 2 === 1) process.kill(server.pid, 'SIGKILL');
        else await server.stop();
        server = new BenchProcess(SERVER, [dataDir, '0']);
        proxy.targetPort = Number(await server.line('port '));
      }
      await wait(TURN_MS);
    }
    for (const link of proxy.links) link.delayMs = 0;
    await calm(clients);
    const wrongs = await wrongsOf(clients, proxy.address);
    const calls = clients.reduce((sum, { outcomes }) => sum + outcomes.size, 0);
    const awayMs = clients.flatMap((client) => client.awayMs).toSorted((a, b) => a - b);
    const codes = new Map<string, number>();
    for (const outcome of clients.flatMap((client) => [...client.outcomes.values()])) {
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    }
    progress(
      `${calls} calls (${[...codes].map(([code, count]) => `${code} ${count}`).join(', ')}), ${restarts} restarts`,
    );
    for (const client of clients) client.connection.disconnect();
    watcher.disconnect();
    if (wrongs.length > 0) throw new Error(`${wrongs.length} wrongs, such as: ${wrongs.slice(0, 5).join('; ')}`);
    return [
      share('bytes of a resume, one body in ten moved', tenth, 0.05),
      share('bytes of a resume, every body in view moved', whole, 0.3),
      rowOf('time from a lost link until live, p50', 'ms', [percentile(awayMs, 0.5)]),
      rowOf('time from a lost link until live, p99', 'ms', [percentile(awayMs, 0.99)]),
      rowOf('links lost', 'links', [awayMs.length]),
      rowOf('calls, each applied once', 'calls', [calls]),
    ];
  } finally {
    await server.stop();
    await proxy.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

function disturb(proxy: LinksProxy): void {
  for (const link of proxy.links) {
    const chance = Math.random();
    if (chance < CUT_SHARE) link.cut();
    else if (chance < CUT_SHARE + STALL_SHARE) link.stall(Math.random() * STALL_MS_MAX);
    else if (chance < CUT_SHARE + STALL_SHARE + DELAY_SHARE) link.delayMs = Math.random() * DELAY_MS_MAX;
  }
}

/** Settles when every client is live and no call waits. Throws when that does not come about. */
async function calm(clients: readonly LinksClient[]): Promise<void> {
  const endMs = performance.now() + CALM_MS_MAX;
  for (;;) {
    const pending = clients.reduce((sum, { pendingCount }) => sum + pendingCount, 0);
    const away = clients.filter(({ connection }) => connection.state !== 'live').length;
    if (pending === 0 && away === 0) return;
    if (performance.now() > endMs) {
      const why = clients.map(({ connection }) => `${connection.state} ${String(connection.error ?? '')}`);
      const states = [...new Set(why.filter((text) => text !== 'live '))].join('; ');
      throw new Error(`${pending} calls never settled, ${away} clients are not live: ${states}`);
    }
    await wait(100);
  }
}

/** Compares all copies with what a client is told that has come just now, when nothing changes any more. */
async function wrongsOf(clients: readonly LinksClient[], address: string): Promise<string[]> {
  await wait(1000);
  const fresh = await connect(address);
  await new Promise<void>((resolve, reject) => {
    fresh
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .onError((_context, error) => reject(error))
      .subscribe([tables.receipt, tables.body]);
  });
  const applied = new Set(Array.from(fresh.db.receipt.iter(), ({ key }) => key));
  const bodies = new Map(Array.from(fresh.db.body.iter(), (row) => [row.id, bodyText(row)]));
  fresh.disconnect();
  const wrongs = clients.flatMap((client) => client.wrongs(applied));
  for (const client of clients) if (!client.hasBodies(bodies)) wrongs.push(`client ${client.number} has other bodies`);
  return wrongs;
}

function connect(address: string): Promise<DbConnection> {
  return new Promise((resolve, reject) => {
    DbConnection.builder()
      .withUri(address)
      .withDatabaseName('links')
      .withErrorHandler(() => {})
      .onConnect((connection) => resolve(connection))
      .onConnectError((_context, error) => reject(error))
      .build();
  });
}

function share(what: string, { resume, fresh }: { resume: number; fresh: number }, most: number): BenchRow {
  return rowOf(what, 'B', [resume], { 'a fresh load': [fresh] }, { atMost: fresh * most });
}
