import { OUTCOME_AGAIN, OUTCOME_NONE, type World } from '../transactions/world.ts';
import type { TickDesk } from './tick-desk.ts';
import type { Inbox } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/**
 * What the module's functions do in one tick of a fixed rate: calls, then due timers, then systems. A visit to the module's context runs
 * under one time limit: the tick's budget, and what one function may take. Nothing starts once the budget is spent, so that a function is
 * stopped for its own time only. What had no turn comes first in the next tick. Made once for a world and used again for each tick.
 *
 * A visit may be ended by force at any place: it counts a system before it runs. While the log accepts no writes, neither timers nor systems
 * run: time goes on without them.
 */
export class TickWork {
  readonly #world: World;
  readonly #desk: TickDesk;
  #beginMs = 0;
  #timestampUs = 0;
  #callCount = 0;
  #timerCount = 0;
  /** Positions of the systems whose turn it is, those that missed theirs in front. */
  #systems: readonly number[] = [];
  #systemCount = 0;
  /** What runs, or has run last. */
  #phase: 'calls' | 'timers' | 'systems' = 'calls';
  /** Place in `#systems` of the one that runs, or has run last. */
  #systemPlace = 0;
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
    const { items } = this.#desk;
    items.noteLog();
    for (const [system, { everyTicks }] of this.#world.plan.systems.entries()) {
      if (items.acceptsWrites && tick.number % everyTicks === 0 && !missed.includes(system)) due.push(system);
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
    const { chances, guard, items, limits } = this.#desk;
    const limitMs = limits.tickMsMax + limits.callMsMax;
    if (this.#isIdle(inbox)) this.#isOver = true;
    else {
      chances.begin(this.#desk.clock.nowMs());
      if (!guard.run(() => this.#run(inbox), limitMs)) this.#recover();
    }
    this.#callCount += items.doneCount;
  }

  /** What was stopped for want of a processor comes first in the next tick. */
  #recover(): void {
    const { chances, items, limits, onStop } = this.#desk;
    const outcome = this.#world.recover(limits.callMsMax, chances.isStarved(limits.callMsMax) && this.#hasChance());
    items.recover(outcome);
    if (outcome === OUTCOME_AGAIN && this.#phase === 'systems') this.#systemCount = this.#systemPlace;
    if (outcome !== OUTCOME_AGAIN && this.#phase === 'timers') chances.timerRan();
    onStop(outcome);
    this.#isOver = true;
  }

  #hasChance(): boolean {
    const { chances, items } = this.#desk;
    if (this.#phase === 'timers') return chances.forTimer();
    if (this.#phase === 'systems') return chances.forSystem(this.#systems[this.#systemPlace]!);
    const { next } = items;
    return next !== null && chances.forItem(next);
  }

  /** Nothing of the module's is due: such a tick needs no visit. */
  #isIdle(inbox: Pick<Inbox, 'waitingCount'>): boolean {
    const { items } = this.#desk;
    if (!items.isBatchDone) return false;
    if (!items.acceptsWrites) return inbox.waitingCount === 0;
    if (this.#systems.length > 0) return false;
    const timerUs = this.#world.nextTimerUs();
    return timerUs === null || timerUs > this.#timestampUs;
  }

  #run(inbox: Pick<Inbox, 'waitingCount'>): void {
    const world = this.#world;
    const { chances, items, limits, trace } = this.#desk;
    this.#phase = 'calls';
    items.runBatch(this.#mayCall);
    const hasRoom = this.callsLeft > items.doneCount;
    if (inbox.waitingCount > 0 && hasRoom && items.isBatchDone && this.#mayCall()) return;
    trace.mark('calls');
    this.#isOver = !items.acceptsWrites;
    if (this.#isOver) return;
    this.#phase = 'timers';
    while (this.#timerCount < limits.timersPerTickMax && this.#isWithin(limits.timersMsMax)) {
      world.lastOutcome = OUTCOME_NONE;
      if (world.runDueTimers(1) === 0) break;
      this.#timerCount++;
      chances.timerRan();
    }
    trace.mark('timers');
    this.#phase = 'systems';
    while (this.#systemCount < this.#systems.length && this.#isWithin(limits.tickMsMax)) {
      const place = this.#systemCount;
      this.#systemPlace = place;
      this.#systemCount = place + 1;
      world.lastOutcome = OUTCOME_NONE;
      world.runSystem(this.#systems[place]!);
      chances.systemRan(this.#systems[place]!);
    }
    trace.mark('systems');
    this.#isOver = true;
  }

  #isWithin(limitMs: number): boolean {
    return limitMs === Infinity || this.#desk.clock.nowMs() - this.#beginMs < limitMs;
  }
}
