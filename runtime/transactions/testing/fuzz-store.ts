import { Prng } from '@tickbase/base';
import {
  applyRecord,
  type CommitRecord,
  createTables,
  digestTables,
  rebuildDerived,
  recordColumnsOf,
  SHORT_RECORD_BYTES_MAX,
  type Table,
  UndoLog,
} from '../../store/index.ts';
import { createWorld } from '../create-world.ts';
import { CALL_COMMITTED, type World } from '../world.ts';
import { checkChange, checkSamePicture, checkTable, type Picture, pictureOf } from './check-tables.ts';
import { compileWorldCode } from './compile-world-code.ts';
import { Coverage } from './coverage.ts';
import { cutWrites } from './cut-writes.ts';
import { bytesOf, ModelTable } from './model-table.ts';
import { Mismatch, randomProgram, type ProgramContext } from './random-program.ts';
import { randomPlan } from './random-plan.ts';
import { SnapshotWitness } from './snapshot-witness.ts';

export interface StoreFuzzOptions {
  readonly seed: number;
  /** How long to go on, by `now`; or how many cases. */
  readonly seconds?: number;
  readonly cases?: number;
  /** Many transactions of one or two statements on few worlds, instead of longer ones on many. */
  readonly isBrief?: boolean;
  /** Milliseconds, from the caller: nothing in here reads a clock. */
  readonly now?: () => number;
}

/**
 * Random schemas and transactions against a naive model. A case is one world: some ticks of some transactions each, of which some
 * throw and some are cut in the middle of a write. Checked: every answer within transactions; after each, rows, every index and the grid of the
 * tables that it wrote (of all tables at the end of each tick); after a failure, that all is as before; after each seal, that the changes lead from the state before to the state after; at the end, that replaying
 * the log gives the same digest, and so does a snapshot of any tick with what was logged after it. Throws at the first difference, naming the case's seed.
 */
export function fuzzStore(options: StoreFuzzOptions): { cases: number; transactions: number; coverage: Coverage } {
  const coverage = new Coverage();
  const seeds = new Prng(options.seed);
  const end = options.seconds === undefined ? Infinity : options.now!() + options.seconds * 1000;
  const casesMax = options.cases ?? Infinity;
  let cases = 0;
  let transactions = 0;
  const isOver = (): boolean => cases >= casesMax || (end !== Infinity && options.now!() >= end);
  while (!isOver()) {
    const seed = seeds.u32();
    try {
      transactions += new Walk(seed, coverage, options.isBrief === true).run();
    } catch (error) {
      throw new Error(`case ${cases} (seed ${seed}) failed: ${(error as Error).message}`, { cause: error });
    }
    cases++;
  }
  return { cases, transactions, coverage };
}

class Walk {
  readonly #isBrief: boolean;
  readonly #prng: Prng;
  readonly #coverage: Coverage;
  readonly #world: World;
  readonly #tables: readonly Table[];
  readonly #models: readonly ModelTable[];
  readonly #replica: readonly Table[];
  readonly #slotRestTicks: number;
  readonly #snapshots: SnapshotWitness;
  #program: (ctx: ProgramContext) => void = () => {};
  #failure: unknown = null;
  /** By table: what was seen of it last. */
  #pictures: Picture[] = [];
  /** By table: the tick in which each slot died last. */
  readonly #diedAt: Map<number, number>[];

