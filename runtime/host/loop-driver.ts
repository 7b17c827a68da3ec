import { assert, type Clock } from '@tickbase/base';
import {
  runImmediate,
  finishTick,
  runTick,
  type Tick,
  TickLoop,
  type RoundRobinInbox,
  type TickDesk,
  type TickPorts,
  type Timeline,
} from '../tick/index.ts';
import type { World } from '../transactions/world.ts';
import { MessagePace } from '../gateway/index.ts';
import { WakePace } from './wake-pace.ts';

/**
 * Calls the tick when it is due. At a fixed rate it sleeps until the millisecond before the due time and naps for the rest, since a timer of Node's
 * comes up to a millisecond late; while many messages come it naps all the time, and looks at the sockets in between (see MessagePace).
 * At `tickRate: 0` it is woken by the inbox and by the next timer;
 * when that comes thick and fast it gathers what arrives within two milliseconds (see WakePace).
 */
export class LoopDriver {
  #options: LoopDriverOptions;
  readonly #loop: TickLoop | null;
  #timeout: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #isRunning = false;
  readonly #pace = new WakePace();
  readonly #messages = new MessagePace();
  /** The timeout is for what has arrived already. */
  #isGathering = false;
  /** A tick of which clients are told when the workers have encoded its pieces. */
  #open: Tick | null = null;
  #lateTimeout: NodeJS.Timeout | null = null;

  constructor(options: LoopDriverOptions) {
    this.#options = options;
    const { world, clock } = options;
    this.#loop = world.plan.tickRate === 0 ? null : new TickLoop(world.plan.tickRate, clock.nowMs());
  }

  /** Ticks that were dropped because the loop came too late. */
  get lagTickCount(): number {
    return this.#loop?.lagTickCount ?? 0;
  }

  start(): void {
    this.#isRunning = true;
    if (this.#loop === null) this.#options.inbox.onWork = () => this.#woken();
    this.#arm();
  }

  /** Workers have told that they are done with something. */
  piecesDone(): void {
    this.#guard(() => {
      if (this.#open !== null && this.#options.ports.diffs.collectPieces()) this.finishTick();
    });
  }

