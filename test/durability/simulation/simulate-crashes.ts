import { assert, Prng } from '@tickbase/base';
import type { DerivedModule } from '@tickbase/schema/plan';
import { recoverWorld, type RecoveredWorld } from '../../../runtime/storage/recovery/recover-world.ts';
import { type DiskFault, type DiskOperation, SimulatedDisk } from '../../../runtime/storage/testing/simulated-disk.ts';
import { createTables, digestTables, type Table, UndoLog } from '../../../runtime/store/index.ts';
import type { World } from '../../../runtime/transactions/index.ts';
import { PlainWorld } from '../../simulation/plain-world.ts';
import { randomModule } from '../../simulation/random-module.ts';
import { remoteModuleOf } from '../../simulation/remote-module-of.ts';
import { noCoverage } from '../../simulation/walk-coverage.ts';
import { CrashCalls } from './crash-calls.ts';
import { CrashClient } from './crash-client.ts';
import { CrashDeeds } from './crash-deeds.ts';
import { CrashServer, type CrashServerParts, LOG_FOLDER, type Planted, SNAPSHOT_FOLDER } from './crash-server.ts';
import { CrashVisits } from './crash-visits.ts';
import { DiskTime, turn } from './disk-time.ts';
import { PlainHistory } from './plain-history.ts';
import { withRandomPersist } from './random-persist.ts';

export interface CrashOptions {
  readonly seed: number;
  /** Lives of the server. */
  readonly lives: number;
  /** A mistake that the server or its disk makes: 'lying disk': a sync keeps nothing. */
  readonly planted?: Planted | 'lying disk';
}

/**
 * A whole server of a random module with its clients, on a fake clock, network and disk, which crashes again and again: killed, or without
 * power, at any moment, also while it recovers; on a disk that is slow, full or broken. After each crash the world that comes back must be
 * that of a tick which nobody who was told of a later one could miss, row by row as a naive world has it, and the same however it is read.
 * Throws at the first difference; the same options give the same walk.
 */
export async function simulateCrashes(options: CrashOptions): Promise<CrashCoverage> {
  const walk = new CrashWalk(options.seed, options.planted ?? null);
  try {
    for (let life = 0; life < options.lives; life++) await walk.live();
    await walk.settle();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`simulateCrashes(${JSON.stringify(options)}) fails in life ${walk.coverage.lives}: ${what}`, {
      cause: error,
    });
  }
  return walk.finish();
}

/** What a walk met; a counter that stays 0 over a test's walks means that the test proves less than it says. */
export type CrashCoverage = Record<(typeof COUNTERS)[number], number>;

const COUNTERS = [
  'lives',
  'kills',
  'powerCuts',
  'crashesInRecovery',
  'diskFailures',
  'fullDisks',
  'tornTails',
  'ticksLogged',
  'ticksLost',
  'rowsRecovered',
  'recordsReplayed',
  'snapshotsWritten',
  'snapshotsLoaded',
  'retentions',
  'replaysFromTheStart',
  'recoveriesTwice',
  'disconnectsAfterCrash',
  'callsConfirmed',
  'callsRefusedByDisk',
  'resultsLost',
  'callsOfUnknownOutcome',
  'callsUndone',
  'callsRunAgain',
  'clientsCompared',
] as const;

export function noCrashCoverage(): CrashCoverage {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as CrashCoverage;
}

class CrashWalk {
  readonly coverage = noCrashCoverage();
  readonly #prng: Prng;
  readonly #planted: CrashServerParts['planted'];
  readonly #module: DerivedModule;
  readonly #deeds = new CrashDeeds();
  readonly #plain: PlainWorld;
  readonly #history: PlainHistory;
  readonly #visits = new CrashVisits();
  readonly #calls: CrashCalls;
  readonly #time: DiskTime;
  readonly #disk: SimulatedDisk;
  readonly #clients: CrashClient[] = [];
  readonly #clientsMax: number;
  readonly #segmentBytes: number;
  readonly #snapshotLogBytes: number;
  readonly #resumeGraceMs: number;
  /** By tick, of all that has not been undone. */
  readonly #digests = new Map<number, string>();
  readonly #loggedTicks = new Set<number>();
  #server: CrashServer | null = null;
  #wallUs = 1_900_000_000_000_000;
  #clientCount = 0;
  /** The highest tick that a client with confirmed results has applied. */
  #acknowledgedTick = 0;
  #digestAtStart = '';
  readonly #snapshotTicks = new Set<number>();
  #lastTick = 0;
  #failure: unknown = null;
  #fault: unknown = null;
  #faultPlan: (operation: DiskOperation) => DiskFault | null = () => null;

