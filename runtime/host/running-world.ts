import { randomBytes } from 'node:crypto';
import { TickbaseError, type Clock } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import type { Logger } from 'pino';
import { Gateway, RESUME_GRACE_MS, type GatewayLimits, type HealthReport } from '../gateway/index.ts';
import { DiffBuilder } from '../interest/index.ts';
import { MemoryCommitLog, type DataFolder, type IdentityStore } from '../storage/index.ts';
import { RoundRobinInbox, runStartHook, TICK_LIMITS, TickItems, TickTrace, Timeline } from '../tick/index.ts';
import type { TickDesk, TickPorts } from '../tick/index.ts';
import { CALL_COMMITTED, type World } from '../transactions/world.ts';
import type { LoadedModule } from './load-module.ts';
import { LoopDriver } from './loop-driver.ts';
import { SystemClock } from './system-clock.ts';

/** A loaded module at work, without its transport: world, diff builder, gateway and loop, wired together. */
export class RunningWorld {
  readonly gateway: Gateway;
  readonly plan: Plan;
  readonly database: string;
  readonly epoch: string;
  readonly log: Logger;
  /** Called once when a tick threw. */
  onFault: (error: unknown) => void = () => {};

  readonly #loaded: LoadedModule;
  readonly #world: World;
  readonly #clock: Clock = new SystemClock();
  readonly #timeline: Timeline;
  readonly #commitLog = new MemoryCommitLog();
  readonly #ports: TickPorts;
  readonly #desk: TickDesk;
  readonly #driver: LoopDriver;
  #sweeper: NodeJS.Timeout | undefined;
  #drainer: NodeJS.Timeout | undefined;
  #lagReportedMs = -Infinity;

  constructor(parts: WorldParts) {
    const { loaded, plan, folder, identities, database, epoch, log } = parts;
    this.#loaded = loaded;
    this.plan = plan;
    this.database = database;
    this.epoch = epoch;
    this.log = log;
    const resumeGraceMs = parts.resumeGraceMs ?? RESUME_GRACE_MS;
    const { tickRate } = plan;
    const leaveRingTicks = tickRate === 0 ? LEAVE_RING_COMMITS : Math.ceil((tickRate * resumeGraceMs) / 1000) + 1;
    // A slot is given out again only when the ring has forgotten that it was left.
    this.#world = loaded.createWorld(plan, folder.identity, leaveRingTicks + 1);
    this.#timeline = new Timeline(folder.seed);

    const inbox = new RoundRobinInbox();
    const diffs = new DiffBuilder(plan, this.#world.tables, this.#world, { leaveRingTicks });
    this.gateway = new Gateway({
      plan,
      database,
      epoch,
      clock: this.#clock,
      entropy: { bytes: (length) => new Uint8Array(randomBytes(length)) },
      identities,
      inbox,
      viewers: diffs,
      commitLog: this.#commitLog,
      resumeGraceMs,
      ...(parts.limits === undefined ? {} : { limits: parts.limits }),
      onFault: (error) => log.error({ err: error }, 'a fault was kept from the tick'),
    });
    this.#ports = { inbox, commitLog: this.#commitLog, diffs, outbox: this.gateway };
    this.#desk = {
      items: new TickItems(this.#world, this.#ports),
      // Timers, systems, diffs and frames need the other half of the tick.
      limits: { ...TICK_LIMITS, callsMsMax: tickRate === 0 ? Infinity : 500 / tickRate },
      clock: this.#clock,
      trace: new TickTrace(this.#clock),
    };
    this.#driver = new LoopDriver({
      world: this.#world,
      timeline: this.#timeline,
      clock: this.#clock,
      inbox,
      ports: this.#ports,
      desk: this.#desk,
      afterTick: () => this.#tellLogLines(),
      onLag: (lagTicks) => this.#tellLag(lagTicks),
      onFault: (error) => this.#fail(error),
    });
  }

  /** init, then started: each in a tick of its own, before any client comes. Throws when one of them does. */
  runStartHooks(): void {
    for (const role of ['init', 'started'] as const) {
      const tick = this.#timeline.next(this.#clock.wallUs());
      const outcome = runStartHook(this.#world, tick, role, this.#ports, this.#desk);
      const message = this.#world.lastMessage;
      const place = this.#tellLogLines();
      if (outcome === CALL_COMMITTED) continue;
      throw new TickbaseError({
        code: 'START_HOOK_FAILED',
        what: `${role} threw: ${message}`,
        where: place ?? this.#loaded.path,
        mend: 'mend the hook: a world starts only when it has run to its end',
      });
    }
  }

  start(): void {
    this.#driver.start();
    this.#sweeper = setInterval(() => this.gateway.sweep(), SWEEP_MS);
    this.#drainer = setInterval(() => this.#drain(), DRAIN_MS);
  }

  /** No tick begins after this. To be called between ticks. */
  stop(): void {
    clearInterval(this.#sweeper);
    clearInterval(this.#drainer);
    this.#driver.stop();
  }

  /** What has arrived by the time of the stop still gets its answer. */
  runLast(): void {
    this.#driver.runLast();
  }

  closeLog(): Promise<void> {
    return this.#commitLog.close();
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

  #drain(): void {
    try {
      this.#loaded.context.drain(DRAIN_MS_MAX);
    } catch (error) {
      this.log.warn({ reason: String(error) }, 'promises of the module were dropped: they do not end');
    }
  }

  /** Returns the author's place of the last error, if one was logged. */
  #tellLogLines(): string | null {
    const { sourceMap } = this.#loaded;
    let place: string | null = null;
    for (const { level, text, origin, sender } of this.#world.takeLogLines()) {
      const fields = { ...(origin === '' ? {} : { origin }), ...(sender === '' ? {} : { sender }) };
      this.log[level](fields, sourceMap.mapStack(text));
      if (level === 'error') place = sourceMap.firstPlace(text);
    }
    return place;
  }

  #tellLag(lagTicks: number): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lagReportedMs < LAG_REPORT_MS) return;
    this.#lagReportedMs = nowMs;
    this.log.warn({ lagTicks, droppedTicks: this.#driver.lagTickCount }, 'the tick is late: ticks were left out');
  }

  #fail(error: unknown): void {
    this.stop();
    this.log.fatal({ err: error }, 'a tick failed by a fault of the server');
    this.onFault(error);
  }
}

export interface WorldParts {
  readonly loaded: LoadedModule;
  /** With the ids of the data folder. */
  readonly plan: Plan;
  readonly folder: DataFolder;
  readonly identities: IdentityStore;
  readonly database: string;
  readonly epoch: string;
  readonly log: Logger;
  readonly limits: Partial<GatewayLimits> | undefined;
  readonly resumeGraceMs: number | undefined;
}

const SWEEP_MS = 100;
/** Promises that a module leaves behind are rare: once a second keeps them from piling up. */
const DRAIN_MS = 1000;
/** For promises that go on and on; a busy machine may take a while for an empty list, too. */
const DRAIN_MS_MAX = 250;
const LAG_REPORT_MS = 1000;
/** At `tickRate: 0`, where a second has any number of commits. Each costs what it deletes. */
const LEAVE_RING_COMMITS = 1000;
