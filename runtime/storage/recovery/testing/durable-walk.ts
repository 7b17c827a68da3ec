import { Prng } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { createTables, digestTables, type Table, UndoLog, WorldSnapshot } from '../../../store/index.ts';
import { SessionMarks } from '../../../tick/index.ts';
import { createWorld } from '../../../transactions/index.ts';
import { compileWorldCode } from '../../../transactions/testing/compile-world-code.ts';
import { Coverage } from '../../../transactions/testing/coverage.ts';
import { ModelTable } from '../../../transactions/testing/model-table.ts';
import { randomPlan } from '../../../transactions/testing/random-plan.ts';
import { Mismatch, type ProgramContext, randomProgram } from '../../../transactions/testing/random-program.ts';
import { pictureOfKept } from '../../../transactions/testing/snapshot-witness.ts';
import type { World } from '../../../transactions/world.ts';
import { DiskCommitLog } from '../../log/disk-commit-log.ts';
import { SnapshotKeeper } from '../../snapshot/snapshot-keeper.ts';
import { SimulatedDisk } from '../../testing/simulated-disk.ts';
import { recoverWorld, type RecoveredWorld } from '../recover-world.ts';
import { SessionLedger } from '../session-ledger.ts';

export const LOG_FOLDER = '/data/log';
export const SNAPSHOT_FOLDER = '/data/snapshots';

/**
 * One database over many lives, each of which ends with a crash at some operation of the disk, in recovery or at work: random programs, sessions that
 * come and go, snapshots that take many ticks, retention. After each recovery the world must be that of a tick which nobody was told
 * to be durable in vain, down to sequences and open sessions.
 */
export class DurableWalk {
  readonly coverage: Coverage;
  readonly disk: SimulatedDisk;
  readonly plan: Plan;
  readonly #prng: Prng;
  /** What the world was at the end of each tick. */
  readonly #moments = new Map<number, Moment>();
  /** The last tick that was said to be durable, over all lives. */
  #promisedTick = 0;
  #crashAt = Infinity;
  #operations = 0;
  #isCrashed = false;
  #crash: () => void = () => {};
  #epoch = 1n;
  #clockMs = 0;
  #program: (ctx: ProgramContext) => void = () => {};
  #failure: unknown = null;
  #log: DiskCommitLog | null = null;

