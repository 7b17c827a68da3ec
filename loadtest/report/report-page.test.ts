import { expect, test } from 'vitest';
import { ErrorBook } from '../error-book.ts';
import { loadReport, NO_FACTS } from '../load-report.ts';
import type { FinishedRun } from '../load-runs.ts';
import { parseFlags } from '../parse-flags.ts';
import type { SeriesPoint } from '../series.ts';
import { reportPage } from './report-page.ts';

const errors = new ErrorBook();
errors.add('the <link> was closed');
const second: SeriesPoint = {
  atS: 3,
  phase: 'measuring',
  joined: 40,
  errors: 1,
  mismatches: 0,
  bytes: 80_000,
  frames: 800,
  calls: 10,
  callP50Ms: 5,
  callP99Ms: 9,
  frameP50Ms: 2,
  frameP99Ms: 4,
};
const runOf = (label: string, bots: number): FinishedRun => {
  const flags = parseFlags(['--scenario', 'chat', '--bots', String(bots)]);
  const report = loadReport({ ...NO_FACTS, flags, tickRate: 20, errors, warnings: new ErrorBook() });
  return { label, report, series: [second, { ...second, atS: 4 }] };
};
const place = { command: 'npm run loadtest -- --x "<y>"', at: new Date(0), memoryGb: 8, system: 'Linux 6' };
const nothing = { summary: [], details: [], search: null };

test('the page of one run has its plots, its problems and all of its figures', () => {
  const page = reportPage({ ...nothing, runs: [runOf('chat', 40)] }, place);
  expect(page).toContain('<h1>Load test: chat, 40 bots</h1>');
  expect(page.match(/<svg /g)).toHaveLength(8);
  expect(page).toContain('1 × the &lt;link&gt; was closed');
  expect(page).toContain('<code>npm run loadtest -- --x &quot;&lt;y&gt;&quot;</code>');
  expect(page).toContain('1970-01-01 00:00:00 UTC');
  expect(page).toContain('<tr><td>bots</td><td>40</td></tr>');
  expect(page).toContain('<tr><td>tickP99Ms</td><td>–</td></tr>');
  expect(page).not.toMatch(/NaN|undefined|null/);
});

test('the page of a search has plots over the number of players, and the steps', () => {
  const steps = [
    { bots: 100, isHeld: true, why: '', tickP99Ms: 12 },
    { bots: 200, isHeld: false, why: 'tick p99 80 ms', tickP99Ms: 80 },
  ];
  const runs = [runOf('100 bots', 100), runOf('200 bots', 200)];
  const search = { p99Ms: 50, held: 100, steps };
  const page = reportPage({ ...nothing, summary: ['chat: 100 players held'], runs, search }, place);
  expect(page).toContain('how many players chat holds');
  expect(page).toContain('<p>chat: 100 players held</p>');
  expect(page.match(/<svg /g)).toHaveLength(6 + 2 * 8);
  expect(page).toContain('aim: 50 ms');
  expect(page).toContain('<td>200</td><td>80</td><td><span class="bad">tick p99 80 ms</span></td>');
});
