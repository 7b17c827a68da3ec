import type { Plan } from '@tickbase/schema/plan';
import type { CachedView, ViewTaker } from '../bots/checking-player.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { cellKey, type CheckedClient, checkView } from './check-view.ts';
import { type SampledCell, SampledWorld } from './sampled-world.ts';
import { decodeSample } from './world-sample.ts';

/** Every so many ticks the world is sampled and compared. */
export const SAMPLE_TICKS = 20;

/** Samples and views that wait for each other, in ticks: what is older is given up. */
const WAIT_TICKS = 5 * SAMPLE_TICKS;
/** So many mismatches are named. */
export const TEXTS_MAX = 20;

/**
 * Brings the world's samples and the bots' views of the same ticks together, whichever comes first. One view is checked a turn of the
 * event loop, so that the bots of the process keep their pace.
 */
export class ViewChecker implements ViewTaker {
  readonly counts: CheckCounts = { checks: 0, rowsChecked: 0, mismatches: 0, texts: [] };
  readonly #plan: Plan;
  readonly #scenario: Scenario;
  /** Names of the tables whose rows a sample has. */
  readonly #stored: ReadonlySet<string>;
  readonly #worlds = new Map<number, SampledWorld>();
  readonly #waiting = new Map<number, View[]>();
  readonly #due: { world: SampledWorld; view: View }[] = [];
  #isBusy = false;

  constructor(plan: Plan, scenario: Scenario) {
    this.#plan = plan;
    this.#scenario = scenario;
    this.#stored = new Set(plan.tables.filter(({ isEvent }) => !isEvent).map(({ name }) => name));
  }

  wants(tick: number): boolean {
    return tick % SAMPLE_TICKS === 0;
  }

  take(player: Viewer, tick: number, { rows, cells }: CachedView): void {
    const cached = new Map([...rows].filter(([table]) => this.#stored.has(table)));
    const view = { player, cached, cells: new Map([...cells].map(([table, held]) => [table, keysOf(held)])) };
    const world = this.#worlds.get(tick);
    if (world !== undefined) this.#check(world, view);
    else this.#waiting.set(tick, [...(this.#waiting.get(tick) ?? []), view]);
  }

  takeSample(bytes: Uint8Array): void {
    const world = new SampledWorld(this.#plan, decodeSample(bytes));
    this.#worlds.set(world.tick, world);
    for (const view of this.#waiting.get(world.tick) ?? []) this.#check(world, view);
    this.#waiting.delete(world.tick);
    for (const kept of [this.#worlds, this.#waiting]) {
      for (const tick of kept.keys()) if (tick < world.tick - WAIT_TICKS) kept.delete(tick);
    }
  }

  #check(world: SampledWorld, view: View): void {
    this.#due.push({ world, view });
    if (!this.#isBusy) setImmediate(() => this.#next());
    this.#isBusy = true;
  }

  #next(): void {
    const { world, view } = this.#due.shift()!;
    const { player, cached, cells } = view;
    const { identity } = player;
    const centres = this.#plan.interest === null ? [] : this.#scenario.centresOf(world, identity);
    const written = this.#scenario.writtenBy(world, identity);
    const { rowsChecked, mismatches } = checkView(world, {
      name: `bot ${player.number}`,
      identity,
      centres,
      cached,
      cells,
      written,
    });
    const { counts } = this;
    counts.checks++;
    counts.rowsChecked += rowsChecked;
    counts.mismatches += mismatches.length;
    counts.texts.push(...mismatches.slice(0, TEXTS_MAX - counts.texts.length));
    this.#isBusy = this.#due.length > 0;
    if (this.#isBusy) setImmediate(() => this.#next());
  }
}

export interface CheckCounts {
  /** Views that were compared. */
  checks: number;
  rowsChecked: number;
  mismatches: number;
  /** The first of them. */
  texts: string[];
}

type Viewer = Parameters<ViewTaker['take']>[0];

interface View {
  readonly player: Viewer;
  readonly cached: CheckedClient['cached'];
  readonly cells: CheckedClient['cells'];
}

function keysOf(cells: readonly SampledCell[]): ReadonlySet<string> {
  return new Set(cells.map(cellKey));
}
