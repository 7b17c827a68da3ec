import type { Plan } from '@tickbase/schema/plan';
import type { CachedView, ViewTaker } from '../bots/checking-player.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type CheckedClient, checkView } from './check-view.ts';
import { cellKey, type SampledCell, SampledWorld } from './sampled-world.ts';
import { SAMPLE_TICKS, sampledWindow, windowTicksOf } from './sampled-window.ts';
import { decodeSample } from './world-sample.ts';

/** Samples and views that wait for each other, in ticks: what is older is given up. */
const WAIT_TICKS = 5 * SAMPLE_TICKS;
/** What is overdue in so many comparisons of a client, one after another, is a mismatch. */
const OVERDUE_CHECKS_MAX = 10;
/** So many mismatches are named. */
export const TEXTS_MAX = 20;

/**
 * Brings the world's samples and the bots' views of the same ticks together, whichever comes first. One view is checked a turn of the
 * event loop, so that the bots of the process keep their pace.
 */
export class ViewChecker implements ViewTaker {
  readonly counts: CheckCounts = { checks: 0, rowsChecked: 0, rowsUnchecked: 0, mismatches: 0, texts: [] };
  readonly #plan: Plan;
  readonly #scenario: Scenario;
  readonly #mayWait: boolean;
  /** Names of the tables whose rows a sample has. */
  readonly #stored: ReadonlySet<string>;
  readonly #windowTicks: number;
  readonly #worlds = new Map<number, SampledWorld>();
  readonly #waiting = new Map<number, View[]>();
  readonly #due: { world: SampledWorld; view: View }[] = [];
  /** By bot, then by what is overdue: in how many comparisons it has been, up to the last. */
  readonly #overdue = new Map<number, ReadonlyMap<string, number>>();
  #isBusy = false;

  /** `mayWait`: clients may wait for cells for ever. */
  constructor(plan: Plan, scenario: Scenario, mayWait: boolean) {
    this.#plan = plan;
    this.#scenario = scenario;
    this.#mayWait = mayWait;
    this.#stored = new Set(plan.tables.filter(({ isEvent }) => !isEvent).map(({ name }) => name));
    this.#windowTicks = windowTicksOf(plan);
  }

  wants(tick: number): boolean {
    return tick % SAMPLE_TICKS === 0;
  }

  take(player: Viewer, tick: number, { rows, cells, witnessed }: CachedView): void {
    const cached = new Map([...rows].filter(([table]) => this.#stored.has(table)));
    const named = new Map([...cells].map(([table, held]) => [table, keysOf(held)]));
    const view = { player, cached, cells: named, witnessed };
    const world = this.#worlds.get(tick);
    if (world !== undefined) this.#check(world, view);
    else this.#waiting.set(tick, [...(this.#waiting.get(tick) ?? []), view]);
  }

  /** In the order of ticks. */
  takeSample(bytes: Uint8Array): void {
    const world = new SampledWorld(this.#plan, decodeSample(bytes));
    this.#worlds.set(world.tick, world);
    for (const view of this.#waiting.get(world.tick) ?? []) this.#check(world, view);
    this.#waiting.delete(world.tick);
    for (const kept of [this.#worlds, this.#waiting]) {
      for (const tick of kept.keys()) if (tick <= world.tick - WAIT_TICKS - this.#windowTicks) kept.delete(tick);
    }
  }

  #check(world: SampledWorld, view: View): void {
    this.#due.push({ world, view });
    if (!this.#isBusy) setImmediate(() => this.#next());
    this.#isBusy = true;
  }

  #next(): void {
    const { world, view } = this.#due.shift()!;
    const { player, ...seen } = view;
    const { identity } = player;
    const { rowsChecked, rowsUnchecked, mismatches, overdue } = checkView(sampledWindow(world, this.#worlds), {
      ...seen,
      name: `bot ${player.number}`,
      identity,
      centres: this.#plan.interest === null ? [] : this.#scenario.centresOf(world, identity),
      only: this.#scenario.only?.(player.number) ?? new Map(),
      written: this.#scenario.writtenBy(world, identity),
    });
    const { counts } = this;
    const all = [...mismatches, ...this.#tooLongOverdue(player.number, world.tick, overdue)];
    counts.checks++;
    counts.rowsChecked += rowsChecked;
    counts.rowsUnchecked += rowsUnchecked;
    counts.mismatches += all.length;
    counts.texts.push(...all.slice(0, TEXTS_MAX - counts.texts.length));
    this.#isBusy = this.#due.length > 0;
    if (this.#isBusy) setImmediate(() => this.#next());
  }

  #tooLongOverdue(bot: number, tick: number, overdue: ReadonlySet<string>): string[] {
    if (this.#mayWait) return [];
    const before = this.#overdue.get(bot);
    const now = new Map([...overdue].map((what) => [what, 1 + (before?.get(what) ?? 0)]));
    this.#overdue.set(bot, now);
    const late = [...now].filter(([, count]) => count === OVERDUE_CHECKS_MAX);
    return late.map(([what]) => `bot ${bot}, tick ${tick}, ${what}`);
  }
}

export interface CheckCounts {
  /** Views that were compared. */
  checks: number;
  rowsChecked: number;
  /** Rows of cells that waited for their turn. */
  rowsUnchecked: number;
  mismatches: number;
  /** The first of them. */
  texts: string[];
}

type Viewer = Parameters<ViewTaker['take']>[0];

interface View extends Pick<CheckedClient, 'cached' | 'cells' | 'witnessed'> {
  readonly player: Viewer;
}

function keysOf(cells: readonly SampledCell[]): ReadonlySet<string> {
  return new Set(cells.map(cellKey));
}
