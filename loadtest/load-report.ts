import type { CrewFigures } from './bot-crew.ts';
import type { ErrorBook, ErrorKind } from './error-book.ts';
import { isChecking } from './is-checking.ts';
import { machine } from './machine.ts';
import type { HttpFigures } from './http-figures.ts';
import type { Flags } from './parse-flags.ts';
import type { ServerCounts } from './server-counts.ts';
import type { ServerFigures, ServerWindow } from './server-figures.ts';

/**
 * The outcome of one run: one object of the `--json` line. Null: not known, and `notes` says why. CPU: 100 is one core; bytes:
 * WebSocket payload and headers as the server sent them; tick: from its due time to its last frame handed to the socket; call: from the
 * bot's send to its result.
 */
export interface LoadReport {
  readonly scenario: string;
  readonly bots: number;
  /** Of them real clients that check what they see. */
  readonly checkingBots: number;
  readonly botProcesses: number;
  readonly seconds: number;
  readonly tickRate: number | null;
  readonly ticks: number | null;
  readonly tickP50Ms: number | null;
  readonly tickP99Ms: number | null;
  readonly tickMaxMs: number | null;
  readonly tickPhases: ServerFigures['phases'] | null;
  readonly calls: number;
  /** Calls that the module refused, as the scenario expects. */
  readonly refusals: number;
  readonly callP50Ms: number | null;
  readonly callP99Ms: number | null;
  /** From the begin of a tick to its message at the bot. */
  readonly frameP50Ms: number | null;
  readonly frameP99Ms: number | null;
  /** From the begin of a connection to the player in the world, of the whole run. */
  readonly joinP50Ms: number | null;
  readonly joinP99Ms: number | null;
  readonly bytesPerClientPerSecond: number;
  /** Messages of the server to all clients together. */
  readonly framesPerSecond: number;
  /** See ServerCounts. */
  readonly framesSkipped: number | null;
  readonly piecesSkipped: number | null;
  readonly piecesMerged: number | null;
  /** What a client may get of its area of interest in a second, and the most that one got in the ticks of any second, over it. */
  readonly budgetBytesPerSecond: number | null;
  readonly worstBudgetRatio: number | null;
  /** Bots that read slowly; figures of calls, frames and bytes are of the others. */
  readonly slowReaders: number;
  /** What one of them got. */
  readonly slowBytesPerClientPerSecond: number | null;
  /** How often one of them was cut off, and came again. */
  readonly slowReturns: number;
  /** By path that was asked for. */
  readonly http: readonly HttpFigures[] | null;
  readonly serverCpuPercent: number | null;
  readonly serverCpuMsPerTick: number | null;
  readonly serverRssMb: number | null;
  /** The same when the window began. */
  readonly serverRssFirstMb: number | null;
  /** Views of a checking bot that were compared with the store, of the whole run. */
  readonly checks: number | null;
  readonly rowsChecked: number | null;
  /** Rows of cells that waited for their turn: as old as they may be, and not compared. */
  readonly rowsUnchecked: number | null;
  readonly mismatches: number | null;
  /** Of the whole run. */
  readonly errors: number;
  readonly warnings: number;
  readonly errorTexts: readonly ErrorKind[];
  readonly warningTexts: readonly ErrorKind[];
  readonly mismatchTexts: readonly string[];
  /** What the sampling for the checks took of the tick thread, a sample. */
  readonly sampleMeanMs: number | null;
  readonly notes: readonly string[];
  readonly node: string;
  readonly cpu: string;
  readonly commit: string;
}

export interface RunFacts {
  readonly flags: Flags;
  readonly tickRate: number | null;
  readonly botProcesses: number;
  /** The load test's own. */
  readonly server: ServerFigures | null;
  /** Of one that was running already, as its metrics tell. */
  readonly running: ServerWindow | null;
  /** Null: the run did not get as far as its bots. */
  readonly crew: CrewFigures | null;
  /** The measured window has begun: before it figures of calls and frames are of the bots' coming. */
  readonly hasWindow: boolean;
  readonly errors: ErrorBook;
  readonly warnings: ErrorBook;
  readonly notes: readonly string[];
  /** Of the window. */
  readonly counts: ServerCounts | null;
  readonly budgetBytesPerSecond: number | null;
  readonly slowReaders: number;
  readonly http: readonly HttpFigures[] | null;
}

