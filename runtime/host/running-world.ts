import { randomBytes } from 'node:crypto';
import type { Clock, TickbaseError } from '@tickbase/base';
import type { MigrationPlan, Plan } from '@tickbase/schema/plan';
import type { Logger } from 'pino';
import {
  DEFAULT_LIMITS,
  Gateway,
  type GatewayLimits,
  type HealthReport,
  monotonicMs,
  PastSessions,
  RESUME_GRACE_MS,
  type UwsTransport,
} from '../gateway/index.ts';
import { DiffBuilder } from '../interest/index.ts';
import type { Authenticator } from '../identity/index.ts';
import {
  DISK_FULL,
  endLostSessions,
  GuardedArea,
  InputJournal,
  RoundRobinInbox,
  runStartHook,
  SessionMarks,
  TICK_LIMITS,
  TickDesk,
} from '../tick/index.ts';
import type { StopOutcome, TickLimits, TickPorts, TickTrace, Timeline } from '../tick/index.ts';
import { CALL_COMMITTED, CALL_REFUSED, type LogLine, OUTCOME_NONE, type World } from '../transactions/world.ts';
import { builtinChanged } from './builtin-changed.ts';
import { leaveRingTicks } from './leave-ring-ticks.ts';
import type { LoadedModule } from './load-module.ts';
import { LoopDriver } from './loop-driver.ts';
import { napper } from './napper.ts';
import { serverMetrics } from './metrics/server-metrics.ts';
import type { ObservedTick } from './observed-tick.ts';
import { OVERLOAD_STEPS, type OverloadChange, OverloadLadder } from './overload/index.ts';
import { workerCount, WorldWorkers } from './world-workers.ts';
import type { WorldStorage } from './persistence/world-storage.ts';
import { RepeatedErrors } from './repeated-errors.ts';
import { startHookFailure } from './start-hook-failure.ts';
import { carryTimers, carryWorld, movedTables } from './publish/carry-world.ts';
import { itemTranslator } from './publish/translate-items.ts';
import { SystemClock } from './system-clock.ts';

/** A loaded module at work, without its transport: world, diff builder, gateway and loop, wired together. */
export class RunningWorld {
  readonly gateway: Gateway;
  readonly database: string;
  readonly epoch: string;
  readonly log: Logger;
  /** Called once when a tick threw. */
  onFault: (error: unknown) => void = () => {};

