import { assert, Prng } from '@tickbase/base';
import type { Query } from '@tickbase/schema/query';
import { LagRules } from './lag-rules.ts';
import { PlainWorld } from './plain-world.ts';
import type { PlainRow } from './plain-row.ts';
import { IDENTITIES } from './random-column-value.ts';
import { randomModule } from './random-module.ts';
import { randomPressure } from './random-pressure.ts';
import type { WriteHabits } from './random-writes.ts';
import { remoteModuleOf } from './remote-module-of.ts';
import { SimulatedClient } from './simulated-client.ts';
import { SimulatedServer } from './simulated-server.ts';
import { Truth } from './truth.ts';
import { WalkCalls } from './walk-calls.ts';
import { noCoverage, type WalkCoverage } from './walk-coverage.ts';
import { WalkDeeds } from './walk-deeds.ts';

export interface WalkOptions {
  readonly seed: number;
  readonly steps: number;
}

/**
 * A random walk of a whole server and its clients: a random module, random calls, queries and links, on a fake clock and network. At
 * each section that a client applies, what it holds must be what its queries give when they are asked of the oracle's plain rows.
 * Throws at the first difference; the same options give the same walk.
 */
export async function simulateWorld(options: WalkOptions): Promise<WalkCoverage> {
  const walk = new Walk(options.seed);
  try {
    for (let i = 0; i < options.steps; i++) await walk.step();
    await walk.settle();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`simulateWorld(${JSON.stringify(options)}) fails at tick ${walk.tick}: ${what}`, { cause: error });
  }
  return walk.finish();
}

class Walk {
  readonly #prng: Prng;
  readonly #coverage = noCoverage();
  /** In every second walk, which has moods (simulated-log.ts) and some clients that do not wait for it. */
  readonly #hasSlowDisk: boolean;
  /** What the disk adds to a walk draws from here, so that the other walks are as they would be without. */
  readonly #diskPrng: Prng;
  readonly #isPublished: boolean;
  readonly #publishPrng: Prng;
  readonly #publishTicks: number[] = [];
  readonly #deeds = new WalkDeeds();
  readonly #server: SimulatedServer;
  readonly #truth: Truth;
  readonly #calls: WalkCalls;
  readonly #clients: SimulatedClient[] = [];
  readonly #clientOfSession = new Map<bigint, SimulatedClient>();
  readonly #habits: Habits;
  readonly #lagRules: LagRules | null;
  readonly #leaveRingTicks: number;
  readonly #eventsKeptMax: number;
  #clientCount = 0;
  #stepCount = 0;
  #lastTickUs = 0;
  #fault: unknown = null;

