import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningServer, serverLog, startServer } from '@tickbase/runtime';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { isChromiumHere, launchChromium } from '../../test/support/chromium.ts';
import { DbConnection, tables } from '../modules/cache/module_bindings/index.ts';
import { BENCH_LIMITS } from './bench-limits.ts';
import { cacheLookUps } from './cache-look-ups.ts';
import type { CachePage } from './cache-page.ts';
import { type Benchmark, type BenchRow, rowOf } from './bench-row.ts';
import { medianOf } from './median-of.ts';

const ITEMS = 100_000;
const ITEMS_A_CALL = 10_000;
const CHANGED_IN_A_FRAME = 10_000;
const LINES = 1000;
const FRAMES = 21;

/**
 * A client's cache: look-ups among 100 000 rows in Node beside a Map; in Chromium, what it takes to apply a frame of 10 000 changed rows, and how
 * many rows of a React list render when one changes.
 */
export const cache: Benchmark = async ({ progress }) => {
  const folder = mkdtempSync(join(tmpdir(), 'tickbase-bench-'));
  const server = await startCacheServer(folder);
  try {
    progress(`filling a world with ${ITEMS} rows`);
    const connection = await connect(server.address);
    for (let from = 0; from < ITEMS; from += ITEMS_A_CALL) {
      await connection.reducers.insertItems({ from, count: ITEMS_A_CALL });
    }
    await connection.reducers.insertLines({ count: LINES });
    await subscribed(connection);
    progress('look-ups in Node');
    const { find, mapFind, filter, mapFilter, range } = cacheLookUps(connection);
    const rows: BenchRow[] = [
      rowOf('find by the primary key', 'ns', find, { Map: mapFind }, { atMost: 2 * medianOf(mapFind) }),
      rowOf(
        'filter by a hash index, ten rows each',
        'ns',
        filter,
        { 'Map of arrays': mapFilter },
        { atMost: 2 * medianOf(mapFilter) },
      ),
      rowOf('filter by a range of an ordered index, ten rows each', 'ns', range, { 'Map of arrays': mapFilter }),
    ];
    if (isChromiumHere) rows.push(...(await inChromium(server.address, connection, progress)));
    else progress('no Chromium here: npm run setup:system');
    connection.disconnect();
    return rows;
  } finally {
    await server.stop('the benchmark is over');
    rmSync(folder, { recursive: true, force: true });
  }
};

async function startCacheServer(folder: string): Promise<RunningServer> {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const page = join(folder, 'page');
  await build({
    entryPoints: [join(here, 'cache-page.ts')],
    outfile: join(page, 'main.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['tickbase-source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    logLevel: 'error',
  });
  writeFileSync(
    join(page, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><body></body><script type="module" src="main.js"></script>',
  );
  return await startServer({
    modulePath: join(here, '../modules/cache'),
    database: 'cache',
    port: 0,
    dataDir: join(folder, 'data'),
    staticDir: page,
    limits: BENCH_LIMITS,
    callMsMax: 10_000,
    overload: false,
    log: serverLog({ isForPeople: false, write: () => {} }),
  });
}

function connect(address: string): Promise<DbConnection> {
  return new Promise((resolve, reject) => {
    DbConnection.builder()
      .withUri(address)
      .withDatabaseName('cache')
      .withConfirmedReads(false)
      .onConnect((connection) => resolve(connection))
      .onConnectError((_context, error) => reject(error))
      .build();
  });
}

function subscribed(connection: DbConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .onError((_context, error) => reject(error))
      .subscribe(tables.item);
  });
}

async function inChromium(
  address: string,
  connection: DbConnection,
  progress: (line: string) => void,
): Promise<BenchRow[]> {
  progress('a page in Chromium');
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await page.waitForFunction(isLoaded, [ITEMS, LINES] as const, { timeout: 60_000 });
    progress(`${FRAMES} frames of ${CHANGED_IN_A_FRAME} changed rows`);
    const frames: number[] = [];
    for (let frame = 0; frame < FRAMES; frame++) {
      const before = await messagesOf(page);
      const from = (frame * CHANGED_IN_A_FRAME) % ITEMS;
      await connection.reducers.shift({ from, count: CHANGED_IN_A_FRAME });
      await page.waitForFunction(hasMore, before.length);
      const news = (await messagesOf(page)).slice(before.length);
      frames.push(Math.max(...news.map(({ ms }) => ms)));
    }
    progress('votes for one line of a list');
    const rendered: number[] = [];
    for (let id = 100; id < 110; id++) {
      const before = await rendersOf(page);
      await connection.reducers.vote({ id });
      await page.waitForFunction(hasRendered, before.list);
      rendered.push((await rendersOf(page)).rows - before.rows);
    }
    // The first frames are those that V8 learns by.
    return [
      rowOf(
        `a frame of ${CHANGED_IN_A_FRAME} changed rows applied, Chromium`,
        'ms',
        frames.slice(5),
        {},
        { atMost: 10 },
      ),
      rowOf(`rows of a React list of ${LINES} that render when one changes`, 'rows', rendered, {}, { atMost: 1 }),
    ];
  } finally {
    await browser.close();
  }
}

const messagesOf = (page: Page): Promise<CachePage['messages']> =>
  page.evaluate(() => (globalThis as unknown as { cachePage: CachePage }).cachePage.messages);

const rendersOf = (page: Page): Promise<CachePage['renders']> =>
  page.evaluate(() => (globalThis as unknown as { cachePage: CachePage }).cachePage.renders);

/** In the page. */
function isLoaded([items, lines]: readonly [number, number]): boolean {
  const { counts } = (globalThis as unknown as { cachePage: CachePage }).cachePage;
  return counts.items === items && counts.lines === lines;
}

/** In the page. */
function hasMore(count: number): boolean {
  return (globalThis as unknown as { cachePage: CachePage }).cachePage.messages.length > count;
}

/** In the page. */
function hasRendered(count: number): boolean {
  return (globalThis as unknown as { cachePage: CachePage }).cachePage.renders.list > count;
}
