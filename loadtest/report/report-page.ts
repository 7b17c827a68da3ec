import type { FinishedRun, RunsOutcome, Search } from '../load-runs.ts';
import type { LoadReport } from '../load-report.ts';
import { escapeHtml } from './escape-html.ts';
import { PAGE_STYLE } from './page-style.ts';
import { runCharts, searchCharts } from './run-charts.ts';

/** Where and when the runs were. */
export interface ReportPlace {
  /** As it was typed. */
  readonly command: string;
  /** When they were over. */
  readonly at: Date;
  /** Memory of the machine, in GB. */
  readonly memoryGb: number;
  readonly system: string;
}

/** The page of a load test: whole in itself, so that it opens from a disk. */
export function reportPage(
  outcome: Pick<RunsOutcome, 'runs' | 'summary' | 'details' | 'search'>,
  place: ReportPlace,
): string {
  const { runs, summary, details, search } = outcome;
  const title = titleOf(runs, search);
  return [
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${PAGE_STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...[...summary, ...details].map((line) => `<p>${escapeHtml(line)}</p>`),
    placeOf(runs[0]?.report, place),
    ...(search === null ? [] : searchParts(runs, search)),
    ...runs.flatMap((run) => runParts(run, runs.length > 1)),
    '<h2>All figures</h2><p class="faint">What each of them means is in docs/operating/load-test.md. A dash: not known.</p>',
    figureTable(runs),
    '</body></html>\n',
  ].join('\n');
}

function titleOf(runs: readonly FinishedRun[], search: Search | null): string {
  const first = runs[0]?.report;
  if (first === undefined) return 'Load test';
  if (search !== null) return `Load test: how many players ${first.scenario} holds`;
  const scenarios = new Set(runs.map(({ report }) => report.scenario));
  return scenarios.size > 1 ? 'Load test: all scenarios' : `Load test: ${first.scenario}, ${first.bots} bots`;
}

function placeOf(report: LoadReport | undefined, { command, at, memoryGb, system }: ReportPlace): string {
  const facts: [string, string][] = [
    ['command', `<code>${escapeHtml(command)}</code>`],
    ['commit', `<code>${escapeHtml(report?.commit ?? 'unknown')}</code>`],
    [
      'machine',
      escapeHtml(`${report?.cpu ?? 'unknown'}, ${memoryGb.toFixed(1)} GB, ${system}; the bots ran on it, too`),
    ],
    ['Node', escapeHtml(report?.node ?? 'unknown')],
    ['time', escapeHtml(at.toISOString().replace('T', ' ').slice(0, 19) + ' UTC')],
  ];
  return `<dl class="place">${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;
}

function searchParts(runs: readonly FinishedRun[], search: Search): string[] {
  const rows = search.steps.map(
    ({ bots, tickP99Ms, isHeld, why }) =>
      `<tr><td>${bots}</td><td>${tickP99Ms ?? '–'}</td><td>${isHeld ? 'held' : `<span class="bad">${escapeHtml(why)}</span>`}</td></tr>`,
  );
  return [
    '<h2>Over the number of players</h2>',
    `<div class="charts">${searchCharts(runs, search).join('')}</div>`,
    '<h3>Steps of the search</h3>',
    `<div class="scroll"><table><tr><th>players</th><th>tick p99, ms</th><th>outcome</th></tr>${rows.join('')}</table></div>`,
  ];
}

function runParts(run: FinishedRun, isOneOfMany: boolean): string[] {
  const { report } = run;
  const charts = `<div class="charts">${runCharts(run).join('')}</div>`;
  return [
    `<h2>${escapeHtml(isOneOfMany ? run.label : 'The run')}</h2>`,
    `<p class="faint">${whoPlayed(report)}</p>`,
    tilesOf(report),
    problemsOf(report),
    // Of many runs one looks at some.
    isOneOfMany ? `<details><summary>Plots over time</summary>${charts}</details>` : charts,
  ];
}

function whoPlayed({ bots, checkingBots, botProcesses, seconds, tickRate }: LoadReport): string {
  if (botProcesses === 0) return `${bots} bots were to play; it did not come to that`;
  const processes = botProcesses === 1 ? 'one process' : `${botProcesses} processes`;
  return `${bots} bots, ${checkingBots} of them checking, in ${processes}; measured for ${seconds} s at ${tickRate ?? '?'} ticks a second`;
}

function tilesOf(report: LoadReport): string {
  const tiles: [value: string, name: string][] = [
    [ms(report.tickP50Ms), 'tick, median'],
    [ms(report.tickP99Ms), 'tick, p99'],
    [ms(report.callP99Ms), 'call, p99'],
    [ms(report.frameP99Ms), 'frame, p99'],
    [`${grouped(report.bytesPerClientPerSecond)} B`, 'to a client in a second'],
    [report.serverCpuPercent === null ? '–' : `${report.serverCpuPercent} %`, 'of a core, the server'],
    [report.serverRssMb === null ? '–' : `${report.serverRssMb} MB`, 'memory of the server'],
    [report.rowsChecked === null ? '–' : grouped(report.rowsChecked), 'rows compared'],
    [report.mismatches === null ? '–' : grouped(report.mismatches), 'of them wrong'],
    [grouped(report.errors), 'errors'],
  ];
  return `<div class="tiles">${tiles.map(tile).join('')}</div>`;
}

function tile([value, name]: [string, string]): string {
  return `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`;
}

/** Thousands apart. */
function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}

function ms(value: number | null): string {
  return value === null ? '–' : `${value} ms`;
}

function problemsOf(report: LoadReport): string {
  const kinds = [
    ...report.errorTexts.map(({ text, count }) => `<li class="bad">${count} × ${escapeHtml(text)}</li>`),
    ...report.mismatchTexts.map((text) => `<li class="bad">mismatch: ${escapeHtml(text)}</li>`),
    ...report.warningTexts.map(({ text, count }) => `<li>warning: ${count} × ${escapeHtml(text)}</li>`),
    ...report.notes.map((note) => `<li class="faint">${escapeHtml(note)}</li>`),
  ];
  return kinds.length === 0 ? '' : `<ul>${kinds.join('')}</ul>`;
}

/** Every figure of every run: a line for each figure, a column for each run. */
function figureTable(runs: readonly FinishedRun[]): string {
  const flat = runs.map(({ report }) => flattened(report));
  const names = [...new Set(flat.flatMap((figures) => [...figures.keys()]))];
  const head = runs.map(({ label }) => `<th>${escapeHtml(label)}</th>`).join('');
  const rows = names.map((name) => {
    const cells = flat.map((figures) => `<td>${escapeHtml(figures.get(name) ?? '–')}</td>`).join('');
    return `<tr><td>${escapeHtml(name)}</td>${cells}</tr>`;
  });
  return `<div class="scroll"><table><tr><th></th>${head}</tr>${rows.join('')}</table></div>`;
}

/** Figures by name; those of phases and of paths have their place in it. Texts stand elsewhere. */
function flattened(report: LoadReport): Map<string, string> {
  const figures = new Map<string, string>();
  for (const [name, value] of Object.entries(report)) {
    if (value === null) figures.set(name, '–');
    if (typeof value === 'number' || typeof value === 'string') figures.set(name, String(value));
  }
  for (const [phase, { p50Ms, p99Ms }] of Object.entries(report.tickPhases ?? {})) {
    figures.set(`tick phase ${phase}, p50Ms`, String(p50Ms)).set(`tick phase ${phase}, p99Ms`, String(p99Ms));
  }
  for (const { path, ...asked } of report.http ?? []) {
    for (const [name, value] of Object.entries(asked)) figures.set(`http ${path}, ${name}`, String(value));
  }
  return figures;
}