  constructor(seed: number) {
    const prng = new Prng(seed);
    this.#prng = prng;
    this.#hasSlowDisk = seed % 2 === 0;
    this.#diskPrng = new Prng(seed + 1);
    this.#isPublished = seed % 3 === 0;
    this.#publishPrng = new Prng(seed + 2);
    this.#habits = habitsOf(prng);
    const module = randomModule(prng, this.#deeds, randomPressure(seed), seed % 5 === 4);
    const { plan } = module;
    const world = new PlainWorld(plan);
    this.#lagRules = LagRules.of(world.clientPlan);
    if ((plan.interest?.tiers?.length ?? 0) > 0) this.#coverage.worldsWithTiers++;
    if (this.#lagRules?.isShort === true) this.#coverage.worldsWithBudgets++;
    this.#truth = new Truth(
      world,
      {
        queriesOfSet: (session, id): readonly Query[] | null => this.#client(session).queriesOfSet(id),
        queryOf: (session, id): Query => this.#client(session).queryOf(id),
        answered: (session, id, rows: readonly PlainRow[] | null) => this.#client(session).answered(id, rows),
      },
      this.#coverage,
    );
    this.#calls = new WalkCalls(plan, prng, this.#coverage);
    const resumeGraceMs = prng.int(600, 1500);
    const { tickRate } = plan;
    this.#leaveRingTicks = tickRate === 0 ? prng.int(20, 60) : Math.ceil((tickRate * resumeGraceMs) / 1000) + 1;
    this.#eventsKeptMax = prng.int(1, 8);
    this.#server = new SimulatedServer(
      {
        module,
        seed: prng.u32(),
        resumeGraceMs,
        leaveRingTicks: this.#leaveRingTicks,
        eventsKeptMax: this.#eventsKeptMax,
        pieceBytesGoal: prng.int(0, 3) === 0 ? 150 : 100_000,
        bufferedBytesMax: prng.pick([4_000, 40_000, 4_000_000]),
        hasSlowDisk: this.#hasSlowDisk,
        heedsLinks: this.#lagRules?.isShort === true,
        workersPrng: seed % 7 < 3 ? new Prng(seed + 4) : null,
        limits: {
          lagMsSoft: prng.int(600, 1500),
          lagMsHard: prng.int(1500, 4000),
          bufferedBytesSoft: prng.pick([200, 1500, 100_000]),
          bufferedBytesHard: prng.pick([3_000, 30_000, 1_000_000]),
          connectionsPerAddressMax: 1000,
          heldTicksMax: this.#diskPrng.pick([2, 5, 20, 512]),
          heldBytesMax: this.#diskPrng.pick([3_000, 50_000, 32_000_000]),
        },
      },
      {
        taken: (item) => this.#truth.taken(item),
        endTick: (tick, timestampUs) => {
          this.#truth.endTick(tick);
          this.#calls.endTick(tick);
          this.#lastTickUs = timestampUs;
          this.#coverage.ticks++;
        },
        fault: (error) => (this.#fault ??= error),
      },
    );
    this.#deeds.parts = {
      plan,
      world,
      truth: this.#truth,
      calls: this.#calls,
      prng,
      coverage: this.#coverage,
      habits: this.#habits,
      clientOf: (session) => this.#client(session),
    };
    for (let i = 0; i < this.#habits.clientsMax; i++) this.#join();
  }

  get tick(): number {
    return this.#truth.lastTick;
  }

  async step(): Promise<void> {
    for (const client of this.#clients) this.#act(client);
    this.#disturb();
    this.#publish();
    await this.#turn();
    this.#stepCount++;
    if (this.#stepCount % STEPS_BETWEEN_DIGESTS === 0) this.#truth.compareWithStore(this.#server.world.tables);
    this.#replaceLost();
  }

  /** The links hold from here on, nobody does anything: in the end all clients know the present, and all promises have settled. */
  async settle(): Promise<void> {
    this.#deeds.areIdle = true;
    this.#server.log.calm();
    const isOpen = (client: SimulatedClient): boolean =>
      !client.isOver && !(client.isLive && client.isPresent(this.tick));
    for (let i = 0; i < STEPS_TO_SETTLE; i++) {
      await this.#turn();
      if (this.#calls.openCount === 0 && !this.#clients.some(isOpen)) break;
    }
    this.#truth.compareWithStore(this.#server.world.tables);
    const late = this.#clients.find(isOpen);
    assert(late === undefined, `client ${late?.name} does not come to the present`);
    assert(this.#calls.openCount === 0, `${this.#calls.openCount} calls have not settled`);
    for (const client of this.#clients) client.connection.disconnect();
    for (let i = 0; i < STEPS_OF_GOODBYE; i++) await this.#turn();
    for (const client of this.#clients) client.checkAllSettled();
    assert(this.#server.gateway.sessionCount === 0, 'all sessions have ended');
  }

  finish(): WalkCoverage {
    this.#server.countLanes();
    const { gateway, log, slotsReused, lanesDone, lanesLate } = this.#server;
    const { framesSkipped, messagesHeld, framesHeldBack } = gateway.metrics;
    this.#coverage.framesSkipped += framesSkipped;
    this.#coverage.messagesHeld += messagesHeld;
    this.#coverage.framesHeldBack += framesHeldBack;
    this.#coverage.ticksWithFullDisk += log.fullTickCount;
    this.#coverage.slotsReused += slotsReused;
    this.#coverage.piecesOfWorkers += lanesDone;
    this.#coverage.workersLate += lanesLate;
    return this.#coverage;
  }

  #client(session: bigint): SimulatedClient {
    const client = this.#clientOfSession.get(session);
    assert(client !== undefined, 'the server speaks of a session that a client has');
    return client;
  }

  async #turn(): Promise<void> {
    const server = this.#server;
    const { tickRate } = server.plan;
    const passMs = tickRate === 0 ? this.#prng.int(1, 60) : 1000 / tickRate;
    server.nowMs += passMs;
    const dueUs = this.#lastTickUs;
    server.log.advance(server.nowMs);
    const { acceptsWrites } = server.log;
    for (const client of this.#clients) client.advance(passMs, server.nowMs);
    server.gateway.sweep();
    server.turn();
    if (this.#fault !== null) throw this.#fault;
    if (acceptsWrites && server.log.acceptsWrites) this.#checkAlarms(tickRate === 0 ? server.worldTimeUs : dueUs);
    for (const client of this.#clients) client.receive(server.nowMs, server.log.durableTick);
    // Promises that have settled tell their story.
    for (let i = 0; i < 6; i++) await Promise.resolve();
  }

  #checkAlarms(dueUs: number): void {
    const alarms = this.#truth.world.table('alarm');
    const at = alarms.plan.columns.findIndex(({ accessor }) => accessor === 'at');
    for (const { key, values } of alarms.rows.values()) {
      const { microsSinceUnixEpoch } = (values[at] as { value: { microsSinceUnixEpoch: bigint } }).value;
      assert(microsSinceUnixEpoch > dueUs, `alarm ${key} should have rung`);
    }
  }

  #act(client: SimulatedClient): void {
    const prng = this.#prng;
    const habits = this.#habits;
    if (client.isOver) return;
    if (prng.float() < habits.calls) for (let i = prng.int(1, 2); i > 0; i--) client.call();
    if (prng.float() < habits.subscribes && client.setCount < 6) client.subscribe();
    if (client.setCount === 0 && prng.int(0, 2) === 0) client.subscribe();
    if (prng.float() < habits.unsubscribes) client.unsubscribe();
    if (prng.float() < habits.questions) client.queryOnce();
    if (prng.float() < habits.goodbyes) client.connection.disconnect();
  }

  #disturb(): void {
    const prng = this.#prng;
    const { nowMs } = this.#server;
    for (const client of this.#clients) {
      const { link } = client;
      if (link === undefined) continue;
      if (prng.float() < this.#habits.cuts) {
        link.cut(nowMs);
        this.#coverage.linksCut++;
        // At times the way back is closed for longer than the server waits.
        if (prng.int(0, 3) === 0) client.stayAwayUntilMs = nowMs + prng.int(500, 3500);
      } else if (prng.float() < this.#habits.stalls) {
        link.stall(nowMs, prng.int(50, 2500));
        this.#coverage.linksStalled++;
      }
    }
  }

  /** In some walks the module is replaced now and then, half of the times by one that looks otherwise to clients. */
  #publish(): void {
    if (!this.#isPublished || this.#publishPrng.float() > PUBLISHES || !this.#server.log.acceptsWrites) return;
    this.#server.replace(this.#publishPrng.int(0, 1) === 0);
    this.#publishTicks.push(this.#truth.lastTick);
    this.#coverage.publishes++;
  }

  #replaceLost(): void {
    for (let i = this.#clients.length - 1; i >= 0; i--) {
      const client = this.#clients[i]!;
      if (!client.isOver || !client.isQuiet) continue;
      client.checkAllSettled();
      this.#clients.splice(i, 1);
    }
    while (this.#clients.length < this.#habits.clientsMax) this.#join();
  }

  #join(): void {
    const prng = this.#prng;
    const token = prng.int(0, 2) === 0 ? '' : `token ${prng.int(0, IDENTITIES - 2)}`;
    this.#clients.push(
      new SimulatedClient({
        name: `c${++this.#clientCount}`,
        plan: this.#truth.world.clientPlan,
        remote: remoteModuleOf(this.#server.plan, prng),
        token,
        truth: this.#truth,
        calls: this.#calls,
        transport: this.#server.transport,
        prng,
        coverage: this.#coverage,
        publishTicks: this.#publishTicks,
        leaveRingTicks: this.#leaveRingTicks,
        eventsKeptMax: this.#eventsKeptMax,
        lagRules: this.#lagRules,
        isConfirmed: !this.#hasSlowDisk || this.#diskPrng.int(0, 3) > 0,
        onSession: (id, client) => this.#clientOfSession.set(id, client),
      }),
    );
  }
}

interface Habits extends WriteHabits {
  readonly clientsMax: number;
  /** Chances by client and step; some are 0 in some walks. */
  readonly calls: number;
  readonly subscribes: number;
  readonly unsubscribes: number;
  readonly questions: number;
  readonly goodbyes: number;
  readonly cuts: number;
  readonly stalls: number;
}

function habitsOf(prng: Prng): Habits {
  const chance = (max: number): number => (prng.int(0, 5) === 0 ? 0 : prng.float() * max);
  const deleted = new Set<string>();
  let serial = 1000;
  return {
    clientsMax: prng.int(6, 20),
    moveShare: prng.int(10, 70),
    rowsMax: prng.int(8, 22),
    calls: 0.04 + prng.float() * 0.2,
    subscribes: 0.06 + chance(0.12),
    unsubscribes: chance(0.05),
    questions: chance(0.06),
    goodbyes: chance(0.004),
    cuts: chance(0.014),
    stalls: chance(0.012),
    takeSerial: () => ++serial,
    noteDelete: (table, key) => void deleted.add(`${table.position} ${key}`),
    wasDeleted: (table, key) => deleted.has(`${table.position} ${key}`),
  };
}

/** Of the steps of a walk with publishes. */
const PUBLISHES = 1 / 25;
const STEPS_BETWEEN_DIGESTS = 60;
/** More than the longest wait of a client before it comes back, in steps of a tick. */
const STEPS_TO_SETTLE = 1500;
/** More than a message takes on the slowest link, and a session without a link lasts. */
const STEPS_OF_GOODBYE = 60;
