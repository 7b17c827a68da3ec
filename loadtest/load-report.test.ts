import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CrewFigures } from './bot-crew.ts';
import { ErrorBook } from './error-book.ts';
import { exitStatusOf, loadReport, NO_FACTS, reportText, type RunFacts } from './load-report.ts';
import { parseFlags } from './parse-flags.ts';
import { SCENARIOS } from './scenarios.ts';

const crew: CrewFigures = {
  elapsedS: 4,
  calls: 90,
  refusals: 6,
  messages: 1200,
  bytes: 360_000,
  callP50Ms: 31.237,
  callP99Ms: 55,
  frameP50Ms: 4.126,
  frameP99Ms: 9,
  joinP50Ms: 80,
  joinP99Ms: 120,
  worstAreaBytesPerSecond: 3200,
  slowReturns: 0,
  slowBytes: 0,
  checks: { checks: 8, rowsChecked: 640, rowsUnchecked: 12, mismatches: 0, texts: [] },
};
const facts: RunFacts = {
  ...NO_FACTS,
  flags: parseFlags(['--bots', '15', '--seconds', '4', '--scenario', 'wander']),
  tickRate: 20,
  botProcesses: 1,
  server: {
    ticks: 80,
    tickP50Ms: 3.4567,
    tickP99Ms: 9,
    tickMaxMs: 11,
    phases: { calls: { p50Ms: 0.123, p99Ms: 1 } },
    cpuPercent: 21,
    cpuMsPerTick: 10.5,
    rssMb: 150,
    rssFirstMb: 140,
    samples: 4,
    sampleMeanMs: 0.5,
    sampleMaxMs: 0.9,
  },
  crew,
  hasWindow: true,
  errors: new ErrorBook(),
  warnings: new ErrorBook(),
  notes: [],
  running: null,
};

test('figures are of a client and second, or of all clients together, as their names say', () => {
  expect(loadReport(facts)).toMatchObject({
    scenario: 'wander',
    bots: 15,
    checkingBots: 2,
    seconds: 4,
    tickRate: 20,
    tickP50Ms: 3.46,
    tickP99Ms: 9,
    callP50Ms: 31.24,
    callP99Ms: 55,
    bytesPerClientPerSecond: 6000,
    framesPerSecond: 300,
    serverCpuPercent: 21,
    serverRssMb: 150,
    frameP50Ms: 4.13,
    rowsChecked: 640,
    rowsUnchecked: 12,
    mismatches: 0,
    errors: 0,
  });
});

test('the most that a client got in a second is told as a share of its budget', () => {
  const report = loadReport({ ...facts, budgetBytesPerSecond: 4000 });
  expect(report).toMatchObject({ budgetBytesPerSecond: 4000, worstBudgetRatio: 0.8 });
  expect(reportText(report)).toContain('4000 B a second; the most that a client got in any second is 0.8 of it');
  expect(loadReport(facts).worstBudgetRatio).toBeNull();
});

test('figures are of the bots that read as fast as they can, and slow ones are told apart', () => {
  const report = loadReport({ ...facts, slowReaders: 3, crew: { ...crew, slowReturns: 2, slowBytes: 60_000 } });
  expect(report).toMatchObject({ bytesPerClientPerSecond: 7500, slowReaders: 3, slowReturns: 2 });
  expect(reportText(report)).toContain('3 bots read slowly, 5000 B a second each, and were cut off 2 times');
});

test('each path that was asked for over HTTP has a line', () => {
  const http = [{ path: '/v1/health', requestsPerSecond: 99.8, p50Ms: 1, p99Ms: 12, errors: 0 }];
  const text = reportText(loadReport({ ...facts, http }));
  expect(text).toContain('/v1/health: 99.8 a second, p50 1 ms, p99 12 ms, 0 errors');
});

test('what a running server does not tell is null, and so is the outcome of checks that there were not', () => {
  const flags = parseFlags(['--uri', 'ws://127.0.0.1:7']);
  const running = {
    ticks: 81,
    tickP50Ms: 2.125,
    tickP99Ms: 8.5,
    cpuPercent: 35.5,
    cpuMsPerTick: 17.75,
    rssMb: 140,
    rssFirstMb: 120,
  };
  expect(loadReport({ ...facts, flags, server: null, running, notes: ['why'] })).toMatchObject({
    ticks: 81,
    tickP50Ms: 2.13,
    tickP99Ms: 8.5,
    tickMaxMs: null,
    tickPhases: null,
    serverCpuPercent: 35.5,
    serverCpuMsPerTick: 17.75,
    serverRssMb: 140,
    serverRssFirstMb: 120,
    rowsChecked: null,
    mismatches: null,
    notes: ['why'],
  });
});

test('a run that did not get as far as its bots has a report, too', () => {
  const errors = new ErrorBook();
  errors.add('MODULE_NOT_FOUND: no module');
  const report = loadReport({
    ...facts,
    server: null,
    crew: null,
    hasWindow: false,
    tickRate: null,
    botProcesses: 0,
    errors,
  });
  expect(report).toMatchObject({ errors: 1, tickRate: null, rowsChecked: null, framesPerSecond: 0 });
  expect(reportText(report)).toMatch(/errors {2}1\n.*1 × MODULE_NOT_FOUND/);
});

test('a run that was cut short before its window has its checks, and no figures of calls and frames', () => {
  const report = loadReport({ ...facts, server: null, hasWindow: false });
  expect(report).toMatchObject({ calls: 0, callP99Ms: null, framesPerSecond: 0, rowsChecked: 640, mismatches: 0 });
});

test('a mismatch or an error is an exit status of 1; unknown mismatches are none', () => {
  expect(exitStatusOf({ errors: 0, mismatches: 0 })).toBe(0);
  expect(exitStatusOf({ errors: 0, mismatches: null })).toBe(0);
  expect(exitStatusOf({ errors: 1, mismatches: null })).toBe(1);
  expect(exitStatusOf({ errors: 0, mismatches: 1 })).toBe(1);
});

test('the page of the documents has every figure of a report, and every scenario', () => {
  const page = readFileSync(new URL('../docs/operating/load-test.md', import.meta.url), 'utf8');
  const isMissing = (name: string): boolean => !page.includes(`\`${name}\``);
  expect(Object.keys(loadReport(facts)).filter(isMissing)).toEqual([]);
  expect([...SCENARIOS.keys()].filter(isMissing)).toEqual([]);
});
