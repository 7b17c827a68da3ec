import { type Clock, Fault } from '@tickbase/base';
import { OUTCOME_AGAIN, OUTCOME_NONE, type World } from '../transactions/world.ts';
import { sealAndTell } from './seal-and-tell.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickPorts } from './tick-ports.ts';
import type { TracePhase } from './tick-trace.ts';
import type { OpenTick } from './tick.ts';
import type { Timeline } from './timeline.ts';

/**
 * One wake-up of a world with `tickRate: 0`: every call, hook, timer and subscription is a commit of its own, with its own
 * seal, record and section; all sections of one client leave as one message at the end. Timers and clients take turns,
 * so that neither starves the other. Returns true when something is left to be done at once.
 */
export function runImmediate(
  world: World,
  timeline: Timeline,
  clock: Clock,
  ports: TickPorts,
  desk: TickDesk,
): boolean {
  const { trace } = desk;
  const wake = new Wake(world, timeline, clock, ports, desk);
  trace.begin(wake.startMs);
  if (ports.inbox.waitingCount > ALONE_MAX) wake.runTogether();
  else wake.run();
  trace.weigh(1);
  ports.outbox.flush();
  trace.mark('sends');
  trace.end();
  return ports.inbox.waitingCount > 0 || wake.isTimerDue();
}

/**
 * The commits of a wake-up. A few of them visit the module's context one by one. Many share a visit, as its time limit costs as much as ten to fifty
 * short calls; then the server's own work between two commits is under the limit, too, which is why it has SERVER_MS_MAX of its own.
 */
class Wake {
  readonly startMs: number;
  readonly #world: World;
  readonly #timeline: Timeline;
  readonly #clock: Clock;
  readonly #ports: TickPorts;
  readonly #desk: TickDesk;
  #commitCount = 0;
  /** When the clock was looked at last. */
  #nowMs: number;
  /** Since the look before that, commits took so little time that it does not matter much whose calls come first. */
  #isQuick = false;
  /** The clock's other time, as of `#wallAtMs`: good for some commits, as time itself is not what is scarce in them. */
  #wallUs: number;
  #wallAtMs: number;
  readonly #tick: OpenTick = { number: 0, timestampUs: 0, seed: 0 };
  #phase: TracePhase = 'calls';
  /** All of the wake-up is in one visit. */
  #isTogether = false;
  /** In there the module's functions are running, and not the server's. */
  #isInside = false;

  constructor(world: World, timeline: Timeline, clock: Clock, ports: TickPorts, desk: TickDesk) {
    this.#world = world;
    this.#timeline = timeline;
    this.#clock = clock;
    this.#ports = ports;
    this.#desk = desk;
    this.startMs = clock.nowMs();
    this.#nowMs = this.startMs;
    this.#wallAtMs = this.startMs;
    this.#wallUs = clock.wallUs();
  }

  isTimerDue(): boolean {
    const dueUs = this.#world.nextTimerUs();
    return dueUs !== null && this.#ports.commitLog.acceptsWrites && dueUs <= this.#timeline.timestampAt(this.#wall());
  }

  /** Each of the module's functions in a visit of its own; after `runTogether` has begun, without one. */
  run(): void {
    const { inbox } = this.#ports;
    const { items, limits } = this.#desk;
    for (;;) {
      const isTimerDue = this.isTimerDue();
      if (isTimerDue) {
        this.#begin('timers');
        this.#runTimer();
        this.#seal();
      }
      if (inbox.waitingCount > 0) {
        this.#begin('calls');
        items.takeOne(inbox, this.#staysInTurn());
        this.#runItem();
        this.#seal();
      } else if (!isTimerDue) return;
      if (this.#isQuick && this.#commitCount % LOOK_EACH !== 0) continue;
      const nowMs = this.#clock.nowMs();
      this.#isQuick = this.#isTogether && nowMs - this.#nowMs < QUICK_MS;
      this.#nowMs = nowMs;
      if (nowMs - this.startMs >= limits.wakeMsMax) return;
    }
  }

  /** Short calls of one client follow one another, while what is known of it is near; a client with long ones has one at a time. */
  #staysInTurn(): boolean {
    return this.#isQuick && this.#commitCount % TURN_CALLS_MAX !== 0;
  }

  #runTimer(): void {
    const { chances, limits } = this.#desk;
    const runTimer = (): void => {
      this.#world.runDueTimers(1);
      chances.timerRan();
    };
    if (!this.#isTogether) {
      this.enter(runTimer, limits.callMsMax);
      return;
    }
    this.#isInside = true;
    runTimer();
    this.#isInside = false;
  }

