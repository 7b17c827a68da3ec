import type { Plan } from '@tickbase/schema/plan';
import { BotCrew } from './bot-crew.ts';
import { BotRun } from './bots/bot-run.ts';
import { LightPlayer } from './bots/light-player.ts';
import { ErrorBook } from './error-book.ts';
import type { LightBot } from './light-bot.ts';
import { HttpLoad } from './http-load.ts';
import { loadReport, type LoadReport, NO_FACTS, type RunFacts } from './load-report.ts';
import { OwnServer } from './own-server.ts';
import { databaseOf, type Flags } from './parse-flags.ts';
import type { SeriesPoint } from './series.ts';
import type { ServerSecond } from './server-figures.ts';
import { countsBetween } from './server-counts.ts';
import { type ServerMetrics, serverMetricsOf } from './server-metrics-of.ts';
import { windowBetween } from './window-between.ts';

const PROGRESS_MS = 1000;
/** All bots are in by the time that their pace takes, and so much more. */
const ENTER_MS_MAX = 120_000;
/** Until the server listens; until it has welcomed the first client; until a process has told its figures. A full machine takes its time. */
const ANSWER_MS_MAX = 60_000;

/**
 * One load test from its server's start to its report. It always reports, also a run that was cut short by a server or bots that
 * died, or do not answer: that is an error in the report. `interrupted`: settles when the run is to end at once; that is an error, too.
 */
export async function runLoadTest(
  flags: Flags,
  progress: (line: string) => void,
  interrupted: Promise<string>,
): Promise<LoadTestOutcome> {
  const run = new LoadTest(flags, progress);
  const interruption = await Promise.race([run.measure(), interrupted]);
  if (interruption !== null) run.interrupt(interruption);
  const report = run.report();
  await run.end();
  return { report, series: run.series, isInterrupted: interruption !== null };
}

export interface LoadTestOutcome {
  readonly report: LoadReport;
  /** Second by second. */
  readonly series: readonly SeriesPoint[];
  readonly isInterrupted: boolean;
}

class LoadTest {
  readonly series: SeriesPoint[] = [];
  readonly #flags: Flags;
  readonly #progress: (line: string) => void;
  readonly #errors = new ErrorBook();
  readonly #warnings = new ErrorBook();
  readonly #notes: string[] = [];
  readonly #startMs = performance.now();
  /** Settles when the run can only be reported. */
  readonly #cut: Promise<void>;
  #settleCut: () => void = () => {};
  #server: OwnServer | null = null;
  #crew: BotCrew | null = null;
  #http: HttpLoad | null = null;
  #ticker: NodeJS.Timeout | undefined;
  #phase = 'starting';
  #tickP99Ms: number | null = null;
  #serverSecond: ServerSecond | null = null;
  /** When the window began. */
  #metricsBefore: ServerMetrics | null = null;
  /** Of a server that was running already, a second ago. */
  #metricsOfSecond: ServerMetrics | null = null;
  #isAsking = false;
  #tickRate: number | null = null;
  #hasBegun = false;
  #figures: Pick<RunFacts, 'server' | 'running' | 'crew' | 'hasWindow' | 'counts' | 'http'> = NO_FACTS;
  #isCut = false;
  #isEnding = false;

  constructor(flags: Flags, progress: (line: string) => void) {
    this.#flags = flags;
    this.#progress = progress;
    this.#cut = new Promise((settle) => (this.#settleCut = settle));
  }

