import { assert, type Clock, Prng } from '@tickbase/base';
import type { DerivedModule } from '@tickbase/schema/plan';
import { type Admitted, Gateway, type NotAdmitted, PastSessions } from '../../../runtime/gateway/index.ts';
import { FakeTransport } from '../../../runtime/gateway/testing/fake-transport.ts';
import { DiffBuilder } from '../../../runtime/interest/index.ts';
import { DiskCommitLog } from '../../../runtime/storage/log/disk-commit-log.ts';
import { recoverWorld, type RecoveredWorld } from '../../../runtime/storage/recovery/recover-world.ts';
import type { SessionLedger } from '../../../runtime/storage/recovery/session-ledger.ts';
import { SnapshotKeeper } from '../../../runtime/storage/snapshot/snapshot-keeper.ts';
import type { SimulatedDisk } from '../../../runtime/storage/testing/simulated-disk.ts';
import { type CommitRecord, type Table, WorldSnapshot } from '../../../runtime/store/index.ts';
import {
  type CommitLog,
  endLostSessions,
  RoundRobinInbox,
  runImmediate,
  runTick,
  type SessionMarks,
  TickDesk,
  type TickPorts,
  Timeline,
} from '../../../runtime/tick/index.ts';
import { createWorld, type World } from '../../../runtime/transactions/index.ts';
import { compileWorldCode } from '../../../runtime/transactions/testing/compile-world-code.ts';
import { IDENTITIES, walkIdentity } from '../../simulation/random-column-value.ts';
import type { DiskTime } from './disk-time.ts';

export const LOG_FOLDER = '/world/log';
export const SNAPSHOT_FOLDER = '/world/snapshots';

/** Mistakes that a server could make, to show that the walk finds them. */
export const PLANTED = [
  'tells early',
  'forgets past calls',
  'forgets lost sessions',
  'counts anew',
  'skips a record',
] as const;
export type Planted = (typeof PLANTED)[number];

/** What stays over all lives of a server. */
export interface CrashServerParts {
  readonly planted: Planted | 'lying disk' | null;
  readonly module: DerivedModule;
  readonly disk: SimulatedDisk;
  readonly time: DiskTime;
  readonly prng: Prng;
  readonly segmentBytes: number;
  /** Bytes of log after which a snapshot is taken. */
  readonly snapshotLogBytes: number;
  readonly resumeGraceMs: number;
  /** Microseconds since the Unix epoch when `time` stood at 0, in this life. */
  readonly wallUs: number;
  /** The tables are as the folders say; nothing has run. */
  readonly recovered: (recovered: RecoveredWorld, world: World) => void;
  /** A tick has been sealed. */
  readonly sealed: (tick: number, world: World, isLogged: boolean) => void;
  readonly snapshotBegins: (tick: number) => void;
  readonly snapshotWritten: (tick: number) => void;
  readonly dropped: () => void;
  /** The log has failed: the process would end. */
  readonly failed: (error: unknown) => void;
  readonly fault: (error: unknown) => void;
}

/** One life of a whole server on the simulated disk, wired as the host does it. */
export class CrashServer {
  readonly world: World;
  readonly gateway: Gateway;
  readonly transport: FakeTransport;
  readonly log: DiskCommitLog;
  readonly #parts: CrashServerParts;
  readonly #timeline: Timeline;
  readonly #ports: TickPorts;
  readonly #desk: TickDesk;
  readonly #clock: Clock;
  readonly #keeper: SnapshotKeeper;

  /** Rejects when the disk fails meanwhile; never settles when it is killed. */
  static async start(parts: CrashServerParts): Promise<CrashServer> {
    const { module, disk, time, prng, segmentBytes } = parts;
    const { plan, functions } = module;
    const world = createWorld({
      plan,
      functions,
      code: compileWorldCode(plan),
      databaseIdentity: 901n,
      slotRestTicks: LEAVE_RING_TICKS + 1,
    });
    const nowMs = (): number => time.nowMs;
    const recovered = await recoverWorld({
      disk,
      logFolder: LOG_FOLDER,
      snapshotFolder: SNAPSHOT_FOLDER,
      tablesFor: () => world.tables as readonly Table[],
      migrate: () => assert(false, 'the plan stays the same') as never,
      nowMs,
    });
    parts.recovered(recovered, world);
    if (parts.planted === 'counts anew') for (const table of world.tables as readonly Table[]) forgetNumbers(table);
    const log = await DiskCommitLog.open({
      disk,
      folder: LOG_FOLDER,
      end: recovered.logEnd,
      epoch: BigInt(prng.u32()) + 1n,
      tick: recovered.tick,
      segmentBytes,
      later: time.timer,
      onFailure: parts.failed,
    });
    if (recovered.plan === null) await log.appendSchema(plan, 0);
    return new CrashServer(parts, world, recovered, log);
  }

