import { assert, Prng, type Clock } from '@tickbase/base';
import { type DerivedModule, isAllowed, type Plan, planMigration } from '@tickbase/schema/plan';
import { Gateway } from '../../runtime/gateway/gateway.ts';
import type { GatewayLimits } from '../../runtime/gateway/gateway-limits.ts';
import type { Admitted, NotAdmitted } from '../../runtime/gateway/identity-port.ts';
import { FakeTransport } from '../../runtime/gateway/testing/fake-transport.ts';
import { carryTimers, carryWorld, movedTables } from '../../runtime/host/publish/carry-world.ts';
import { itemTranslator } from '../../runtime/host/publish/translate-items.ts';
import { DiffBuilder } from '../../runtime/interest/index.ts';
import { CHANGE_INSERT, type CommitRecord, migrateTables, type Table } from '../../runtime/store/index.ts';
import {
  finishTick,
  type InboxItem,
  RoundRobinInbox,
  runImmediate,
  runTick,
  SessionMarks,
  TickDesk,
  type TickPorts,
  Timeline,
} from '../../runtime/tick/index.ts';
import { createWorld, type World } from '../../runtime/transactions/index.ts';
import { compileWorldCode } from '../../runtime/transactions/testing/compile-world-code.ts';
import { LateWorkers } from '../../runtime/workers/testing/late-workers.ts';
import { IDENTITIES, walkIdentity } from './random-column-value.ts';
import { SimulatedLog } from './simulated-log.ts';

export interface SimulatedServerOptions {
  readonly module: DerivedModule;
  readonly seed: number;
  readonly limits: Partial<GatewayLimits>;
  readonly resumeGraceMs: number;
  readonly leaveRingTicks: number;
  readonly eventsKeptMax: number;
  readonly pieceBytesGoal: number;
  readonly bufferedBytesMax: number;
  /** The disk takes its time. */
  readonly hasSlowDisk: boolean;
  /** Clients behind slow links are sent less. Without it whatever is due comes, however slow they are. */
  readonly heedsLinks: boolean;
  /** What workers do draws from here, who encode all pieces at a fixed rate, in time or late; null: there are none. */
  readonly workersPrng: Prng | null;
}

/** Who watches the server's work. */
export interface ServerWitness {
  taken(item: InboxItem): void;
  endTick(tick: number, timestampUs: number): void;
  fault(error: unknown): void;
}