  /** Never rejects: what goes wrong is an error of the run. */
  async measure(): Promise<null> {
    const { scenario, seconds, uri } = this.#flags;
    this.#ticker = setInterval(() => this.#tellProgress(), PROGRESS_MS);
    try {
      if (uri === null) await inTime(this.#startServer(), 'the server does not listen');
      const address = uri ?? this.#server!.uri;
      const welcome = await inTime(this.#scout(address), 'the server does not welcome a client');
      this.#tickRate = welcome.tickRate;
      await this.#sendBots(address, welcome);
      if (scenario.settleMs > 0) await this.#during('settling', scenario.settleMs);
      if (!this.#hasBegun) await this.#begin();
      this.#startHttp(address);
      await this.#during('measuring', seconds * 1000);
    } catch (error) {
      if (!this.#isEnding) this.#fail((error as Error).message);
    }
    clearInterval(this.#ticker);
    const server = this.#hasBegun ? await this.#told(this.#server?.figures(), 'the server') : null;
    const crew = await this.#told(this.#crew?.figures(), 'the bots');
    const http = await this.#told(this.#http?.figures(), 'the HTTP load');
    if (this.#http !== null && http === null) this.#fail('the process of the HTTP load failed');
    const [before, after] = [this.#metricsBefore, await this.#metrics()];
    const isKnown = before !== null && after !== null;
    const counts = isKnown ? countsBetween(before, after) : null;
    const running = isKnown && uri !== null ? windowBetween(before, after) : null;
    if (uri !== null) this.#noteUnknown(isKnown);
    this.#figures = { server, running, crew, hasWindow: this.#hasBegun, counts, http };
    return null;
  }

  /** The run is to end at once: `measure` is not waited for. */
  interrupt(signal: string): void {
    this.#fail(`the run was stopped by ${signal}`);
  }

  report(): LoadReport {
    const errors = this.#crew?.errors() ?? new ErrorBook();
    errors.addAll(this.#errors.kinds());
    const { scenario, bots } = this.#flags;
    return loadReport({
      flags: this.#flags,
      budgetBytesPerSecond: this.#server?.plan.interest?.bytesPerSecond ?? null,
      slowReaders: this.#flags.hasSlow ? Math.floor(bots / (scenario.slowReaders?.oneIn ?? Infinity)) : 0,
      tickRate: this.#tickRate,
      botProcesses: this.#crew?.processCount ?? 0,
      ...this.#figures,
      errors,
      warnings: this.#warnings,
      notes: this.#notes,
    });
  }

  /** Nothing of the run is left afterwards: no process, no folder. */
  async end(): Promise<void> {
    this.#isEnding = true;
    clearInterval(this.#ticker);
    this.#settleCut();
    await this.#http?.leave();
    await this.#crew?.leave();
    await this.#server?.stop();
  }

  async #startServer(): Promise<void> {
    const { scenario, profileDir, hasOverload, socketThreads } = this.#flags;
    const server = await OwnServer.start(
      scenario,
      { profileDir, hasOverload, socketThreads },
      {
        pace: (tickP99Ms, second) => {
          this.#tickP99Ms = tickP99Ms;
          this.#serverSecond = second;
        },
        logged: (level, text) => (level === 'error' ? this.#errors : this.#warnings).add(`the server's log: ${text}`),
        sample: (chunk) => this.#crew?.sample(chunk),
      },
    );
    this.#server = server;
    // It was interrupted in the meantime.
    if (this.#isEnding) await server.stop();
    void server.ended.then((how) => this.#fail(`the server ended with ${how} in the middle of the run`));
  }

  /** A first client learns the module's schema, and fills the world if the scenario wants that. */
  async #scout(uri: string): Promise<LightBot['welcome']> {
    const run = new BotRun();
    const scout = new LightPlayer(0, uri, run);
    try {
      const welcome = await scout.connect();
      if (this.#flags.uri === null) await this.#flags.scenario.prepare?.(scout);
      return welcome;
    } finally {
      scout.leave();
      this.#errors.addAll(run.errors.kinds());
    }
  }

  async #sendBots(uri: string, { schema }: LightBot['welcome']): Promise<void> {
    const { scenario, bots } = this.#flags;
    if (this.#isEnding) return;
    this.#phase = 'joining';
    const plan: Plan | null = this.#server?.plan ?? null;
    const entered = new Promise<void>((settle) => {
      const orders = {
        scenario: scenario.name,
        uri,
        database: databaseOf(uri) ?? scenario.database,
        schema,
        plan,
        joinsPerSecond: scenario.joinsPerSecond,
        hasSlow: this.#flags.hasSlow,
        mayWait: this.#flags.hasOverload,
      };
      this.#crew = new BotCrew(bots, orders, { entered: settle, died: (what) => this.#fail(what) });
    });
    if (scenario.measuresJoins === true) await this.#begin();
    const timeMsMax = (bots / scenario.joinsPerSecond) * 1000 + ENTER_MS_MAX;
    const isLate = await Promise.race([entered.then(() => false), this.#cut, sleep(timeMsMax).then(() => true)]);
    if (this.#crew!.joined === 0) this.#fail('not one bot got in');
    else if (isLate === true)
      this.#fail(`only ${this.#crew!.joined} of ${bots} bots were in after ${timeMsMax / 1000} s`);
  }

  async #during(phase: string, ms: number): Promise<void> {
    this.#phase = phase;
    await Promise.race([sleep(ms), this.#cut]);
  }

  async #told<T>(figures: Promise<T | null> | undefined, who: string): Promise<T | null> {
    try {
      return (await inTime(figures ?? null, `${who} did not tell what was measured`)) ?? null;
    } catch (error) {
      if (!this.#isEnding) this.#errors.add((error as Error).message);
      return null;
    }
  }

  async #begin(): Promise<void> {
    if (this.#crew === null || this.#isCut) return;
    this.#server?.begin();
    this.#crew.begin();
    this.#hasBegun = true;
    this.#metricsBefore = await this.#metrics();
  }

  #startHttp(uri: string): void {
    const { scenario, seconds } = this.#flags;
    if (scenario.http === undefined || this.#isCut) return;
    const { paths, perSecond } = scenario.http;
    this.#http = new HttpLoad({ origin: `http://${new URL(uri).host}`, paths, perSecond, seconds });
  }

  async #metrics(): Promise<ServerMetrics | null> {
    const uri = this.#flags.uri ?? this.#server?.uri;
    return uri === undefined ? null : serverMetricsOf(uri);
  }

  /** Asks a server that was running already for its last second; the load test's own tells it unasked. */
  async #askSecond(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const [before, now] = [this.#metricsOfSecond, await this.#metrics()];
    this.#isAsking = false;
    this.#metricsOfSecond = now;
    if (before === null || now === null) this.#serverSecond = null;
    else {
      const { ticks, tickP50Ms, tickP99Ms, cpuPercent, rssMb } = windowBetween(before, now);
      const clients = now.get('tickbase_clients');
      this.#serverSecond = { ticks, tickP50Ms, tickP99Ms, cpuPercent, rssMb, clients };
      this.#tickP99Ms = tickP99Ms;
    }
  }

  /** Counts what keeps the run from going on. */
  #fail(what: string): void {
    if (this.#isEnding) return;
    this.#errors.add(what);
    this.#isCut = true;
    this.#settleCut();
  }

  #noteUnknown(areMetricsKnown: boolean): void {
    this.#notes.push(
      'rowsChecked and mismatches are null: a running server does not hand its store to the checks',
      areMetricsKnown
        ? 'tickP50Ms and tickP99Ms lie between bounds of the histogram in GET /v1/metrics, which does not tell tickMaxMs'
        : 'figures of the server are null: GET /v1/metrics gave no answer',
    );
  }

  #tellProgress(): void {
    if (this.#flags.uri !== null) void this.#askSecond();
    const crew = this.#crew;
    const seconds = Math.round((performance.now() - this.#startMs) / 1000);
    const p99 = this.#tickP99Ms === null ? '' : `, tick p99 ${this.#tickP99Ms.toFixed(1)} ms`;
    const errors = this.#errors.count + (crew?.errorCount ?? 0);
    if (crew !== null) {
      this.series.push({
        atS: (performance.now() - this.#startMs) / 1000,
        phase: this.#phase,
        joined: crew.joined,
        errors,
        mismatches: crew.mismatches,
        ...crew.second(),
        ...this.#serverSecond,
      });
    }
    this.#progress(
      `${String(seconds).padStart(4)} s ${this.#phase}: ${crew?.joined ?? 0} of ${this.#flags.bots} bots${p99}, ` +
        `${crew?.mismatches ?? 0} mismatches, ${errors} errors`,
    );
  }
}

/** Rejects when the answer takes longer than ANSWER_MS_MAX. */
function inTime<T>(answer: T | Promise<T>, complaint: string): Promise<T> {
  const late = sleep(ANSWER_MS_MAX).then(() => {
    throw new Error(`${complaint}: waited ${ANSWER_MS_MAX / 1000} s`);
  });
  return Promise.race([answer, late]);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