/** Of a run of which nothing is known. */
export const NO_FACTS = {
  tickRate: null,
  botProcesses: 0,
  server: null,
  running: null,
  crew: null,
  hasWindow: false,
  notes: [],
  counts: null,
  budgetBytesPerSecond: null,
  slowReaders: 0,
  http: null,
} as const satisfies Partial<RunFacts>;

export function loadReport(facts: RunFacts): LoadReport {
  const { flags, server, errors, warnings } = facts;
  const served = server ?? facts.running;
  const crew = facts.hasWindow ? facts.crew : null;
  const checks = flags.uri === null ? (facts.crew?.checks ?? null) : null;
  const perSecond = (value: number): number => (crew === null || crew.elapsedS === 0 ? 0 : value / crew.elapsedS);
  return {
    scenario: flags.scenario.name,
    bots: flags.bots,
    checkingBots: Array.from({ length: flags.bots }, (_, number) => isChecking(number, flags.bots)).filter(Boolean)
      .length,
    botProcesses: facts.botProcesses,
    seconds: flags.seconds,
    tickRate: facts.tickRate,
    ticks: served?.ticks ?? null,
    tickP50Ms: rounded(served?.tickP50Ms),
    tickP99Ms: rounded(served?.tickP99Ms),
    tickMaxMs: rounded(server?.tickMaxMs),
    tickPhases: server === null ? null : roundedPhases(server.phases),
    calls: crew?.calls ?? 0,
    refusals: crew?.refusals ?? 0,
    callP50Ms: rounded(crew?.callP50Ms),
    callP99Ms: rounded(crew?.callP99Ms),
    frameP50Ms: rounded(crew?.frameP50Ms),
    frameP99Ms: rounded(crew?.frameP99Ms),
    joinP50Ms: rounded(facts.crew?.joinP50Ms),
    joinP99Ms: rounded(facts.crew?.joinP99Ms),
    bytesPerClientPerSecond: Math.round(perSecond(crew?.bytes ?? 0) / (flags.bots - facts.slowReaders)),
    framesPerSecond: Math.round(perSecond(crew?.messages ?? 0)),
    framesSkipped: facts.counts?.framesSkipped ?? null,
    piecesSkipped: facts.counts?.piecesSkipped ?? null,
    piecesMerged: facts.counts?.piecesMerged ?? null,
    budgetBytesPerSecond: facts.budgetBytesPerSecond,
    worstBudgetRatio:
      crew === null || facts.budgetBytesPerSecond === null
        ? null
        : rounded(crew.worstAreaBytesPerSecond / facts.budgetBytesPerSecond),
    slowReaders: facts.slowReaders,
    slowBytesPerClientPerSecond:
      facts.slowReaders === 0 ? null : Math.round(perSecond(crew?.slowBytes ?? 0) / facts.slowReaders),
    slowReturns: crew?.slowReturns ?? 0,
    http: facts.http,
    serverCpuPercent: rounded(served?.cpuPercent),
    serverCpuMsPerTick: rounded(served?.cpuMsPerTick),
    serverRssMb: rounded(served?.rssMb),
    serverRssFirstMb: rounded(served?.rssFirstMb),
    checks: checks?.checks ?? null,
    rowsChecked: checks?.rowsChecked ?? null,
    rowsUnchecked: checks?.rowsUnchecked ?? null,
    mismatches: checks?.mismatches ?? null,
    errors: errors.count,
    warnings: warnings.count,
    errorTexts: errors.kinds(),
    warningTexts: warnings.kinds(),
    mismatchTexts: checks?.texts ?? [],
    sampleMeanMs: rounded(server?.sampleMeanMs),
    notes: facts.notes,
    ...machine(),
  };
}

