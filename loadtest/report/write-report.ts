import { writeFileSync } from 'node:fs';
import { release, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunsOutcome } from '../load-runs.ts';
import { reportPage } from './report-page.ts';

/** Writes the page, and the series of all runs as JSON beside it. Returns the page's path. */
export function writeReport(dir: string, argv: readonly string[], outcome: RunsOutcome): string {
  const command = ['npm run loadtest --', ...argv].join(' ');
  const place = { command, at: new Date(), memoryGb: totalmem() / 2 ** 30, system: `${type()} ${release()}` };
  const path = resolve(dir, 'index.html');
  writeFileSync(path, reportPage(outcome, place));
  const { runs, search } = outcome;
  writeFileSync(join(dir, SERIES_FILE), `${JSON.stringify({ command, at: place.at, search, runs })}\n`);
  return path;
}

const SERIES_FILE = 'series.json';