  /** Tells clients of a tick that is still open. To be called before anything that is not a tick changes what they are told. */
  finishTick(): void {
    const tick = this.#open;
    if (tick === null) return;
    this.#open = null;
    if (this.#lateTimeout !== null) clearTimeout(this.#lateTimeout);
    this.#lateTimeout = null;
    const { ports, desk } = this.#options;
    finishTick(tick, ports, desk);
    this.#close(desk);
  }

  /** Goes on with another world of the same rate; ticks stay due when they were. Between ticks. */
  replace(world: World, ports: TickPorts, desk: TickDesk): void {
    assert(this.#open === null, 'a world is replaced between two ticks');
    this.#options = { ...this.#options, world, ports, desk };
    if (this.#loop === null) this.#soon();
  }

  /** No tick begins after this. To be called between ticks. */
  stop(): void {
    this.#isRunning = false;
    if (this.#lateTimeout !== null) clearTimeout(this.#lateTimeout);
    this.#options.inbox.onWork = null;
    this.#cancel();
  }

  /** The commit log's `onChange`, between ticks: what waited for room on the disk may have its turn. */
  logChanged(): void {
    const { desk, inbox } = this.#options;
    desk.items.noteLog();
    if (this.#loop === null && inbox.waitingCount > 0) this.#woken();
    else if (this.#loop === null) this.#arm();
  }

  /** One more tick for what had arrived when the loop was stopped. */
  runLast(): void {
    const { clock, inbox } = this.#options;
    if (inbox.waitingCount === 0) return;
    if (this.#loop === null) {
      this.#wake();
      return;
    }
    this.#step(clock.nowMs());
    this.finishTick(); // links are closed next
  }

  #arm(): void {
    if (!this.#isRunning || this.#immediate !== null) return;
    if (this.#loop !== null) {
      this.#armFixed(this.#loop);
      return;
    }
    const waitMs = this.#untilTimerMs();
    if (waitMs < 1) this.#soon();
    else if (waitMs < Infinity) this.#later(Math.min(Math.floor(waitMs), TIMEOUT_MS_MAX));
  }

  #armFixed(loop: TickLoop): void {
    const { clock, isHurried } = this.#options;
    const waitMs = loop.nextDueMs - clock.nowMs();
    if (waitMs <= 0) this.#soon();
    else if (waitMs < 1) this.#napSoon(loop);
    else if (!this.#messages.isDense) this.#later(Math.min(Math.floor(waitMs), TIMEOUT_MS_MAX));
    else if (this.#open !== null || isHurried()) this.#later(1);
    else this.#napSoon(loop);
  }

  /** When what has come is done: sleeps, whatever comes, until the next tick or the next look at the sockets. */
  #napSoon(loop: TickLoop): void {
    this.#cancel();
    this.#immediate = setImmediate(() => {
      this.#immediate = null;
      const { clock, nap } = this.#options;
      nap(Math.min(NAP_MS, Math.max(0, loop.nextDueMs - clock.nowMs())));
      this.#arm();
    });
  }

  /** Something has arrived where nothing waited. */
  #woken(): void {
    if (this.#isGathering || this.#immediate !== null) return;
    if (!this.#isRunning || !this.#pace.isDense(this.#options.clock.nowMs())) {
      this.#soon();
      return;
    }
    this.#later(GATHER_MS);
    this.#isGathering = true;
  }

  #soon(): void {
    if (!this.#isRunning || this.#immediate !== null) return;
    this.#cancel();
    this.#immediate = setImmediate(() => {
      this.#immediate = null;
      this.#turn();
    });
  }

  #later(waitMs: number): void {
    this.#cancel();
    this.#timeout = setTimeout(() => {
      this.#timeout = null;
      this.#isGathering = false;
      this.#turn();
    }, waitMs);
  }

  #cancel(): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timeout = null;
    this.#immediate = null;
    this.#isGathering = false;
  }

  #turn(): void {
    this.#guard(() => {
      if (this.#loop === null) this.#turnImmediate();
      else this.#turnFixed(this.#loop);
    });
    this.#arm();
  }

  /** A fault ends the loop. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.stop();
      this.#options.onFault(error);
    }
  }

  #turnFixed(loop: TickLoop): void {
    const nowMs = this.#options.clock.nowMs();
    const { stepCount, lagTicks, firstDueMs } = loop.due(nowMs);
    if (stepCount > 0) this.#messages.note(this.#options.messageCount(), nowMs);
    if (lagTicks > 0) this.#options.onLag(lagTicks);
    for (let i = 0; i < stepCount && this.#isRunning; i++) this.#step(firstDueMs + i * loop.periodMs);
  }

  #turnImmediate(): void {
    const { inbox } = this.#options;
    if (inbox.waitingCount === 0 && this.#untilTimerMs() > 0) return;
    if (this.#wake()) this.#soon();
  }

  /** The tick has the time at which it was due, so that a late one and those after it keep their distance. */
  #step(dueMs: number): void {
    this.finishTick();
    const { world, timeline, clock, ports, desk } = this.#options;
    const latenessUs = Math.max(0, Math.round((clock.nowMs() - dueMs) * 1000));
    const tick = timeline.next(clock.wallUs() - latenessUs);
    desk.trace.begin(dueMs);
    timeline.ran(runTick(world, tick, ports, desk));
    if (!ports.diffs.awaitsPieces) {
      this.#close(desk);
      return;
    }
    this.#open = tick;
    this.#lateTimeout = setTimeout(() => this.#guard(() => this.finishTick()), this.#options.workersMsMax);
  }

  #close(desk: TickDesk): void {
    desk.trace.end();
    this.#options.afterTick();
  }

  #wake(): boolean {
    const { world, timeline, clock, ports, desk } = this.#options;
    this.#pace.note(clock.nowMs());
    const hasMore = runImmediate(world, timeline, clock, ports, desk);
    this.#options.afterTick();
    return hasMore;
  }

  #untilTimerMs(): number {
    const { world, timeline, clock, ports } = this.#options;
    const dueUs = ports.commitLog.acceptsWrites ? world.nextTimerUs() : null;
    if (dueUs === null) return Infinity;
    return Math.max(0, Math.ceil((dueUs - timeline.timestampAt(clock.wallUs())) / 1000));
  }
}

export interface LoopDriverOptions {
  readonly world: World;
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly inbox: RoundRobinInbox;
  readonly ports: TickPorts;
  readonly desk: TickDesk;
  /** So long clients wait for workers; what is late is done by the tick's thread. */
  readonly workersMsMax: number;
  /** Messages of clients so far. */
  readonly messageCount: () => number;
  /** Something is under way that clients wait for: the event loop is to hear of its end at once. */
  readonly isHurried: () => boolean;
  /** Sleeps on this thread, for a millisecond or two. */
  readonly nap: (ms: number) => void;
  /** After each tick, or wake-up at `tickRate: 0`. */
  readonly afterTick: () => void;
  readonly onLag: (lagTicks: number) => void;
  /** A tick threw. The loop has stopped. */
  readonly onFault: (error: unknown) => void;
}

/** A sync of a usual disk takes about as long. */
const GATHER_MS = 2;

/** At twenty ticks a second a twenty-fifth of the time: what comes meanwhile is taken before the tick begins. */
const NAP_MS = 2;

/** Longer waits are cut: a setTimeout above 2^31 - 1 ms fires at once. */
const TIMEOUT_MS_MAX = 60_000;
