import type { CrewFigures } from './bot-crew.ts';
import type { ErrorBook, ErrorKind } from './error-book.ts';
import { isChecking } from './is-checking.ts';
import { machine } from './machine.ts';
import type { Flags } from './parse-flags.ts';
import type { ServerFigures } from './server-figures.ts';

/**
 * The outcome of a load test: one object of the `--json` line. Null: not known, and `notes` says why. CPU: 100 is one core; bytes:
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
  readonly bytesPerClientPerSecond: number;
  /** Messages of the server to all clients together. */
  readonly framesPerSecond: number;
  readonly serverCpuPercent: number | null;
  readonly serverCpuMsPerTick: number | null;
  readonly serverRssMb: number | null;
  /** Views of a checking bot that were compared with the store, of the whole run. */
  readonly checks: number | null;
  readonly rowsChecked: number | null;
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
  readonly server: ServerFigures | null;
  /** Null: the run did not get as far as its bots. */
  readonly crew: CrewFigures | null;
  /** The measured window has begun: before it figures of calls and frames are of the bots' coming. */
  readonly hasWindow: boolean;
  readonly errors: ErrorBook;
  readonly warnings: ErrorBook;
  readonly notes: readonly string[];
  /** Of a running server, as its health says: of its last 1024 ticks. */
  readonly healthP99Ms: number | null;
}

export function loadReport(facts: RunFacts): LoadReport {
  const { flags, server, errors, warnings } = facts;
  const crew = facts.hasWindow ? facts.crew : null;
  const checks = flags.uri === null ? (facts.crew?.checks ?? null) : null;
  const perSecond = (value: number): number => (crew === null || crew.elapsedS === 0 ? 0 : value / crew.elapsedS);
  return {
    scenario: flags.scenario.name,
    bots: flags.bots,
    checkingBots: Array.from({ length: flags.bots }, (_, number) => number).filter(isChecking).length,
    botProcesses: facts.botProcesses,
    seconds: flags.seconds,
    tickRate: facts.tickRate,
    ticks: server?.ticks ?? null,
    tickP50Ms: rounded(server?.tickP50Ms),
    tickP99Ms: rounded(server?.tickP99Ms ?? facts.healthP99Ms),
    tickMaxMs: rounded(server?.tickMaxMs),
    tickPhases: server === null ? null : roundedPhases(server.phases),
    calls: crew?.calls ?? 0,
    refusals: crew?.refusals ?? 0,
    callP50Ms: rounded(crew?.callP50Ms),
    callP99Ms: rounded(crew?.callP99Ms),
    bytesPerClientPerSecond: Math.round(perSecond(crew?.bytes ?? 0) / flags.bots),
    framesPerSecond: Math.round(perSecond(crew?.messages ?? 0)),
    serverCpuPercent: rounded(server?.cpuPercent),
    serverCpuMsPerTick: rounded(server?.cpuMsPerTick),
    serverRssMb: rounded(server?.rssMb),
    checks: checks?.checks ?? null,
    rowsChecked: checks?.rowsChecked ?? null,
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
    `  sent    ${report.bytesPerClientPerSecond} B a client and second, ${report.framesPerSecond} frames a second`,
    `  server  ${report.serverCpuPercent ?? '?'} % of a core, ${report.serverCpuMsPerTick ?? '?'} ms of it a tick, ${report.serverRssMb ?? '?'} MB`,
    `  checks  ${report.rowsChecked ?? 'no'} rows compared, ${report.mismatches ?? '?'} mismatches`,
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