  constructor(seed: number, coverage: Coverage) {
    this.#prng = new Prng(seed);
    this.coverage = coverage;
    this.plan = randomPlan(this.#prng);
    this.#moments.set(0, momentOf(createTables(this.plan, new UndoLog(), 1), new SessionLedger()));
    this.disk = new SimulatedDisk({
      seed,
      fault: () => {
        if (this.#operations++ === this.#crashAt) {
          this.#isCrashed = true;
          this.#crash();
        }
        return this.#isCrashed ? { delayMs: Infinity } : null;
      },
    });
  }

  get operationCount(): number {
    return this.#operations;
  }

  /** A life that crashes at the operation of the disk that is `operationsMax` away, or that goes well. */
  async live(ticks: number, operationsMax: number): Promise<void> {
    this.#isCrashed = false;
    this.#crashAt = this.#operations + operationsMax;
    const crashed = new Promise<void>((resolve) => (this.#crash = resolve));
    await Promise.race([this.#life(ticks), crashed]);
    // What of that life still waits for its turn sees that it is over.
    await settled();
    if (this.#log !== null) this.#promisedTick = Math.max(this.#promisedTick, this.#log.durableTick);
    this.#log = null;
    this.coverage.count(this.#isCrashed ? 'crash' : 'quiet life');
    this.#isCrashed = true;
    if (this.#prng.int(0, 1) === 0) this.disk.kill();
    else this.disk.powerCut();
  }

  /** Recovers and compares, and leaves it at that. */
  async check(): Promise<RecoveredWorld> {
    this.#isCrashed = false;
    this.#crashAt = Infinity;
    const world = this.#openWorld();
    return this.#recover(world);
  }

  async #life(ticks: number): Promise<void> {
    const { disk, plan } = this;
    const world = this.#openWorld();
    const tables = world.tables as readonly Table[];
    const recovered = await this.#recover(world);
    const log = await DiskCommitLog.open({
      disk,
      folder: LOG_FOLDER,
      end: recovered.logEnd,
      epoch: this.#epoch++,
      tick: recovered.tick,
      segmentBytes: this.#prng.pick([4096, 20_000]),
      later: () => () => {},
      onFailure: (error) => {
        throw error;
      },
    });
    if (recovered.plan === null) await log.appendSchema(plan, 0);
    if (this.#isCrashed) return;
    this.#log = log;
    const { sessions } = recovered;
    let tick = recovered.tick;
    const keeper = new SnapshotKeeper({
      disk,
      folder: SNAPSHOT_FOLDER,
      log: withAppendedBytes(log),
      begin: () => ({
        head: { tick, timestampUs: timestampOf(tick), sequence: log.lastSequence, schemaVersion: 1, plan },
        sessions: sessions.encode(),
        source: new WorldSnapshot(tables, { chunkShift: 1, sectionBytes: 100 }),
      }),
      last: recovered.snapshot,
      logBytesBefore: 0,
      // Each look at the clock is a millisecond: a step writes one section.
      nowMs: () => this.#clockMs++,
      wallMs: () => Number(timestampOf(tick) / 1000n),
      schedule: { logBytes: this.#prng.pick([300, 3000]), intervalMs: this.#prng.pick([15, 60]), retryMs: 0 },
      retention: { countMin: 2, countMax: this.#prng.int(2, 3), bytesMax: 2 ** 30, ageMsMax: 2 ** 40 },
      onWritten: () => this.coverage.count('snapshot written'),
      onFailure: (error) => {
        throw error;
      },
      onDropFailure: (error) => {
        throw error;
      },
    });
    const models = modelsOf(tables);
    const caller = world.addCaller(5n, 9n);
    const marks = new SessionMarks();
    for (const { handle } of sessions.openSessions()) marks.closed.push(handle);
    for (let left = ticks; left > 0; left--) {
      tick++;
      world.beginTick(tick, Number(timestampOf(tick)), tick);
      for (const model of models) if (model.plan.isEvent) model.rows = [];
      for (let calls = this.#prng.int(0, 3); calls > 0; calls--) this.#call(world, models, caller);
      if (left < ticks) this.#addMarks(marks, sessions);
      const record = world.seal();
      sessions.take(marks, Number(timestampOf(tick)));
      this.#moments.set(tick, momentOf(tables, sessions));
      log.append(record, marks);
      marks.clear();
      keeper.afterTick(true);
      keeper.step(this.#prng.int(0, 6));
      if (this.#prng.int(0, 2) > 0) await settled();
      if (this.#isCrashed) return;
    }
    if (this.#prng.int(0, 1) === 0) return;
    await keeper.close();
    await log.close();
    this.coverage.count('clean end');
  }

  async #recover(world: World): Promise<RecoveredWorld> {
    let tablesGiven = 0;
    const recovered = await recoverWorld({
      disk: this.disk,
      logFolder: LOG_FOLDER,
      snapshotFolder: SNAPSHOT_FOLDER,
      tablesFor: () => {
        tablesGiven++;
        return world.tables as readonly Table[];
      },
      migrate: () => {
        throw new Error('there is one plan only');
      },
      nowMs: () => 0,
    });
    if (tablesGiven !== (recovered.plan === null ? 0 : 1)) throw new Error('tables were asked for more than once');
    this.#compare(recovered, world.tables as readonly Table[]);
    return recovered;
  }

  #compare({ tick, sessions, snapshot, recordCount, logEnd }: RecoveredWorld, tables: readonly Table[]): void {
    const expected = this.#moments.get(tick);
    if (expected === undefined) throw new Error(`tick ${tick} was recovered, which never was`);
    const found = momentOf(tables, sessions);
    if (found.digest !== expected.digest) throw new Error(`tick ${tick} was recovered with another digest`);
    if (found.sessions !== expected.sessions) throw new Error(`tick ${tick} was recovered with other sessions`);
    if (snapshot !== null && recordCount === 0 && found.picture !== expected.picture)
      throw new Error('a snapshot alone differs from the world of its tick');
    for (let later = tick + 1; later <= this.#promisedTick; later++) {
      const lost = this.#moments.get(later)!;
      if (lost.digest !== expected.digest || lost.sessions !== expected.sessions)
        throw new Error(`tick ${later} was durable, and is lost: recovery ends with ${tick}`);
    }
    for (const later of this.#moments.keys()) if (later > tick) this.#moments.delete(later);
    this.#promisedTick = Math.min(this.#promisedTick, tick);
    this.coverage.count(snapshot === null ? 'from the log alone' : 'from a snapshot');
    if (recordCount > 0) this.coverage.count('records replayed');
    if (logEnd.tornTail !== null) this.coverage.count('torn tail');
  }

  #call(world: World, models: readonly ModelTable[], caller: number): void {
    const before = models.map(({ rows, sequences }) => ({ rows, sequences }));
    this.#program = randomProgram(this.#prng, models, this.coverage, 3);
    this.#failure = null;
    const outcome = world.runCall(0, new Uint8Array(0), caller);
    if (this.#failure instanceof Mismatch) throw this.#failure;
    if (outcome === 0) return;
    models.forEach((model, position) => Object.assign(model, before[position]!));
    this.coverage.count('rollback');
  }

  #addMarks(marks: SessionMarks, sessions: SessionLedger): void {
    const open = sessions.openSessions();
    for (const { handle, processed } of open) {
      if (this.#prng.int(0, 3) === 0) marks.processed.push(handle, processed + this.#prng.int(1, 4));
      if (this.#prng.int(0, 9) === 0) marks.closed.push(handle);
    }
    if (this.#prng.int(0, 3) > 0) return;
    let handle = 0;
    while (open.some((session) => session.handle === handle)) handle++;
    const [identity, connectionId] = [this.#prng.bigint(0n, 2n ** 256n - 1n), this.#prng.bigint(0n, 2n ** 128n - 1n)];
    marks.opened.push({ handle, identity, connectionId });
    if (this.#prng.int(0, 2) > 0) marks.claims.push({ handle, claims: `{"sub":"${this.#prng.u32()} ü"}` });
  }

  #openWorld(): World {
    const run = (ctx: unknown): void => {
      try {
        this.#program(ctx as ProgramContext);
      } catch (error) {
        this.#failure = error;
        throw error;
      }
    };
    return createWorld({
      plan: this.plan,
      code: compileWorldCode(this.plan),
      functions: { reducers: [run], systems: [], interest: null } as never,
      databaseIdentity: 77n,
      slotRestTicks: 2,
    });
  }
}

/** What of a world is to be found again. */
interface Moment {
  readonly digest: string;
  /** Open sessions without how far their calls were processed: calls that changed nothing are not logged for themselves. */
  readonly sessions: string;
  readonly picture: string;
}

function momentOf(tables: readonly Table[], sessions: SessionLedger): Moment {
  const open = sessions
    .openSessions()
    .map(({ handle, identity, connectionId, claims }) => [handle, identity, connectionId, claims]);
  return { digest: digestTables(tables), sessions: open.join(' '), picture: pictureOfKept(tables) };
}

function modelsOf(tables: readonly Table[]): readonly ModelTable[] {
  return tables.map((table) => {
    const model = new ModelTable(table.plan);
    const slots = Array.from({ length: table.slotCount }, (_, slot) => slot).filter((slot) => table.live[slot] === 1);
    model.rows = slots.map((slot) =>
      Object.fromEntries(table.plan.columns.map(({ accessor }, column) => [accessor, table.valueAt(column, slot)])),
    );
    const positions = table.plan.columns.map(() => 0);
    for (const { column, position } of table.sequences) positions[column.position] = position;
    model.sequences = positions;
    return model;
  });
}

function withAppendedBytes(log: DiskCommitLog): {
  readonly appendedBytes: number;
  whenDurable(): Promise<void>;
  dropSegmentsBefore(sequence: number): Promise<void>;
} {
  return {
    get appendedBytes() {
      return log.durableBytes + log.waitingBytes;
    },
    whenDurable: () => log.whenDurable(),
    dropSegmentsBefore: (sequence) => log.dropSegmentsBefore(sequence),
  };
}

function timestampOf(tick: number): bigint {
  return BigInt(tick) * 50_000n + 1_700_000_000_000_000n;
}

/** The simulated disk does what it is asked for in microtasks: after this it has nothing left to do. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