  #runItem(): void {
    const { items, limits } = this.#desk;
    if (!this.#isTogether) {
      this.enter(() => items.runOne(), limits.callMsMax);
      return;
    }
    this.#isInside = true;
    items.runOne();
    this.#isInside = false;
  }

  /** All in one visit, which a stop ends: what was begun is told and sealed, and the rest waits for the next wake-up. */
  runTogether(): void {
    const { limits } = this.#desk;
    const limitMs = limits.wakeMsMax + Math.max(LOOK_EACH * limits.callMsMax, SERVER_MS_MAX);
    let isDone = false;
    this.#isTogether = true;
    const isWhole = this.enter(() => {
      this.run();
      isDone = true;
    }, limitMs);
    if (isWhole || isDone) return;
    if (!this.#isInside) {
      throw new Fault(
        `STOPPED_IN_SERVER: the server's own work was ended by force after ${limitMs} ms: the process had stood still`,
      );
    }
    this.#seal();
  }

  /** Runs `body` under the guard. False: it was ended by force, and the world has recovered. */
  enter(body: () => void, limitMs: number): boolean {
    const { chances, guard, items, limits } = this.#desk;
    chances.begin(this.#clock.nowMs());
    if (guard.run(body, limitMs)) return true;
    const mayRunAgain = chances.isStarved(limits.callMsMax) && this.#hasChance();
    const outcome = this.#world.recover(limits.callMsMax, mayRunAgain);
    items.recover(outcome);
    if (outcome !== OUTCOME_AGAIN && this.#phase === 'timers') chances.timerRan();
    this.#desk.onStop(outcome);
    return false;
  }

  #wall(): number {
    if (this.#nowMs - this.#wallAtMs >= WALL_STEP_MS) {
      this.#wallUs = this.#clock.wallUs();
      this.#wallAtMs = this.#nowMs;
    }
    return this.#wallUs;
  }

  #hasChance(): boolean {
    const { chances, items } = this.#desk;
    if (this.#phase === 'timers') return chances.forTimer();
    return items.next !== null && chances.forItem(items.next);
  }

  #begin(phase: TracePhase): void {
    if (this.#commitCount >= TIMED_ALONE) {
      this.#desk.trace.weigh((this.#commitCount - TIMED_ALONE) % TIMED_EACH === 0 ? TIMED_EACH : 0);
    }
    this.#commitCount++;
    this.#desk.items.noteLog();
    this.#phase = phase;
    const tick = this.#tick;
    this.#timeline.begin(tick, this.#wall());
    this.#world.beginTick(tick.number, tick.timestampUs, tick.seed);
    this.#world.lastOutcome = OUTCOME_NONE;
  }

  #seal(): void {
    const { items, trace } = this.#desk;
    items.settle(this.#ports.inbox);
    trace.mark(this.#phase);
    sealAndTell(this.#world, this.#tick, this.#ports, this.#desk);
  }
}

/** So many items may wait for each to have a visit of its own: that costs less than a quarter of a millisecond. */
const ALONE_MAX = 3;

/**
 * The server's own work between two commits takes microseconds, and pauses for garbage collection stay below this. When a machine stands
 * still for longer just then, the server ends as by a fault: its own state may be cut in half.
 */
const SERVER_MS_MAX = 1_000;

/**
 * Among quick commits the clock, which costs some 40 ns, is looked at after each so many. The limit of the visit leaves room for that many calls, all of which may turn
 * out to be long.
 */
const LOOK_EACH = 2;
/** So many quick calls of one client run in a turn. */
const TURN_CALLS_MAX = 8;
/** Commits between two looks that took less are quick. */
const QUICK_MS = 0.1;

/** Commits that begin within this time share a look at the wall's clock; their timestamps follow one another by a microsecond. */
const WALL_STEP_MS = 0.1;

/** So many commits of a wake-up are timed each, then one of TIMED_EACH for all of them: a timed commit has ten looks at the clock. */
const TIMED_ALONE = 4;
const TIMED_EACH = 64;
