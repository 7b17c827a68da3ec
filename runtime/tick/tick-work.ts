import { OUTCOME_NONE, type World } from '../transactions/world.ts';
import type { TickDesk } from './tick-desk.ts';
import type { Inbox } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/**
 * What the module's functions do in one tick of a fixed rate: calls, then due timers, then systems. A visit to the module's context runs
 * under one time limit: the tick's budget, and what one function may take. Nothing starts once the budget is spent, so that a function is
 * stopped for its own time only. What had no turn comes first in the next tick. Made once for a world and used again for each tick.
 *
 * A visit may be ended by force at any place: it counts a timer and a system before it runs.
 */
export class TickWork {
  readonly #world: World;
  readonly #desk: TickDesk;
  #beginMs = 0;
  #timestampUs = 0n;
  #callCount = 0;
  #timerCount = 0;
  /** Positions of the systems whose turn it is, those that missed theirs in front. */
  #systems: readonly number[] = [];
  #systemCount = 0;
  #isOver = true;
  readonly #mayCall = (): boolean => this.#isWithin(this.#desk.limits.callsMsMax);

  constructor(world: World, desk: TickDesk) {
    this.#world = world;
    this.#desk = desk;
  }

  /** Nothing more happens in this tick. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How many more items of the inbox this tick takes. */
  get callsLeft(): number {
    return this.#desk.limits.callsPerTickMax - this.#callCount;
  }

  /** How many transactions this tick has had, at most. */
  get transactionCount(): number {
    return this.#callCount + this.#timerCount + this.#systemCount;
  }

  begin(tick: Tick): void {
    this.#timestampUs = tick.timestampUs;
    const missed = this.#systems.slice(this.#systemCount);
    const due: number[] = [];
    for (const [system, { everyTicks }] of this.#world.plan.systems.entries()) {
      if (tick.number % everyTicks === 0 && !missed.includes(system)) due.push(system);
    }
    this.#systems = [...missed, ...due];
    this.#systemCount = 0;
    this.#callCount = 0;
    this.#timerCount = 0;
    this.#isOver = false;
    this.#beginMs = this.#desk.clock.nowMs();
  }

  /** Runs the batch that `items` has taken; then, unless more calls wait and have time, timers and systems. */
  visit(inbox: Pick<Inbox, 'waitingCount'>): void {
    const { guard, items, limits } = this.#desk;
    const limitMs = limits.tickMsMax + limits.callMsMax;
    if (this.#isIdle) this.#isOver = true;
    else if (!guard.run(() => this.#run(inbox), limitMs)) {
      const outcome = this.#world.recover(limits.callMsMax);
      items.recover(outcome);
      this.#desk.onStop(outcome);
      this.#isOver = true;
    }
    this.#callCount += items.doneCount;
  }

  /** Nothing of the module's is due: such a tick needs no visit. */
  get #isIdle(): boolean {
    if (!this.#desk.items.isBatchDone || this.#systems.length > 0) return false;
    const timerUs = this.#world.nextTimerUs();
    return timerUs === null || timerUs > this.#timestampUs;
  }

  #run(inbox: Pick<Inbox, 'waitingCount'>): void {
    const world = this.#world;
    const { items, limits, trace } = this.#desk;
    items.runBatch(this.#mayCall);
    const hasRoom = this.callsLeft > items.doneCount;
    if (inbox.waitingCount > 0 && hasRoom && items.isBatchDone && this.#mayCall()) return;
    trace.mark('calls');
    while (this.#timerCount < limits.timersPerTickMax && this.#isWithin(limits.timersMsMax)) {
      world.lastOutcome = OUTCOME_NONE;
      if (world.runDueTimers(1) === 0) break;
      this.#timerCount++;
    }
    trace.mark('timers');
    while (this.#systemCount < this.#systems.length && this.#isWithin(limits.tickMsMax)) {
      world.lastOutcome = OUTCOME_NONE;
      world.runSystem(this.#systems[this.#systemCount++]!);
    }
    trace.mark('systems');
    this.#isOver = true;
  }

  #isWithin(limitMs: number): boolean {
    return limitMs === Infinity || this.#desk.clock.nowMs() - this.#beginMs < limitMs;
  }
}