  private constructor(parts: CrashServerParts, world: World, recovered: RecoveredWorld, log: DiskCommitLog) {
    const { module, time, prng, resumeGraceMs } = parts;
    const { plan } = module;
    this.#parts = parts;
    this.world = world;
    this.log = log;
    this.#clock = {
      nowMs: () => time.nowMs,
      wallUs: () => parts.wallUs + Math.round(time.nowMs * 1000),
    };
    this.#timeline = new Timeline(77, recovered.tick, Number(recovered.timestampUs) + TICK_TRANSACTIONS_MAX);
    const inbox = new RoundRobinInbox();
    const diffs = new DiffBuilder(plan, world.tables, world, { leaveRingTicks: LEAVE_RING_TICKS });
    const { sessions } = recovered;
    const kept = new KeptLog(log, sessions, world, parts);
    this.gateway = new Gateway({
      plan,
      database: 'walk',
      epoch: prng.u32().toString(16).padStart(16, '0'),
      clock: this.#clock,
      entropy: { bytes: (length) => new Uint8Array(length).map(() => prng.int(0, 255)) },
      identities: new FewIdentities(prng),
      inbox,
      viewers: diffs,
      commitLog: parts.planted === 'tells early' ? { durableTick: Infinity, acceptsWrites: true } : log,
      pastSessions: pastSessionsOf(sessions, parts.planted === 'forgets past calls'),
      limits: { connectionsPerAddressMax: 1000 },
      resumeGraceMs,
      onFault: parts.fault,
    });
    log.onChange = () => {
      this.gateway.logChanged();
      this.#desk.items.noteLog();
    };
    this.transport = new FakeTransport(this.gateway);
    this.#ports = { inbox, commitLog: kept, diffs, outbox: this.gateway };
    this.#desk = new TickDesk(world, this.#ports, { clock: this.#clock });
    this.#keeper = this.#makeKeeper(recovered);
    const open = parts.planted === 'forgets lost sessions' ? [] : sessions.openSessions();
    const lost = open.toSorted((a, b) => a.timestampUs - b.timestampUs);
    const tick = this.#timeline.next(this.#clock.wallUs());
    this.#timeline.ran(endLostSessions(world, tick, lost, this.#ports, this.#desk));
  }

  /** One tick, or at `tickRate: 0` all that waits; then some of a snapshot. */
  turn(): void {
    const { world, gateway } = this;
    gateway.sweep();
    if (this.#parts.module.plan.tickRate === 0) {
      while (runImmediate(world, this.#timeline, this.#clock, this.#ports, this.#desk));
    } else {
      const tick = this.#timeline.next(this.#clock.wallUs());
      this.#desk.trace.begin(this.#clock.nowMs());
      this.#timeline.ran(runTick(world, tick, this.#ports, this.#desk));
      this.#desk.trace.end();
    }
    this.#keeper.afterTick(true);
    this.#keeper.step(1);
    world.takeLogLines();
  }

  /** At the end of the next tick. */
  takeSnapshot(): void {
    void this.#keeper.takeNow();
  }

  #makeKeeper(recovered: RecoveredWorld): SnapshotKeeper {
    const { disk, module, snapshotLogBytes, snapshotWritten, dropped, fault } = this.#parts;
    const { log, world } = this;
    // Encoding takes its time, or the writer would never come to its end within a step.
    let encodedMs = 0;
    return new SnapshotKeeper({
      disk,
      folder: SNAPSHOT_FOLDER,
      log: {
        get appendedBytes(): number {
          return log.durableBytes + log.waitingBytes;
        },
        whenDurable: () => log.whenDurable(),
        dropSegmentsBefore: async (sequence) => {
          await log.dropSegmentsBefore(sequence);
          dropped();
        },
      },
      begin: () => {
        this.#parts.snapshotBegins(this.#timeline.lastTick);
        return {
          head: {
            tick: this.#timeline.lastTick,
            timestampUs: BigInt(this.#timeline.timestampAt(0) - 1),
            sequence: log.lastSequence + (this.#parts.planted === 'skips a record' ? 1 : 0),
            schemaVersion: 1,
            plan: module.plan,
          },
          sessions: recovered.sessions.encode(),
          source: new WorldSnapshot(world.tables as readonly Table[], { chunkShift: 2, sectionBytes: 200 }),
        };
      },
      last: recovered.snapshot,
      logBytesBefore: 0,
      nowMs: () => (encodedMs += 0.25),
      wallMs: () => Math.floor(this.#clock.wallUs() / 1000),
      schedule: { logBytes: snapshotLogBytes, intervalMs: 1e9, retryMs: 0 },
      onWritten: ({ head }) => snapshotWritten(head.tick),
      onFailure: () => {},
      onDropFailure: (error) => {
        if ((error as { code?: string }).code === undefined) fault(error);
      },
    });
  }
}

/** As the host does: what is recovered is the time at which a tick began. */
const TICK_TRANSACTIONS_MAX = 100_000;

/** Long enough that nobody is caught up by sweeps alone. */
const LEAVE_RING_TICKS = 30;

/** The log, with the ledger of sessions and the naive world beside it. */
class KeptLog implements CommitLog {
  onChange: () => void = () => {};
  readonly #log: DiskCommitLog;
  readonly #sessions: SessionLedger;
  readonly #world: World;
  readonly #parts: CrashServerParts;

  constructor(log: DiskCommitLog, sessions: SessionLedger, world: World, parts: CrashServerParts) {
    this.#log = log;
    this.#sessions = sessions;
    this.#world = world;
    this.#parts = parts;
  }

  get durableTick(): number {
    return this.#log.durableTick;
  }

  get acceptsWrites(): boolean {
    return this.#log.acceptsWrites;
  }

  append(record: CommitRecord, marks: SessionMarks): void {
    const isLogged = !record.isLogEmpty || marks.mustBeLogged;
    this.#log.append(record, marks);
    this.#sessions.take(marks, record.timestampUs);
    this.#parts.sealed(record.tick, this.#world, isLogged);
  }
}

function pastSessionsOf(sessions: SessionLedger, isForgetful: boolean): PastSessions {
  const known = [...sessions.endedSessions(), ...sessions.openSessions()];
  return new PastSessions(isForgetful ? known.map((session) => ({ ...session, processed: 0 })) : known);
}

function forgetNumbers({ sequences }: Table): void {
  for (const sequence of sequences) sequence.position = sequence.sealedPosition = 0;
}

/** Gives one of a few identities to each who has none. */
class FewIdentities {
  readonly #prng: Prng;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  issue(done: (outcome: Admitted) => void): void {
    const place = this.#prng.int(0, IDENTITIES - 2);
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
