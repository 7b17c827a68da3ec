import { type PairRatios, medianRatios, pairRatios } from './compare-pairs.ts';
import { findMax, type SearchStep } from './find-max.ts';
import { exitStatusOf, type LoadReport, reportText } from './load-report.ts';
import type { Flags } from './parse-flags.ts';
import { runLoadTest } from './run-load-test.ts';
import { SCENARIOS } from './scenarios.ts';
import type { SeriesPoint } from './series.ts';
import { whyNotHeld } from './why-not-held.ts';

/** A run that is over, by what it is called in a report of several. */
export interface FinishedRun {
  readonly label: string;
  readonly report: LoadReport;
  readonly series: readonly SeriesPoint[];
}

/** All that a command line asked for. */
export interface RunsOutcome {
  readonly runs: readonly FinishedRun[];
  /** For people, beside the reports. */
  readonly summary: readonly string[];
  /** The same for the page, of what was said already while it went on. */
  readonly details: readonly string[];
  /** The object of the last line: the report of the run, with more keys when there were several. */
  readonly json: LoadReport | Readonly<Record<string, unknown>>;
  readonly exitStatus: 0 | 1;
  readonly isInterrupted: boolean;
  readonly search: Search | null;
}

/** What a search found. */
export interface Search {
  readonly p99Ms: number;
  /** Players. */
  readonly held: number;
  readonly steps: readonly SearchStep[];
}

/** Does the runs of a command line one after another; each has a server and bots of its own. `say`: what is to be printed as it comes. */
export class LoadRuns {
  readonly #flags: Flags;
  readonly #say: (line: string) => void;
  readonly #progress: (line: string) => void;
  readonly #interrupted: Promise<string>;
  readonly #runs: FinishedRun[] = [];
  readonly #details: string[] = [];
  #isInterrupted = false;

  constructor(
    flags: Flags,
    say: (line: string) => void,
    progress: (line: string) => void,
    interrupted: Promise<string>,
  ) {
    this.#flags = flags;
    this.#say = say;
    this.#progress = progress;
    this.#interrupted = interrupted;
  }

  async outcome(): Promise<RunsOutcome> {
    const { isAll, findMaxP99Ms, pairs } = this.#flags;
    if (isAll) return this.#all();
    if (findMaxP99Ms !== null) return this.#search(findMaxP99Ms);
    if (pairs !== null) return this.#pairs(pairs);
    const report = await this.#run(this.#flags.scenario.name, {});
    return this.#outcomeOf(report, [], exitStatusOf(report));
  }

  async #all(): Promise<RunsOutcome> {
    for (const scenario of SCENARIOS.values()) {
      await this.#run(scenario.name, { scenario });
      if (this.#isInterrupted) break;
    }
    const reports = this.#runs.map(({ report }) => report);
    const sum = (of: (report: LoadReport) => number | null): number =>
      reports.reduce((total, report) => total + (of(report) ?? 0), 0);
    const [errors, mismatches] = [sum((report) => report.errors), sum((report) => report.mismatches)];
    const json = { scenario: 'all', errors, mismatches, runs: reports };
    return this.#outcomeOf(
      json,
      [`all: ${errors} errors, ${mismatches} mismatches`],
      exitStatusOf({ errors, mismatches }),
    );
  }

  async #search(p99Ms: number): Promise<RunsOutcome> {
    const found = await findMax(this.#flags.bots, async (bots) => {
      const report = await this.#run(`${bots} bots`, { bots });
      if (this.#isInterrupted) return null;
      const why = whyNotHeld(report, p99Ms);
      this.#say(`${bots} bots: ${why === '' ? `held, tick p99 ${report.tickP99Ms} ms` : `not held: ${why}`}`);
      return { bots, isHeld: why === '', why, tickP99Ms: report.tickP99Ms };
    });
    const reports = this.#runs.map(({ report }) => report);
    const search = { p99Ms, held: found?.held ?? 0, steps: found?.steps ?? [] };
    const best = reports.findLast((report) => report.bots === search.held && whyNotHeld(report, p99Ms) === '');
    const report = best ?? reports.at(-1)!;
    const { scenario, bots: botsMax } = this.#flags;
    const end = search.held === botsMax ? '; more were not tried' : '';
    const line = `${scenario.name}: ${search.held} players held with a tick p99 of at most ${p99Ms} ms${end}`;
    return this.#outcomeOf({ ...report, search }, [line], search.held > 0 ? 0 : 1, search);
  }

  async #pairs(count: number): Promise<RunsOutcome> {
    const pairs: PairRatios[] = [];
    for (let i = 0; i < count && !this.#isInterrupted; i++) {
      // Which of the two comes first changes, so that a machine that gets slower or faster favours neither.
      const order = i % 2 === 0 ? [true, false] : [false, true];
      const reports = new Map<boolean, LoadReport>();
      for (const hasSlow of order) {
        if (this.#isInterrupted) break;
        reports.set(
          hasSlow,
          await this.#run(`pair ${i + 1}, ${hasSlow ? 'with' : 'without'} slow readers`, { hasSlow }),
        );
      }
      if (this.#isInterrupted) break;
      const ratios = pairRatios(reports.get(true)!, reports.get(false)!);
      pairs.push(ratios);
      const line = `pair ${i + 1}: with slow readers over without: ${ratioText(ratios)}`;
      this.#details.push(line);
      this.#say(line);
    }
    const median = medianRatios(pairs);
    const reports = this.#runs.map(({ report }) => report);
    const json = { ...reports.at(-1)!, pairs, medianRatios: median };
    const isGood = reports.every((report) => exitStatusOf(report) === 0);
    return this.#outcomeOf(json, [`median of ${pairs.length} pairs: ${ratioText(median)}`], isGood ? 0 : 1);
  }

  async #run(label: string, change: Partial<Flags>): Promise<LoadReport> {
    const flags = { ...this.#flags, ...change };
    const { report, series, isInterrupted } = await runLoadTest(flags, this.#progress, this.#interrupted);
    this.#isInterrupted ||= isInterrupted;
    this.#runs.push({ label, report, series });
    if (!isInterrupted) this.#say(reportText(report));
    return report;
  }

  #outcomeOf(
    json: RunsOutcome['json'],
    summary: readonly string[],
    exitStatus: 0 | 1,
    search: Search | null = null,
  ): RunsOutcome {
    return {
      runs: this.#runs,
      summary,
      details: this.#details,
      json,
      exitStatus,
      isInterrupted: this.#isInterrupted,
      search,
    };
  }
}

function ratioText({ call, frame, tick }: PairRatios): string {
  return `call p99 ${call ?? '?'}, frame p99 ${frame ?? '?'}, tick p99 ${tick ?? '?'}`;
}