  constructor(seed: number, coverage: Coverage, isBrief: boolean) {
    this.#isBrief = isBrief;
    this.#prng = new Prng(seed);
    this.#coverage = coverage;
    const plan = randomPlan(this.#prng);
    this.#slotRestTicks = this.#prng.int(1, 4);
    const run = (ctx: unknown): void => {
      try {
        this.#program(ctx as ProgramContext);
      } catch (error) {
        this.#failure = error;
        throw error;
      }
    };
    this.#world = createWorld({
      plan,
      code: compileWorldCode(plan),
      functions: { reducers: [run], systems: [], interest: null },
      databaseIdentity: 77n,
      slotRestTicks: this.#slotRestTicks,
    });
    this.#tables = this.#world.tables as readonly Table[];
    for (const table of this.#tables) table.sweepTableRowsMin = table.sweepRowsMin = this.#prng.pick([1, 1, 1000]);
    this.#models = plan.tables.map((table) => new ModelTable(table));
    this.#replica = createTables(plan, new UndoLog(), this.#slotRestTicks);
    this.#diedAt = plan.tables.map(() => new Map());
    this.#snapshots = new SnapshotWitness(this.#prng, plan, this.#tables, coverage);
    for (const table of plan.tables) {
      for (const index of table.indexes) coverage.count(`index ${index.algorithm}${index.isUnique ? ' unique' : ''}`);
      coverage.count(table.isEvent ? 'event table' : table.primaryKey === null ? 'set table' : 'keyed table');
    }
    for (const table of this.#tables) for (const column of table.columns) coverage.count(`column ${column.storage}`);
  }

  run(): number {
    const caller = this.#world.addCaller(5n, 9n);
    const ticks = this.#isBrief ? this.#prng.int(30, 60) : this.#prng.int(3, 14);
    let transactions = 0;
    for (let tick = 3; tick < 3 + ticks; tick++) {
      this.#world.beginTick(tick, tick * 1_000_000, tick * 31);
      for (const [position, model] of this.#models.entries()) {
        if (!model.plan.isEvent) continue;
        model.rows = [];
        checkTable(this.#tables[position]!, model);
      }
      const before = this.#tables.map(pictureOf);
      this.#pictures = [...before];
      for (let i = this.#prng.int(1, this.#isBrief ? 12 : 4); i > 0; i--) {
        this.#transact(caller);
        transactions++;
      }
      this.#tables.forEach((table, position) => checkTable(table, this.#models[position]!));
      this.#seal(tick, before);
    }
    this.#checkReplay();
    this.#snapshots.finish();
    return transactions;
  }

  #transact(caller: number): void {
    const rows = this.#models.map((model) => model.rows);
    const sequences = this.#models.map((model) => model.sequences);
    this.#program = randomProgram(this.#prng, this.#models, this.#coverage, this.#isBrief ? 2 : 6);
    this.#failure = null;
    let outcome = -1;
    const run = (): void => {
      outcome = this.#world.runCall(0, new Uint8Array(0), caller);
    };
    let isCut = false;
    if (this.#prng.int(0, 4) === 0) isCut = cutWrites(this.#prng.int(0, 60), run);
    else run();
    if (this.#failure instanceof Mismatch || (!isCut && isUnexpected(this.#failure))) throw this.#failure;
    if (isCut) this.#coverage.count('cut');
    const isCommitted = outcome === CALL_COMMITTED;
    this.#coverage.count(isCommitted ? 'commit' : 'rollback');
    if (!isCommitted) {
      this.#models.forEach((model, position) => {
        model.rows = rows[position]!;
        model.sequences = sequences[position]!;
      });
    }
    const { tables: touched } = this.#tables[0]!.undo;
    for (const position of touched) {
      const picture = pictureOf(this.#tables[position]!);
      if (!isCommitted) checkSamePicture(this.#pictures[position]!, picture, 'a rollback');
      this.#pictures[position] = picture;
    }
    if (this.#prng.int(0, this.#isBrief ? 40 : 5) === 0) this.#forgetDerived();
    if (this.#tables.some((table) => table.whole.isUnsettled)) this.#coverage.count('unsettled');
    if (this.#prng.int(0, 3) === 0) this.#settle();
    for (const position of touched) checkTable(this.#tables[position]!, this.#models[position]!);
  }

  #settle(): void {
    for (const [position, table] of this.#tables.entries()) {
      if (!table.whole.isUnsettled) continue;
      table.whole.settle();
      this.#pictures[position] = pictureOf(table);
    }
  }

  /** What rebuildDerived makes anew is first spoiled: the walk goes on with tables that were wholly derived from what is truth. */
  #forgetDerived(): void {
    for (const table of this.#tables) {
      const before = pictureOf(table);
      table.derived.clear();
      table.fallen.clear();
      table.changes.entryOfSlot.fill(3);
      table.liveCount = 9999;
      rebuildDerived(table);
      checkSamePicture(before, pictureOf(table), 'rebuildDerived');
    }
    this.#coverage.count('derived anew');
  }

  #seal(tick: number, before: readonly Picture[]): void {
    const record = this.#world.seal();
    for (const [position, table] of this.#tables.entries()) {
      const after = pictureOf(table);
      checkChange(table, before[position]!, after, record, this.#coverage);
      if (!table.plan.isEvent) this.#checkRest(table, tick, before[position]!, after);
      this.#checkKeySlots(table, before[position]!, after);
    }
    const logged = record.logged();
    if (record.isLogEmpty !== (logged.length === 0)) throw new Error('isLogEmpty does not tell the truth');
    if (logged.length > 0) applyRecord(this.#replica, logged.slice());
    this.#checkShort(record, logged);
    record.wireOnly();
    this.#snapshots.afterTick(logged.slice());
  }

  /** A short record is put into memory of others as it stands, and nothing beside it. */
  #checkShort(record: CommitRecord, logged: Uint8Array): void {
    const bytes = new Uint8Array(3 + SHORT_RECORD_BYTES_MAX + 1).fill(0xab);
    const end = record.putLogged(bytes, 3);
    if (end === -1) return;
    this.#coverage.count('short record');
    const put = bytes.subarray(3, end);
    if (put.length !== logged.length || put.some((byte, i) => byte !== logged[i])) {
      throw new Error('a short record is put as other bytes than it is logged');
    }
    if (bytes[2] !== 0xab || bytes[3 + SHORT_RECORD_BYTES_MAX] !== 0xab) {
      throw new Error('a short record is longer than its room');
    }
  }

  /** A slot that died rests for its ticks before it lives again, unless it is its own row that comes back in the same tick. */
  #checkRest(table: Table, tick: number, before: Picture, after: Picture): void {
    const diedAt = this.#diedAt[table.position]!;
    for (let slot = 0; slot < table.slotCount; slot++) {
      const lived = before.rows[slot] != null;
      const lives = after.rows[slot] != null;
      if (lived && !lives) diedAt.set(slot, tick);
      const died = diedAt.get(slot);
      if (lived || !lives || died === undefined) continue;
      if (tick < died + this.#slotRestTicks)
        throw new Error(`${table.plan.name}: slot ${slot} was used before it had rested`);
      this.#coverage.count('slot reused');
    }
  }

  /** A row that has the same key before and after has the same slot. */
  #checkKeySlots(table: Table, before: Picture, after: Picture): void {
    const { primaryKey, isEvent } = table.plan;
    if (primaryKey === null || isEvent) return;
    const keyOf = (row: readonly string[]): string => primaryKey.map((column) => row[column]).join();
    const slotOfKey = new Map<string, number>();
    before.rows.forEach((row, slot) => row !== null && slotOfKey.set(keyOf(row), slot));
    after.rows.forEach((row, slot) => {
      const old = row === null ? undefined : slotOfKey.get(keyOf(row));
      if (old !== undefined && old !== slot)
        throw new Error(`${table.plan.name}: a row changed its slot from ${old} to ${slot}`);
    });
  }

  #checkReplay(): void {
    for (const table of this.#replica) table.settle();
    if (digestTables(this.#replica) !== digestTables(this.#tables))
      throw new Error('a replay of the log gives another digest');
    for (const [position, table] of this.#tables.entries()) {
      const { isLogged, logged } = recordColumnsOf(table.plan);
      if (!isLogged) continue;
      const replica = this.#replica[position]!;
      for (let slot = 0; slot < table.slotCount; slot++) {
        if ((table.live[slot] === 1) !== (replica.live[slot] === 1)) throw new Error('a replay lacks a row');
        if (table.live[slot] === 0) continue;
        for (const column of logged) {
          const { type } = table.plan.columns[column]!;
          if (bytesOf(type, table.valueAt(column, slot)) !== bytesOf(type, replica.valueAt(column, slot))) {
            throw new Error('a replay gives another value');
          }
        }
      }
      this.#coverage.count('replayed table');
    }
  }
}

/** Programs throw SenderError and plain errors called 'broken' on purpose. */
function isUnexpected(failure: unknown): boolean {
  if (failure === null) return false;
  const { name, message } = failure as Error;
  return name !== 'SenderError' && message !== 'broken';
}