/** The whole server of one world, wired as the host does it, on a clock that stands still between steps. */
export class SimulatedServer {
  readonly plan: Plan;
  world: World;
  /** Worlds that took the place of another. */
  replacementCount = 0;
  readonly gateway: Gateway;
  readonly transport: FakeTransport;
  readonly timeline: Timeline;
  readonly log: SimulatedLog;
  slotsReused = 0;
  /** Of workers: lanes whose pieces were taken, and lanes that were late. */
  lanesDone = 0;
  lanesLate = 0;
  nowMs = 5_000;
  readonly #clock: Clock = {
    nowMs: () => this.nowMs,
    wallUs: () => 1_900_000_000_000_000 + Math.round(this.nowMs * 1000),
  };
  readonly #inbox: RoundRobinInbox;
  readonly #options: SimulatedServerOptions;
  #diffs: DiffBuilder;
  #workers: LateWorkers | null = null;
  #ports: TickPorts;
  #desk: TickDesk;

  constructor(options: SimulatedServerOptions, witness: ServerWitness) {
    const { module, limits, resumeGraceMs } = options;
    const { plan } = module;
    const random = new Prng(options.seed);
    this.#options = options;
    this.plan = plan;
    this.world = this.#worldOf(plan);
    this.timeline = new Timeline(options.seed, random.int(1, 50));
    this.#inbox = new WatchedInbox(witness);
    const diffs = this.#diffsOf(this.world);
    this.#diffs = diffs;
    this.#employ(this.world, diffs);
    const commitLog = new WatchedLog(this, options.seed, !options.hasSlowDisk);
    commitLog.onChange = () => {
      this.gateway.logChanged();
      this.#desk.items.noteLog();
    };
    this.log = commitLog;
    this.gateway = new WatchedGateway(
      {
        plan,
        database: 'walk',
        epoch: '00000000000000c5',
        clock: this.#clock,
        entropy: { bytes: (length) => new Uint8Array(length).map(() => random.int(0, 255)) },
        identities: new WalkIdentities(random),
        inbox: this.#inbox,
        viewers: diffs,
        commitLog,
        limits,
        resumeGraceMs,
        onFault: (error) => witness.fault(error),
      },
      witness,
    );
    this.transport = new FakeTransport(this.gateway, options.bufferedBytesMax);
    this.#ports = { inbox: this.#inbox, commitLog, diffs, outbox: this.gateway };
    this.#desk = new TickDesk(this.world, this.#ports, { clock: this.#clock });
  }

  /** What the world's clock shows, in microseconds. */
  get worldTimeUs(): number {
    return this.timeline.timestampAt(this.#clock.wallUs());
  }

  /** Another world takes the place of this one, as after a publish. `isNewToClients`: it has one public table more or fewer. */
  replace(isNewToClients: boolean): void {
    const before = this.world;
    const hasMore = before.plan.tables.length > this.plan.tables.length;
    const plan = hasMore === isNewToClients ? this.plan : withOneMore(this.plan);
    const world = this.#worldOf(plan);
    const migration = planMigration(before.plan, plan, (position) => position >= this.plan.tables.length);
    const refused = migrateTables(before.tables, world.tables, migration);
    assert(refused.length === 0 && isAllowed(migration), 'the rows go over to another world');
    carryWorld(before, world);
    const tick = this.timeline.next(this.#clock.wallUs());
    world.beginTick(tick.number, tick.timestampUs, tick.seed);
    carryTimers(before, world, migration);
    const record = world.seal();
    this.log.append(record, new SessionMarks());
    const diffs = this.#diffsOf(world);
    diffs.begin(record);
    const lost = diffs.takeOver(this.#diffs, movedTables(before.plan.tables.length, migration));
    this.#employ(world, diffs);
    this.#inbox.translate(itemTranslator(before.plan, plan, this.gateway));
    this.gateway.replaceModule({ plan, viewers: diffs, lost });
    this.world = world;
    this.#diffs = diffs;
    this.#ports = { ...this.#ports, diffs };
    this.#desk = new TickDesk(world, this.#ports, { clock: this.#clock });
    this.gateway.endTick(tick.number, tick.timestampUs);
    this.gateway.flush();
    this.replacementCount++;
  }

  #worldOf(plan: Plan): World {
    const { module, leaveRingTicks } = this.#options;
    return createWorld({
      plan,
      functions: module.functions,
      code: compileWorldCode(plan),
      databaseIdentity: 901n,
      slotRestTicks: leaveRingTicks + 1,
    });
  }

  #diffsOf(world: World): DiffBuilder {
    const { leaveRingTicks, eventsKeptMax, pieceBytesGoal, heedsLinks } = this.#options;
    const options = { leaveRingTicks, eventsKeptMax, pieceBytesGoal, workersRowsMin: 1 };
    const diffs = new DiffBuilder(world.plan, world.tables, world, options);
    if (!heedsLinks) diffs.limit = () => {};
    return diffs;
  }

  /** Workers follow this world from its last tick on. */
  #employ(world: World, diffs: DiffBuilder): void {
    this.countLanes();
    const { workersPrng } = this.#options;
    if (workersPrng === null || this.plan.tickRate === 0) return;
    this.#workers = new LateWorkers(world.plan, world.tables as readonly Table[], workersPrng);
    diffs.employ(this.#workers);
  }

  /** Adds what the present workers have done, who are not asked again. */
  countLanes(): void {
    this.lanesDone += this.#workers?.counts.done ?? 0;
    this.lanesLate += this.#workers?.counts.late ?? 0;
    this.#workers = null;
  }

  /** One tick, or at `tickRate: 0` all that waits. */
  turn(): void {
    const { world, timeline } = this;
    if (this.plan.tickRate === 0) {
      while (runImmediate(world, timeline, this.#clock, this.#ports, this.#desk));
    } else {
      const tick = timeline.next(this.#clock.wallUs());
      this.#desk.trace.begin(this.nowMs);
      timeline.ran(runTick(world, tick, this.#ports, this.#desk));
      if (this.#diffs.awaitsPieces) finishTick(tick, this.#ports, this.#desk);
      this.#desk.trace.end();
    }
    world.takeLogLines();
  }
}

/** The same plan to clients that do not know the table, and another schema. */
function withOneMore(plan: Plan): Plan {
  const { own: _, ...table } = plan.tables.find(
    ({ isPublic, isEvent, spatial, schedule }) => isPublic && !isEvent && !spatial && !schedule,
  )!;
  const id = 1 + Math.max(...plan.tables.map((known) => Math.max(known.id, known.own?.id ?? 0)));
  return { ...plan, tables: [...plan.tables, { ...table, id, name: 'one_more', accessor: 'oneMore' }] };
}

class WatchedInbox extends RoundRobinInbox {
  readonly #witness: ServerWitness;

  constructor(witness: ServerWitness) {
    super();
    this.#witness = witness;
  }

  override take(): InboxItem | null {
    const item = super.take();
    if (item !== null) this.#witness.taken(item);
    return item;
  }
}

class WatchedGateway extends Gateway {
  readonly #witness: ServerWitness;

  constructor(ports: ConstructorParameters<typeof Gateway>[0], witness: ServerWitness) {
    super(ports);
    this.#witness = witness;
  }

  override endTick(tick: number, timestampUs: number): void {
    this.#witness.endTick(tick, timestampUs);
    super.endTick(tick, timestampUs);
  }
}

/** Counts slots that are given out again. */
class WatchedLog extends SimulatedLog {
  readonly #server: SimulatedServer;
  readonly #used = new Map<number, number>();

  constructor(server: SimulatedServer, seed: number, isPrompt: boolean) {
    super(seed, isPrompt);
    this.#server = server;
  }

  override append(record: CommitRecord, marks: SessionMarks): void {
    for (const { position, count, slots, ops } of record.tables) {
      if (this.#server.plan.tables[position]!.isEvent) continue;
      let used = this.#used.get(position) ?? 0;
      for (let i = 0; i < count; i++) {
        if (ops[i] !== CHANGE_INSERT) continue;
        if (slots[i]! < used) this.#server.slotsReused++;
        else used = slots[i]! + 1;
      }
      this.#used.set(position, used);
    }
    super.append(record, marks);
  }
}

/** Gives one of a few identities to each who has none. */
class WalkIdentities {
  readonly #random: Prng;

  constructor(random: Prng) {
    this.#random = random;
  }

  issue(done: (outcome: Admitted) => void): void {
    const place = this.#random.int(0, IDENTITIES - 2);
    done(admitted(place));
  }

  authenticate(token: string, done: (outcome: Admitted | NotAdmitted) => void): void {
    const place = Number(/^token (\d+)$/.exec(token)?.[1] ?? Number.NaN);
    done(Number.isNaN(place) ? { code: 'TOKEN_MALFORMED', message: 'of nobody' } : admitted(place));
  }
}

function admitted(place: number): Admitted {
  return { identity: walkIdentity(place).__identity__, token: `token ${place}`, claims: '', expiresAtS: Infinity };
}