/** The process's exit status: 1 when a mismatch or an error was seen. */
export function exitStatusOf({ errors, mismatches }: Pick<LoadReport, 'errors' | 'mismatches'>): 0 | 1 {
  return errors > 0 || (mismatches ?? 0) > 0 ? 1 : 0;
}

/** The report for people. */
export function reportText(report: LoadReport): string {
  const { scenario, bots, checkingBots, seconds } = report;
  const phases = Object.entries(report.tickPhases ?? {}).map(([name, { p50Ms }]) => `${name} ${p50Ms}`);
  const lines = [
    `${scenario}: ${bots} bots (${checkingBots} of them check) for ${seconds} s at ${report.commit}, Node ${report.node}, ${report.cpu}`,
    `  tick    p50 ${ms(report.tickP50Ms)}, p99 ${ms(report.tickP99Ms)}, longest ${ms(report.tickMaxMs)}, at ${report.tickRate ?? '?'} a second`,
    ...(phases.length === 0 ? [] : [`          median by phase, ms: ${phases.join(', ')}`]),
    `  calls   p50 ${ms(report.callP50Ms)}, p99 ${ms(report.callP99Ms)}; ${report.calls} answered, ${report.refusals} of them refused`,
    `  frames  p50 ${ms(report.frameP50Ms)}, p99 ${ms(report.frameP99Ms)} from the begin of the tick to the bot; ${report.framesSkipped ?? '?'} skipped`,
    `  joins   p50 ${ms(report.joinP50Ms)}, p99 ${ms(report.joinP99Ms)}`,
    `  sent    ${report.bytesPerClientPerSecond} B a client and second, ${report.framesPerSecond} frames a second`,
    ...(report.worstBudgetRatio === null
      ? []
      : [
          `  budget  ${report.budgetBytesPerSecond} B a second; the most that a client got in any second is ${report.worstBudgetRatio} of it; ${report.piecesSkipped ?? '?'} pieces had to wait, ${report.piecesMerged ?? '?'} brought several ticks at once`,
        ]),
    ...(report.slowReaders === 0
      ? []
      : [
          `  slow    ${report.slowReaders} bots read slowly, ${report.slowBytesPerClientPerSecond} B a second each, and were cut off ${report.slowReturns} times; the figures above are of the others`,
        ]),
    ...(report.http ?? []).map(
      ({ path, requestsPerSecond, p50Ms, p99Ms, errors }) =>
        `  http    ${path}: ${requestsPerSecond} a second, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}, ${errors} errors`,
    ),
    `  server  ${report.serverCpuPercent ?? '?'} % of a core, ${report.serverCpuMsPerTick ?? '?'} ms of it a tick, ${report.serverRssMb ?? '?'} MB after ${report.serverRssFirstMb ?? '?'} MB at the begin`,
    `  checks  ${report.rowsChecked ?? 'no'} rows compared, ${report.rowsUnchecked ?? 'none'} too old for it, ${report.mismatches ?? '?'} mismatches`,
    `  errors  ${report.errors}`,
    ...report.errorTexts.map(({ text, count }) => `          ${count} × ${text}`),
    ...report.mismatchTexts.map((text) => `          mismatch: ${text}`),
    ...report.warningTexts.map(({ text, count }) => `          warning: ${count} × ${text}`),
    ...report.notes.map((note) => `  note    ${note}`),
  ];
  return lines.join('\n');
}

function ms(value: number | null): string {
  return value === null ? '?' : `${value} ms`;
}

function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(value * 100) / 100;
}

function roundedPhases(phases: ServerFigures['phases']): ServerFigures['phases'] {
  return Object.fromEntries(
    Object.entries(phases).map(([name, { p50Ms, p99Ms }]) => [
      name,
      { p50Ms: rounded(p50Ms)!, p99Ms: rounded(p99Ms)! },
    ]),
  );
}
