import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningServer, serverLog, startServer } from '@tickbase/runtime';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../runtime/host/testing/temporary-folder.ts';
import { foldersOf, isRunning, npmLoadtest, type StartedLoadTest } from './support/npm-loadtest.ts';

/** The process that is the load test itself. */
const mainOf = (run: StartedLoadTest): number => run.processes('loadtest/main.ts').at(-1)!;
const WANDER_DIR = fileURLToPath(new URL('../loadtest/modules/wander', import.meta.url));

// A load test of a few bots is mostly waiting: several run side by side.
test.concurrent('a load test starts its server, measures, checks what its bots see, and leaves nothing behind', async () => {
  const run = npmLoadtest(['--bots', '20', '--seconds', '3', '--json']);
  await run.said(/20 of 20 bots/);
  const main = mainOf(run);
  expect(foldersOf(main)).toHaveLength(1);
  expect(run.processes('serve-program.ts')).toHaveLength(1);
  expect(run.processes('bots-program.ts')).toHaveLength(1);
  expect(await run.ended, run.errors()).toBe(0);
  const report = run.report();
  expect(report).toMatchObject({ scenario: 'game', bots: 20, seconds: 3, tickRate: 20, checkingBots: 2 });
  expect(report).toMatchObject({ mismatches: 0, errors: 0, node: process.version });
  for (const figure of [
    'tickP50Ms',
    'tickP99Ms',
    'callP50Ms',
    'callP99Ms',
    'bytesPerClientPerSecond',
    'framesPerSecond',
    'serverCpuPercent',
    'serverRssMb',
    'rowsChecked',
  ]) {
    expect(report[figure], figure).toBeGreaterThan(0);
  }
  expect(run.errors()).toMatch(/measuring: 20 of 20 bots, tick p99 \d+\.\d ms, 0 mismatches, 0 errors/);
  expect(foldersOf(main)).toEqual([]);
});

/** A server of another owner than the load test. */
function startWander(): Promise<RunningServer> {
  return startServer({
    modulePath: WANDER_DIR,
    port: 0,
    dataDir: temporaryFolder(),
    log: serverLog({ isForPeople: false, write: () => {} }),
  });
}

test.concurrent('bots go to a running server, which goes on without them; what it does not tell is null', async () => {
  const server = await startWander();
  const uri = server.address.replace('http', 'ws');
  const run = npmLoadtest(['--scenario', 'wander', '--bots', '12', '--seconds', '1', '--uri', uri, '--json']);
  await vi.waitUntil(() => server.health().clients >= 12, { timeout: 60_000 });
  expect(await run.ended, run.errors()).toBe(0);
  expect(run.processes('serve-program.ts')).toEqual([]);
  const report = run.report();
  for (const figure of ['tickMaxMs', 'tickPhases', 'rowsChecked', 'mismatches']) {
    expect(report[figure], figure).toBeNull();
  }
  expect((report['notes'] as string[]).join()).toMatch(/rowsChecked and mismatches are null: .*tickMaxMs/);
  expect(report).toMatchObject({ tickRate: 20, errors: 0 });
  // As its metrics tell.
  for (const figure of ['ticks', 'tickP50Ms', 'tickP99Ms', 'serverCpuPercent', 'serverRssMb', 'calls']) {
    expect(report[figure], figure).toBeGreaterThan(0);
  }
  await vi.waitUntil(() => server.health().clients === 0, { timeout: 60_000 });
  expect(server.health().status).toBe('ok');
  await server.stop('the test is over');
});

test.concurrent('a server that dies in the middle is an error of the run', async () => {
  const run = npmLoadtest(['--scenario', 'wander', '--bots', '12', '--seconds', '60', '--json']);
  await run.said(/settling: 12 of 12 bots/);
  const main = mainOf(run);
  process.kill(run.processes('serve-program.ts')[0]!, 'SIGKILL');
  expect(await run.ended).toBe(1);
  const report = run.report();
  expect(report['errors']).toBeGreaterThan(0);
  const texts = (report['errorTexts'] as { text: string }[]).map(({ text }) => text).join('\n');
  expect(texts).toMatch(/the server ended with SIGKILL in the middle of the run/);
  expect(foldersOf(main)).toEqual([]);
});

test.concurrent('links that end in the middle are errors of the run, with their close code', async () => {
  const server = await startWander();
  const uri = server.address.replace('http', 'ws');
  const run = npmLoadtest(['--scenario', 'wander', '--bots', '12', '--seconds', '3', '--uri', uri, '--json']);
  await run.said(/settling: 12 of 12 bots/);
  await server.stop('the test wants it');
  expect(await run.ended).toBe(1);
  const report = run.report();
  expect(report['errors']).toBeGreaterThanOrEqual(12);
  const texts = (report['errorTexts'] as { text: string }[]).map(({ text }) => text).join('\n');
  expect(texts).toMatch(/the link was closed with 4101 RESTARTING/);
  expect(texts).toMatch(/a checking bot lost its link: CONNECTION_LOST: .*4101/);
  expect((report['notes'] as string[]).join()).toMatch(/figures of the server are null/);
});