  constructor(seed: number, planted: CrashServerParts['planted']) {
    const prng = new Prng(seed);
    this.#planted = planted;
    this.#prng = prng;
    this.#module = withRandomPersist(randomModule(prng, this.#deeds), prng);
    this.#plain = new PlainWorld(this.#module.plan);
    this.#history = new PlainHistory(this.#plain);
    this.#calls = new CrashCalls(prng);
    this.#time = new DiskTime(prng);
    this.#time.latencyMsMax = prng.pick([0, 5, 60]);
    this.#disk = new SimulatedDisk({
      seed: prng.u32(),
      later: this.#time.later,
      fault: (operation) => (this.#isLie(operation) ? { isLie: true } : this.#faultPlan(operation)),
    });
    this.#clientsMax = prng.int(2, 6);
    this.#segmentBytes = prng.pick([4096, 16_384, 65_536]);
    this.#snapshotLogBytes = prng.pick([2_000, 10_000, 1e9]);
    this.#resumeGraceMs = prng.int(600, 3000);
    this.#digests.set(0, digestTables(this.#emptyTables()));
    this.#deeds.parts = {
      world: this.#plain,
      calls: this.#calls,
      visits: this.#visits,
      prng,
      coverage: noCoverage(),
      habits: {
        moveShare: prng.int(5, 40),
        rowsMax: prng.int(6, 16),
        takeSerial: () => prng.int(1000, 1e9),
        noteDelete: () => {},
        wasDeleted: () => false,
      },
    };
  }

  /** One life: a start, some time, a crash. */
  async live(): Promise<void> {
    const prng = this.#prng;
    await this.#start(false);
    this.#planFaults();
    const turns = Math.floor(2 ** (prng.float() * 6));
    for (let i = 0; i < turns && this.#failure === null; i++) await this.#turn();
    this.#crash();
  }

  /** No more crashes, no more faults: all promises settle, and all clients hold what the server has. */
  async settle(): Promise<void> {
    await this.#start(true);
    this.#deeds.areIdle = true;
    for (let i = 0; i < TURNS_TO_SETTLE; i++) {
      await this.#turn();
      if (this.#calls.openCount === 0 && !this.#clients.some(isOnItsWay)) break;
    }
    assert(this.#calls.openCount === 0, `${this.#calls.openCount} calls have not settled`);
    assert(!this.#clients.some(isOnItsWay), 'a client does not come to the present');
    // What the disk still holds back arrives.
    for (let i = 0; i < TURNS_OF_REST; i++) await this.#turn();
    for (const client of this.#clients) {
      if (client.isOver) continue;
      client.compareWith(this.#server!.world.tables);
      this.coverage.clientsCompared++;
    }
    for (const client of this.#clients) client.connection.disconnect();
  }

  finish(): CrashCoverage {
    const { coverage } = this;
    const { outcomes, undoneCount, runAgainCount } = this.#calls;
    coverage.callsConfirmed = outcomes.get('committed') ?? 0;
    coverage.callsRefusedByDisk = outcomes.get('DISK_FULL') ?? 0;
    coverage.resultsLost = outcomes.get('CALL_RESULT_LOST') ?? 0;
    coverage.callsOfUnknownOutcome = outcomes.get('CALL_OUTCOME_UNKNOWN') ?? 0;
    coverage.callsUndone = undoneCount;
    coverage.callsRunAgain = runAgainCount;
    return coverage;
  }

  // A life.

  /** `isLast`: nothing interrupts it. */
  async #start(isLast: boolean): Promise<void> {
    const prng = this.#prng;
    this.#disk.capacityBytes = Infinity;
    for (let depth = 0; ; depth++) {
      this.coverage.lives++;
      this.#failure = null;
      // The machine's clock may have been set in between.
      this.#wallUs += prng.pick([0, 0, 0, -3_600_000_000, 5_000_000]);
      let left =
        isLast || depth >= CRASHES_IN_RECOVERY || prng.int(0, 2) > 0 ? Infinity : Math.floor(2 ** (prng.float() * 7));
      const isOver = (): boolean => left < 0;
      this.#faultPlan = () => null;
      const twin = isLast || prng.int(0, 3) === 0 ? await this.#recoverBeside() : null;
      this.#faultPlan = () => {
        left--;
        return null;
      };
      const started = await this.#time.until(CrashServer.start(this.#partsOf()), isOver);
      this.#throwFaults();
      if (started !== 'over') {
        this.#server = started.value;
        assert(this.#visits.openCount === 0, 'connections that a crash has ended have not gone');
        assert(twin === null || this.#digestAtStart === twin, 'a second recovery comes to another world');
        return;
      }
      this.coverage.crashesInRecovery++;
      this.#crash();
    }
  }

  /** What is on the disk, read by somebody who then goes away: once as a server reads it, and once from the log alone. */
  async #recoverBeside(): Promise<string> {
    const read = async (snapshotFolder: string): Promise<string> => {
      const tables = this.#emptyTables();
      const recovery = recoverWorld({
        disk: this.#disk,
        logFolder: LOG_FOLDER,
        snapshotFolder,
        tablesFor: () => tables,
        migrate: () => assert(false, 'the plan stays the same') as never,
        nowMs: () => 0,
      });
      const recovered = await this.#time.until(recovery, () => false);
      assert(recovered !== 'over', 'nothing interrupts it');
      return `tick ${recovered.value.tick}, ${digestTables(tables)}`;
    };
    const first = await read(SNAPSHOT_FOLDER);
    this.coverage.recoveriesTwice++;
    try {
      const alone = await read('/nowhere');
      // A snapshot may be of a tick that left nothing in the log.
      const isSame = alone.split(', ')[1] === first.split(', ')[1];
      assert(isSame, `the log alone gives ${alone}, the snapshot and its tail ${first}`);
      this.coverage.replaysFromTheStart++;
    } catch (error) {
      // Its beginning has served its time; of what was removed, a power cut may bring a part back.
      const { code = '' } = error as { code?: string };
      if (code !== 'LOG_START_MISSING' && code !== 'LOG_SEGMENT_MISSING') throw error;
    }
    return first;
  }

  #partsOf(): CrashServerParts {
    return {
      planted: this.#planted,
      module: this.#module,
      disk: this.#disk,
      time: this.#time,
      prng: this.#prng,
      segmentBytes: this.#segmentBytes,
      snapshotLogBytes: this.#snapshotLogBytes,
      resumeGraceMs: this.#resumeGraceMs,
      wallUs: this.#wallUs,
      recovered: (recovered, world) => this.#recovered(recovered, world),
      sealed: (tick, world, isLogged) => this.#sealed(tick, world, isLogged),
      snapshotBegins: (tick) => this.#snapshotTicks.add(tick),
      snapshotWritten: () => this.coverage.snapshotsWritten++,
      dropped: () => this.coverage.retentions++,
      failed: (error) => (this.#failure ??= error),
      fault: (error) => (this.#fault ??= error),
    };
  }

  async #turn(): Promise<void> {
    const prng = this.#prng;
    const { tickRate } = this.#module.plan;
    const passMs = tickRate === 0 ? prng.int(1, 40) : 1000 / tickRate;
    const server = this.#server!;
    this.#join();
    for (const client of this.#clients) {
      if (!client.isOver && !this.#deeds.areIdle && prng.int(0, 2) === 0) client.call();
      if (prng.int(0, 60) === 0 && !this.#deeds.areIdle) client.cut(this.#time.nowMs);
      client.advance(passMs, this.#time.nowMs, server.transport);
    }
    await this.#time.advance(passMs);
    if (this.#failure !== null) return;
    server.turn();
    if (!this.#deeds.areIdle && prng.int(0, 3) === 0) server.takeSnapshot();
    await turn();
    this.#throwFaults();
    for (const client of this.#clients) client.receive(this.#time.nowMs);
    for (let i = 0; i < 3; i++) await Promise.resolve();
    for (const client of this.#clients) client.throwReported();
  }

  #crash(): void {
    const prng = this.#prng;
    this.#server = null;
    // After a failed sync what the disk holds is not what a process reads: only a restart of the machine tells.
    const isPower = prng.int(0, 1) === 0;
    this.coverage[isPower ? 'powerCuts' : 'kills']++;
    if (this.#failure !== null) this.coverage.diskFailures++;
    for (const client of this.#clients) client.serverGone(this.#time.nowMs);
    if (isPower) this.#disk.powerCut();
    else this.#disk.kill();
    this.#time.forget();
    for (let i = this.#clients.length - 1; i >= 0; i--) if (this.#clients[i]!.isOver) this.#clients.splice(i, 1);
  }

  #isLie({ kind }: DiskOperation): boolean {
    return this.#planted === 'lying disk' && kind === 'sync';
  }

  #planFaults(): void {
    const prng = this.#prng;
    const kind = prng.int(0, 9);
    if (kind <= 3) return;
    if (kind <= 5) {
      const failing = prng.pick(['sync', 'sync', 'write', 'write', 'open', 'rename', 'syncFolder'] as const);
      let left = Math.floor(2 ** (prng.float() * 4));
      this.#faultPlan = (operation) => (operation.kind === failing && left-- === 1 ? { code: 'EIO' } : null);
    } else if (kind <= 7) {
      this.#disk.capacityBytes = this.#disk.usedBytes + prng.int(0, this.#segmentBytes);
      this.coverage.fullDisks++;
      // At times somebody makes room.
      let left = prng.int(5, 200);
      this.#faultPlan = () => {
        if (left-- === 0) this.#disk.capacityBytes = Infinity;
        return null;
      };
    } else {
      const delayMs = prng.pick([100, 1000, 5000]);
      this.#faultPlan = ({ kind }) => (kind === 'sync' && prng.int(0, 3) === 0 ? { delayMs } : null);
    }
  }

  #join(): void {
    const prng = this.#prng;
    while (this.#clients.length < this.#clientsMax) {
      this.#clients.push(
        new CrashClient({
          name: `c${++this.#clientCount}`,
          plan: this.#module.plan,
          remote: remoteModuleOf(this.#module.plan, prng),
          token: prng.int(0, 2) === 0 ? '' : `token ${prng.int(0, 5)}`,
          isConfirmed: prng.int(0, 4) > 0,
          calls: this.#calls,
          prng,
          acknowledged: (tick) => (this.#acknowledgedTick = Math.max(this.#acknowledgedTick, tick)),
        }),
      );
    }
  }

  // What must hold.

  #sealed(tick: number, world: World, isLogged: boolean): void {
    this.#history.keep(tick, this.#lastTick, world.tables);
    for (const table of this.#plain.tables) table.endTick();
    // A tick that leaves nothing changes no digest.
    this.#digests.set(
      tick,
      isLogged ? digestTables(world.tables as readonly Table[]) : this.#digests.get(this.#lastTick)!,
    );
    this.#lastTick = tick;
    if (isLogged) {
      this.#loggedTicks.add(tick);
      this.coverage.ticksLogged++;
    }
  }

  #recovered(recovered: RecoveredWorld, world: World): void {
    const { tick, snapshot, recordCount, logEnd } = recovered;
    const { coverage } = this;
    const missed = [...this.#loggedTicks].find((logged) => logged > tick && logged <= this.#acknowledgedTick);
    assert(
      missed === undefined,
      `tick ${missed} was seen by a confirmed client, and the world comes back as of ${tick}`,
    );
    const tables = world.tables as readonly Table[];
    const digest = digestTables(tables);
    this.#digestAtStart = `tick ${tick}, ${digest}`;
    assert(this.#digests.get(tick) === digest, `the world of tick ${tick} comes back with another digest`);
    this.#calls.crashed(tick, (run) => this.#loggedTicks.has(run));
    for (const known of this.#digests.keys()) {
      if (known !== tick) this.#digests.delete(known);
      if (known > tick && this.#loggedTicks.delete(known)) coverage.ticksLost++;
    }
    this.#lastTick = tick;
    this.#acknowledgedTick = Math.min(this.#acknowledgedTick, tick);
    this.#visits.crashed(tick);
    coverage.disconnectsAfterCrash += this.#visits.openCount;
    this.#history.recovered(tick, snapshot?.head.tick ?? null, tables);
    this.#history.forgetBefore(tick, this.#snapshotTicks);
    coverage.rowsRecovered += tables.reduce((sum, { liveCount }) => sum + liveCount, 0);
    coverage.recordsReplayed += recordCount;
    if (snapshot !== null) coverage.snapshotsLoaded++;
    if (logEnd.tornTail !== null) coverage.tornTails++;
  }

  #throwFaults(): void {
    if (this.#fault !== null) throw this.#fault;
  }

  #emptyTables(): readonly Table[] {
    return createTables(this.#module.plan, new UndoLog(), 2);
  }
}

const CRASHES_IN_RECOVERY = 5;
const TURNS_TO_SETTLE = 3000;
const TURNS_OF_REST = 40;

function isOnItsWay(client: CrashClient): boolean {
  return !client.isOver && !client.isPresent;
}