  #loaded: LoadedModule;
  #world: World;
  readonly #clock: Clock = new SystemClock();
  readonly #timeline: Timeline;
  readonly #storage: WorldStorage;
  readonly #logsInputs: boolean;
  readonly #limits: TickLimits;
  readonly #leaveRingTicks: number;
  readonly #watchedRowsMax: number;
  #diffs: DiffBuilder;
  #ports: TickPorts;
  #desk: TickDesk;
  readonly #driver: LoopDriver;
  /** Null: nothing is eased, whatever the load. */
  readonly #overload: OverloadLadder | null;
  readonly #workers: WorldWorkers;
  #sockets: UwsTransport | null = null;
  /** From the end of the last tick whose frames have all been sent to when the last of them was. */
  #sendDelayMs = 0;
  #isStopped = false;
  #sweeper: NodeJS.Timeout | undefined;
  #lagReportedMs = -Infinity;
  #builtinsSeenMs = 0;
  readonly #inbox = new RoundRobinInbox();
  /** Of the module's code and about it, by level. */
  readonly #logLines = new Map<string, number>([
    ['error', 0],
    ['warn', 0],
    ['info', 0],
  ]);
  /** Publishes by what came of them. */
  readonly #publishes = new Map<string, number>([['published', 0]]);
  readonly #repeatedErrors = new RepeatedErrors((line, count) => this.#tellRepeats(line, count));

  constructor(parts: WorldParts) {
    const { loaded, world, storage, timeline, identities, database, epoch, log } = parts;
    const { plan } = world;
    this.#loaded = loaded;
    this.database = database;
    this.epoch = epoch;
    this.log = log;
    const resumeGraceMs = parts.resumeGraceMs ?? RESUME_GRACE_MS;
    const { tickRate } = plan;
    this.#world = world;
    this.#storage = storage;
    this.#logsInputs = parts.logInputs === true;
    this.#timeline = timeline;
    const isEased = tickRate > 0 && parts.overload !== false;
    this.#overload = isEased ? new OverloadLadder(1000 / tickRate, parts.overloadWindowMs) : null;

    const inbox = this.#inbox;
    this.#limits = tickLimits(tickRate, parts);
    this.#leaveRingTicks = leaveRingTicks(tickRate, resumeGraceMs);
    this.#watchedRowsMax = parts.limits?.watchedRowsMax ?? DEFAULT_LIMITS.watchedRowsMax;
    this.#diffs = this.#diffsOf(loaded, world);
    this.gateway = new Gateway({
      plan,
      database,
      epoch,
      clock: this.#clock,
      entropy: { bytes: (length) => new Uint8Array(randomBytes(length)) },
      identities,
      inbox,
      viewers: this.#diffs,
      commitLog: storage,
      pastSessions: new PastSessions([...storage.sessions.endedSessions(), ...storage.sessions.openSessions()]),
      resumeGraceMs,
      ...(parts.limits === undefined ? {} : { limits: parts.limits }),
      onFault: (error) => log.error({ err: error }, 'a fault was kept from the tick'),
    });
    this.#ports = {
      inbox,
      commitLog: storage,
      diffs: this.#diffs,
      outbox: this.gateway,
      ...this.#inputsOf(plan),
    };
    this.#desk = this.#deskOf(loaded, world, this.#ports);
    this.#driver = new LoopDriver({
      world: this.#world,
      timeline: this.#timeline,
      clock: this.#clock,
      inbox,
      ports: this.#ports,
      desk: this.#desk,
      workersMsMax: WORKERS_MS_MAX,
      messageCount: () => this.gateway.metrics.messagesIn,
      isHurried: () => this.gateway.heldTickCount > 0,
      nap: napper(),
      afterTick: () => this.#afterTick(parts.observeTick),
      onLag: (lagTicks) => this.#tellLag(lagTicks),
      onFault: (error) => this.#fail(error),
    });
    this.#workers = new WorldWorkers({
      count: tickRate === 0 ? 0 : workerCount(parts.workers ?? 'auto'),
      log,
      nowMs: () => this.#clock.nowMs(),
      onDone: () => this.#driver.piecesDone(),
    });
    storage.onChange = () => {
      this.gateway.logChanged();
      this.#driver.logChanged();
    };
  }

  /**
   * What comes before any client, each in a tick of its own: `clientDisconnected` for the sessions that the server before this one left
   * open, `init` in a new world, `started`. Throws when `init` or `started` does.
   */
  runStartHooks(isNew: boolean): void {
    const lost = this.#storage.sessions.openSessions();
    if (lost.length > 0) {
      const tick = this.#timeline.next(this.#clock.wallUs());
      this.#timeline.ran(endLostSessions(this.#world, tick, lost, this.#ports, this.#desk));
      this.#tellLogLines();
    }
    for (const role of isNew ? (['init', 'started'] as const) : (['started'] as const)) {
      const tick = this.#timeline.next(this.#clock.wallUs());
      const outcome = runStartHook(this.#world, tick, role, this.#ports, this.#desk);
      const message = this.#world.lastMessage;
      const lines = [...this.#world.takeLogLines()];
      // What the hook threw is told once, by the error.
      const isLogged = outcome !== CALL_COMMITTED && outcome !== CALL_REFUSED;
      const at = isLogged ? lines.findLastIndex((line) => line.level === 'error' && line.text.startsWith(message)) : -1;
      const thrown = at === -1 ? undefined : lines.splice(at, 1)[0];
      this.#tellLogLines(lines);
      if (outcome !== CALL_COMMITTED) throw startHookFailure(role, message, thrown, this.#loaded);
    }
  }

  /** The transport that has the gateway's clients. */
  sendsBy(sockets: UwsTransport): void {
    this.#sockets = sockets;
  }

  start(): void {
    this.#workers.workFor(this.#world, this.#diffs);
    this.#driver.start();
    this.#sweeper = setInterval(() => {
      this.gateway.sweep();
      this.#repeatedErrors.sweep(this.#clock.nowMs());
    }, SWEEP_MS);
  }

  /** Of the module that is served now. */
  get plan(): Plan {
    return this.#world.plan;
  }

  get tables(): World['tables'] {
    return this.#world.tables;
  }

  /** No tick begins any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /**
   * Goes on with another module, into whose tables the rows of this world have just been moved; between two ticks, in a tick of its own.
   * Fulfilled when that is durable. Clients who want to be told of durable things alone hear nothing of it before.
   */
  replace({ loaded, world, migration }: NextModule): Promise<void> {
    this.#driver.finishTick();
    const before = this.#world;
    this.#desk.items.noteLog();
    carryWorld(before, world);
    const tick = this.#timeline.next(this.#clock.wallUs());
    world.beginTick(tick.number, tick.timestampUs, tick.seed);
    carryTimers(before, world, migration);
    const record = world.seal();
    // From here on there is no way back.
    const durable = this.#storage.replace(world.plan, world.tables, record, new SessionMarks());
    try {
      const diffs = this.#diffsOf(loaded, world);
      diffs.begin(record);
      const lost = diffs.takeOver(this.#diffs, movedTables(before.plan.tables.length, migration));
      if (this.#overload !== null) diffs.ease(OVERLOAD_STEPS[this.#overload.step]!.easing);
      const translate = itemTranslator(before.plan, world.plan, this.gateway);
      this.#inbox.translate(translate);
      this.gateway.joins.translate(translate);
      this.gateway.replaceModule({ plan: world.plan, viewers: diffs, lost });
      // Their places are those of the module that they came from.
      this.#repeatedErrors.end(this.#clock.nowMs());
      this.#loaded = loaded;
      this.#world = world;
      this.#diffs = diffs;
      this.#ports = { ...this.#ports, ...this.#inputsOf(world.plan), diffs };
      this.#desk = this.#deskOf(loaded, world, this.#ports, this.#desk.trace);
      this.#workers.workFor(world, diffs);
      this.#driver.replace(world, this.#ports, this.#desk);
      this.gateway.endTick(tick.number, tick.timestampUs);
      this.gateway.flush();
      this.#tellLogLines();
      this.#storage.afterTick();
    } catch (error) {
      this.#fail(error);
    }
    return durable;
  }

  notePublish(outcome: string): void {
    this.#publishes.set(outcome, (this.#publishes.get(outcome) ?? 0) + 1);
  }

  #inputsOf(plan: Plan): Pick<TickPorts, 'inputs'> {
    if (!this.#logsInputs) return {};
    return { inputs: new InputJournal(plan, (tick, inputs) => this.#storage.log.appendInputs(tick, inputs)) };
  }

  /** No tick begins after this. To be called between ticks. */
  stop(): void {
    this.#driver.finishTick();
    this.#isStopped = true;
    clearInterval(this.#sweeper);
    this.#driver.stop();
  }

  /** What has arrived by the time of the stop still gets its answer. */
  runLast(): void {
    this.#driver.runLast();
  }

  /** Fulfilled when all that the world has done is durable; rejects when it never will be. */
  whenDurable(): Promise<void> {
    return this.#storage.log.whenDurable();
  }

  /** `isOrderly`: nothing failed, so that the world as it stands is to be found again. */
  async closeStorage(isOrderly: boolean): Promise<void> {
    this.#repeatedErrors.end(this.#clock.nowMs());
    await this.#workers.end();
    await this.#storage.close(isOrderly);
  }

  health(status: HealthReport['status']): HealthReport {
    return {
      status,
      database: this.database,
      epoch: this.epoch,
      tick: this.#timeline.lastTick,
      tickRate: this.plan.tickRate,
      tickP99Ms: Math.round(this.#desk.trace.percentileUs('whole', 0.99)) / 1000,
      clients: this.gateway.clientCount,
    };
  }

  /** What GET /v1/metrics answers. */
  metrics(): string {
    return serverMetrics({
      sockets: this.#sockets,
      sendDelayMs: this.#sendDelayMs,
      world: this.#world,
      trace: this.#desk.trace,
      gateway: this.gateway,
      interest: this.#diffs.figures(),
      storage: this.#storage,
      inbox: this.#inbox,
      database: this.database,
      epoch: this.epoch,
      workers: this.#workers,
      lastTick: this.#timeline.lastTick,
      lagTickCount: this.#driver.lagTickCount,
      overload: this.#overload,
      logLines: this.#logLines,
      publishes: this.#publishes,
    });
  }

  #diffsOf(loaded: LoadedModule, world: World): DiffBuilder {
    const { guard } = loaded.context;
    const area = new GuardedArea(world, { guard, clock: this.#clock, limits: this.#limits });
    return new DiffBuilder(world.plan, world.tables, area, {
      leaveRingTicks: this.#leaveRingTicks,
      watchedRowsMax: this.#watchedRowsMax,
    });
  }

  #deskOf(loaded: LoadedModule, world: World, ports: TickPorts, trace?: TickTrace): TickDesk {
    return new TickDesk(world, ports, {
      clock: this.#clock,
      limits: this.#limits,
      guard: loaded.context.guard,
      cpuMs: () => this.#cpuMs(),
      onStop: (outcome) => this.#tellStop(outcome),
      onWrites: (isAccepting) => this.#tellWrites(isAccepting),
      ...(trace === undefined ? {} : { trace }),
    });
  }

  #afterTick(observe: WorldParts['observeTick']): void {
    this.#tellLogLines();
    this.#storage.afterTick();
    const nowMs = this.#clock.nowMs();
    this.#workers.afterTick(nowMs, this.#timeline.lastTick);
    const tookMs = this.#desk.trace.lastWholeUs / 1000 + this.#sendDelayMs;
    const change = this.#overload?.tick(nowMs, tookMs, () => this.#cpuMs()) ?? null;
    if (change !== null) this.#ease(change);
    const sentLaterMs =
      this.#sockets !== null && this.#sockets.threadCount > 0 ? this.#noteSends(this.#sockets) : AT_ONCE;
    if (nowMs - this.#builtinsSeenMs > BUILTINS_LOOK_MS) {
      this.#builtinsSeenMs = nowMs;
      if (this.#loaded.changedBuiltin() !== null) this.#fail(null);
    }
    observe?.({
      tick: this.#timeline.lastTick,
      tables: this.#world.tables,
      tookUs: this.#desk.trace.last(),
      sentLaterMs,
    });
  }

  /** Threads with sockets go on sending when the tick is over: how long, is known by the next one. */
  async #noteSends(sockets: UwsTransport): Promise<number> {
    const endMs = monotonicMs();
    this.#sendDelayMs = Math.max(0, (await sockets.flushed()) - endMs);
    return this.#sendDelayMs;
  }

  #ease({ from, to, load, cores }: OverloadChange): void {
    const { easing, joinsShare, what } = OVERLOAD_STEPS[to]!;
    this.#diffs.ease(easing);
    this.gateway.joins.pace(joinsShare);
    const figures = { step: to, tickP95: percent(load), cpu: percent(cores) };
    if (to > from) this.log.warn(figures, `ticks take most of their time: ${what}`);
    else this.log.info(figures, `ticks have time again: ${what}`);
  }

  /** The log lines of what was stopped come from the world. */
  #tellStop(outcome: StopOutcome): void {
    if (outcome === OUTCOME_NONE) this.log.warn('promises of the module were dropped: they do not end');
  }

  #tellWrites(isAccepting: boolean): void {
    if (isAccepting) this.log.info('there is room on the disk again: calls, timers and systems run on');
    else {
      const mend = 'make room on the disk of the data folder; the server goes on by itself';
      this.log.error(
        { code: DISK_FULL, mend },
        'the disk is full: the world can be read, and nothing is run that writes',
      );
    }
  }

  #cpuMs(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }

  #tellLogLines(lines: readonly LogLine[] = this.#world.takeLogLines()): void {
    const nowMs = this.#clock.nowMs();
    for (const line of lines) {
      const { level, text, code } = line;
      this.#logLines.set(level, (this.#logLines.get(level) ?? 0) + 1);
      // What has a code is the runtime's word, which does not come every tick.
      if (level === 'error' && code === '' && !this.#repeatedErrors.isNew(line, nowMs)) continue;
      this.log[level](this.#fieldsOf(line), this.#loaded.sourceMap.mapStack(text));
    }
  }

  #tellRepeats(line: LogLine, times: number): void {
    const [message] = line.text.split('\n', 1);
    this.log[line.level]({ ...this.#fieldsOf(line), times }, `${times} times more: ${message}`);
  }

  #fieldsOf({ code, origin, sender }: LogLine): object {
    const place = code === '' ? null : this.#loaded.placeOf(origin);
    return {
      ...(code === '' ? {} : { code }),
      ...(place === null ? {} : { place }),
      ...(origin === '' ? {} : { origin }),
      ...(sender === '' ? {} : { sender }),
    };
  }

  #tellLag(lagTicks: number): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lagReportedMs < LAG_REPORT_MS) return;
    this.#lagReportedMs = nowMs;
    this.log.warn({ lagTicks, droppedTicks: this.#driver.lagTickCount }, 'the tick is late: ticks were left out');
  }

  /** Nothing becomes durable any more: what clients are told from here on would be no truth. */
  failStorage(error: TickbaseError): void {
    this.stop();
    const { code, where, mend } = error;
    this.log.fatal({ code, where, mend }, error.what);
    this.onFault(error);
  }

  /** A thread with sockets has ended, and its clients with it: the others would go on, but nobody could come in there. */
  failSockets(error: TickbaseError): void {
    this.stop();
    const { code, what, where, mend } = error;
    this.log.fatal({ code, where, mend, err: error }, what);
    this.onFault(error);
  }

  #fail(error: unknown): void {
    this.stop();
    const changed = this.#loaded.changedBuiltin();
    if (changed === null) {
      this.log.fatal({ err: error }, 'a tick failed by a fault of the server');
      this.onFault(error);
      return;
    }
    // What failed, if anything has, is of no account: the world stands on what was overwritten.
    const { code, what, mend } = builtinChanged(changed);
    this.log.fatal({ code, mend }, what);
    this.onFault(builtinChanged(changed));
  }
}

/** What a publish puts in the place of the module that is served. */
export interface NextModule {
  readonly loaded: LoadedModule;
  /** Of that module, with the rows as the migration has moved them, before its first tick. */
  readonly world: World;
  readonly migration: MigrationPlan;
}

export interface WorldParts {
  readonly loaded: LoadedModule;
  /** Of the module, with what was brought back from the disk. */
  readonly world: World;
  readonly storage: WorldStorage;
  readonly timeline: Timeline;
  readonly identities: Authenticator;
  readonly database: string;
  readonly epoch: string;
  readonly log: Logger;
  readonly limits: Partial<GatewayLimits> | undefined;
  readonly resumeGraceMs: number | undefined;
  readonly callMsMax: number | undefined;
  readonly startHookMsMax: number | undefined;
  readonly logInputs: boolean | undefined;
  readonly workers: number | 'auto' | undefined;
  readonly overload: boolean | undefined;
  readonly overloadWindowMs: number | undefined;
  readonly observeTick: ((seen: ObservedTick) => void) | undefined;
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}

/** So long clients wait for workers, at most. */
const WORKERS_MS_MAX = 10;
const SWEEP_MS = 100;
const LAG_REPORT_MS = 1000;
/** A look takes some tens of microseconds. */
const BUILTINS_LOOK_MS = 1000;
/** See ObservedTick.sentLaterMs. */
const AT_ONCE = Promise.resolve(0);

/** How a tick's time is divided. The second half of the period is for systems, diffs and frames, as long as the world keeps its rate. */
function tickLimits(tickRate: number, given: Pick<WorldParts, 'callMsMax' | 'startHookMsMax'>): TickLimits {
  const { callMsMax, startHookMsMax } = TICK_LIMITS;
  const limits = {
    ...TICK_LIMITS,
    callMsMax: given.callMsMax === 0 ? Infinity : (given.callMsMax ?? callMsMax),
    startHookMsMax: given.startHookMsMax ?? startHookMsMax,
  };
  if (tickRate === 0) return limits;
  const periodMs = 1000 / tickRate;
  return { ...limits, callsMsMax: periodMs / 2, timersMsMax: periodMs, tickMsMax: 2 * periodMs };
}