test.concurrent('Ctrl-C ends everything, and with --json the last line is a report all the same', async () => {
  const run = npmLoadtest(['--scenario', 'wander', '--bots', '12', '--seconds', '60', '--json']);
  await run.said(/settling: 12 of 12 bots/);
  const main = mainOf(run);
  const started = [...run.processes('serve-program.ts'), ...run.processes('bots-program.ts')];
  expect(started).toHaveLength(2);
  run.interrupt();
  process.kill(main, 'SIGINT'); // a terminal's comes to every process, npm hands its own on
  expect(await run.ended).toBe(130);
  const report = run.report();
  expect(report).toMatchObject({ bots: 12, errors: 1, tickP99Ms: null });
  expect(report['errorTexts']).toEqual([{ text: 'the run was stopped by SIGINT', count: 1 }]);
  expect(started.filter(isRunning)).toEqual([]);
  expect(foldersOf(main)).toEqual([]);
});

test.concurrent('what a load test has started ends with it, however it ends', async () => {
  const run = npmLoadtest(['--scenario', 'wander', '--bots', '12', '--seconds', '60']);
  await run.said(/settling: 12 of 12 bots/);
  const main = mainOf(run);
  const started = [...run.processes('serve-program.ts'), ...run.processes('bots-program.ts')];
  process.kill(main, 'SIGKILL');
  await run.ended;
  await vi.waitUntil(() => started.every((pid) => !isRunning(pid)), { timeout: 30_000 });
  expect(foldersOf(main)).toEqual([]);
});

test.concurrent('a wrong usage tells what is wrong with it', async () => {
  const run = npmLoadtest(['--uri', 'ws://192.0.2.7:3000']);
  expect(await run.ended).toBe(2);
  expect(run.errors()).toMatch(/^LOADTEST_NOT_LOOPBACK: [^]*usage: npm run loadtest/);
});

test.concurrent('clients whose cells are of different age see the truth of each; the report is a page that needs nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickbase-report-'));
  const flags = [
    '--scenario',
    'border',
    '--bots',
    '20',
    '--seconds',
    '3',
    '--socket-threads',
    '2',
    '--report',
    folder,
    '--json',
  ];
  const run = npmLoadtest(flags);
  expect(await run.ended, run.errors()).toBe(0);
  const report = run.report();
  expect(report).toMatchObject({ mismatches: 0, errors: 0, budgetBytesPerSecond: 32_768, slowReaders: 0, http: null });
  for (const figure of ['rowsChecked', 'frameP99Ms', 'joinP99Ms', 'worstBudgetRatio']) {
    expect(report[figure], figure).toBeGreaterThan(0);
  }
  // Rows that cross with their cells are on the way for a tick or two.
  expect(report['rowsUnchecked']).toBeLessThan((report['rowsChecked'] as number) / 2);

  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(page.match(/<svg /g)).toHaveLength(8);
  expect(page).not.toMatch(/<script|<link|https?:|url\(/);
  expect(page).toContain(`npm run loadtest -- ${flags.join(' ')}`);
  const { runs } = JSON.parse(readFileSync(join(folder, 'series.json'), 'utf8')) as {
    runs: { report: unknown; series: Record<string, unknown>[] }[];
  };
  expect(runs[0]!.report).toEqual(report);
  const last = runs[0]!.series.at(-1)!;
  for (const figure of ['tickP50Ms', 'rssMb', 'bytes', 'frameP50Ms', 'callP50Ms']) {
    expect(last[figure], figure).toBeGreaterThan(0);
  }
  rmSync(folder, { recursive: true });
});

test.concurrent('bots that read slowly get less, and nobody else does', async () => {
  const run = npmLoadtest(['--scenario', 'slow-socket', '--bots', '20', '--seconds', '3', '--json']);
  expect(await run.ended, run.errors()).toBe(0);
  const report = run.report();
  expect(report).toMatchObject({ slowReaders: 2, mismatches: 0, errors: 0 });
  expect(report['slowBytesPerClientPerSecond']).toBeGreaterThan(0);
  expect(report['slowBytesPerClientPerSecond']).toBeLessThan(report['bytesPerClientPerSecond'] as number);
});

test('a search says how many players are held, and how each step went', async () => {
  const flags = ['--find-max', '--p99', '10000', '--bots', '20', '--seconds', '1', '--scenario', 'chat', '--json'];
  const run = npmLoadtest(flags);
  expect(await run.ended, run.errors()).toBe(0);
  const report = run.report();
  expect(report).toMatchObject({ scenario: 'chat', bots: 20, search: { p99Ms: 10_000, held: 20 } });
  const { steps } = report['search'] as { steps: unknown[] };
  expect(steps).toEqual([{ bots: 20, isHeld: true, why: '', tickP99Ms: report['tickP99Ms'] }]);
});
