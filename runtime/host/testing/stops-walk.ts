import { Prng } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { ScheduleAt } from '@tickbase/schema/values';
import { applyRecord, createTables, digestTables, type Table, UndoLog } from '../../store/index.ts';
import {
  CALL_COMMITTED,
  CALL_STOPPED,
  createWorld,
  OUTCOME_AGAIN,
  OUTCOME_NONE,
  type World,
  type WorldCode,
  worldCode,
} from '../../transactions/index.ts';
import {
  checkChange,
  checkSamePicture,
  checkTable,
  type Picture,
  pictureOf,
} from '../../transactions/testing/check-tables.ts';
import { Coverage } from '../../transactions/testing/coverage.ts';
import { makePlan } from '../../transactions/testing/make-plan.ts';
import { ModelTable } from '../../transactions/testing/model-table.ts';
import { Mismatch, type ProgramContext, randomProgram } from '../../transactions/testing/random-program.ts';
import { randomPlan } from '../../transactions/testing/random-plan.ts';

/**
 * A random world whose transactions are stopped by force, beside a naive model: calls, timers, systems and hooks run random programs. Lives
 * in a module's context. For each transaction the host calls `prepare`, then `run` under a time limit, then `settle`, which compares all that
 * can be read, indexes included, and after each tick the changes that are told, and at the end a replay of the log.
 */
export class StopsWalk {
  readonly plan: Plan;
  readonly coverage = new Coverage();
  readonly #prng: Prng;
  #world: World | null = null;
  #tables: readonly Table[] = [];
  readonly #models: readonly ModelTable[];
  readonly #replica: readonly Table[];
  /** When the rows of the schedule table are due (microseconds), by key; the interval of those that have one. */
  #alarms = new Map<bigint, { dueUs: number; intervalUs: number }>();
  #program: (ctx: ProgramContext) => void = () => {};
  #failure: unknown = null;
  #tick = 3;
  #leftInTick = 0;
  #before: readonly Picture[] = [];
  #kept: Kept | null = null;
  #kind: 'call' | 'timer' | 'system' | 'hook' = 'call';
  #caller = -1;
  #stopCount = 0;

  constructor(seed: number) {
    this.#prng = new Prng(seed);
    this.plan = withAlarms(randomPlan(this.#prng));
    this.#models = this.plan.tables.map((table) => new ModelTable(table));
    this.#replica = createTables(this.plan, new UndoLog(), 2);
  }

  get codeText(): string {
    return worldCode(this.plan);
  }

  open(code: WorldCode): void {
    const run = (ctx: unknown): void => {
      try {
        this.#program(ctx as ProgramContext);
      } catch (error) {
        this.#failure = error;
        throw error;
      }
    };
    const functions = { reducers: [run, run, run], systems: [run], interest: null } as never;
    this.#world = createWorld({ plan: this.plan, code, functions, databaseIdentity: 77n, slotRestTicks: 2 });
    this.#tables = this.#world.tables as readonly Table[];
    this.#caller = this.#world.addCaller(5n, 9n);
    this.#beginTick();
  }

  /**
   * Makes the next transaction ready. `seed`: of the program, so that a stop in the one before changes nothing in it. `isLong`: it runs for
   * some milliseconds at least.
   */
  prepare(seed: number, isLong: boolean): void {
    const prng = new Prng(seed);
    const world = this.#world!;
    this.#kind = prng.pick(['call', 'call', 'timer', 'system', 'hook'] as const);
    if (this.#kind === 'timer' && (world.nextTimerUs() ?? Infinity) > this.#nowUs()) this.#kind = 'call';
    this.#kept = {
      models: this.#models.map(({ rows, sequences }) => ({ rows, sequences })),
      alarms: new Map(this.#alarms),
      pictures: this.#tables.map(pictureOf),
    };
    const body = randomProgram(prng, this.#models.slice(0, -1), this.coverage);
    const isArming = prng.int(0, 2) === 0;
    this.#program = (ctx) => {
      if (isArming) this.#arm(ctx, prng);
      for (let i = isLong ? LONG_TURNS : 0; i > 0; i--) passErrors(() => body(ctx));
      body(ctx);
    };
    this.#failure = null;
    world.lastOutcome = OUTCOME_NONE;
  }

  /** May be stopped at any place. */
  run(): void {
    const world = this.#world!;
    if (this.#kind === 'call') world.runCall(0, new Uint8Array(0), this.#caller);
    else if (this.#kind === 'timer') world.runDueTimers(1);
    else if (this.#kind === 'system') world.runSystem(0);
    else world.runHook('clientConnected', this.#caller);
  }

  /** Returns how the transaction came out. */
  settle(isStopped: boolean): number {
    const world = this.#world!;
    const kept = this.#kept!;
    // Every third of those that are stopped is to be run again.
    const isSpared = isStopped && ++this.#stopCount % 3 === 0;
    const outcome = isStopped ? world.recover(5, isSpared) : world.lastOutcome;
    if (this.#failure instanceof Mismatch || isUnexpected(this.#failure)) throw this.#failure;
    this.coverage.count(`${this.#kind} ${OUTCOMES[outcome] ?? outcome}`);
    if (outcome !== CALL_COMMITTED) {
      for (const [position, { rows, sequences }] of kept.models.entries())
        Object.assign(this.#models[position]!, { rows, sequences });
      this.#alarms = kept.alarms;
    }
    const hasRun = outcome !== OUTCOME_NONE && outcome !== OUTCOME_AGAIN;
    if (this.#kind === 'timer' && hasRun) this.#ranFirst(kept.alarms);
    else if (outcome !== CALL_COMMITTED) {
      for (const [position, table] of this.#tables.entries()) {
        checkSamePicture(kept.pictures[position]!, pictureOf(table), 'a stop');
      }
    }
    this.#check();
    for (const { level, text } of world.takeLogLines())
      if (level === 'error' && /INDEX|Fault/.test(text)) throw new Error(text);
    if (--this.#leftInTick <= 0) {
      this.#seal();
      this.#beginTick();
    }
    return outcome;
  }

  /** The log, replayed, gives the same world. */
  end(): void {
    this.#seal();
    for (const table of this.#replica) table.settle();
    if (digestTables(this.#replica) !== digestTables(this.#tables)) throw new Error('a replay gives another digest');
  }

  #arm(ctx: ProgramContext, prng: Prng): void {
    const handle = ctx.db['alarm'];
    const model = this.#models.at(-1)!;
    const id = BigInt(prng.int(1, 6));
    const old = model.rows.find((row) => row['id'] === id);
    if (old !== undefined && prng.int(0, 2) === 0) {
      model.delete([old]);
      handle.id.delete(id);
      this.#alarms.delete(id);
      return;
    }
    const isOnce = prng.int(0, 1) === 0;
    const us = prng.int(1, 9) * (TICK_US / 3);
    const dueUs = this.#nowUs() + us;
    const at = isOnce ? ScheduleAt.time(BigInt(dueUs)) : ScheduleAt.interval(BigInt(us));
    const row = { id, at };
    if (old === undefined) model.insert(row);
    else model.replace(old, row);
    handle.id.upsert(row);
    const isSame = old !== undefined && model.textOf(old) === model.textOf(row);
    if (!isSame) this.#alarms.set(id, { dueUs, intervalUs: isOnce ? 0 : us });
    this.coverage.count(isOnce ? 'alarm at a time' : 'alarm with an interval');
  }

  /** The first alarm that was due has run, whatever came of it, unless its run set it anew. */
  #ranFirst(before: ReadonlyMap<bigint, Alarm>): void {
    const [id, alarm] = [...before].sort(([a, one], [b, other]) => one.dueUs - other.dueUs || (a < b ? -1 : 1))[0]!;
    const now = this.#alarms.get(id);
    if (now === undefined || now !== alarm) return;
    if (alarm.intervalUs > 0) {
      const passed = Math.floor((this.#nowUs() - alarm.dueUs) / alarm.intervalUs);
      this.#alarms.set(id, { ...alarm, dueUs: alarm.dueUs + (passed + 1) * alarm.intervalUs });
      return;
    }
    this.#alarms.delete(id);
    const model = this.#models.at(-1)!;
    model.delete(model.rows.filter((row) => row['id'] === id));
  }

  #check(): void {
    for (const [position, table] of this.#tables.entries()) checkTable(table, this.#models[position]!);
    const dues = [...this.#alarms.values()].map(({ dueUs }) => dueUs);
    const first = this.#world!.nextTimerUs();
    const expected = dues.length === 0 ? null : Math.min(...dues);
    if (first !== expected) throw new Error(`the next timer is due at ${first}, not ${expected}`);
  }

  #nowUs(): number {
    return this.#tick * TICK_US;
  }

  #beginTick(): void {
    this.#tick++;
    this.#leftInTick = this.#prng.int(1, 4);
    this.#world!.beginTick(this.#tick, this.#nowUs(), this.#tick * 31);
    for (const model of this.#models) if (model.plan.isEvent) model.rows = [];
    this.#before = this.#tables.map(pictureOf);
  }

  #seal(): void {
    const record = this.#world!.seal();
    for (const [position, table] of this.#tables.entries()) {
      checkChange(table, this.#before[position]!, pictureOf(table), record, this.coverage);
    }
    const logged = record.logged();
    if (logged.length > 0) applyRecord(this.#replica, logged.slice());
  }
}

interface Kept {
  readonly models: readonly Pick<ModelTable, 'rows' | 'sequences'>[];
  readonly alarms: Map<bigint, Alarm>;
  readonly pictures: readonly Picture[];
}

interface Alarm {
  readonly dueUs: number;
  readonly intervalUs: number;
}

const OUTCOMES: Readonly<Record<number, string>> = {
  [CALL_COMMITTED]: 'committed',
  1: 'refused',
  2: 'failed',
  [CALL_STOPPED]: 'stopped',
  [OUTCOME_NONE]: 'not begun',
  [OUTCOME_AGAIN]: 'to run again',
};

/** The plan with a system, a hook, and a schedule table behind its own. */
function withAlarms(plan: Plan): Plan {
  const alarms = makePlan(
    [
      ...plan.tables.map(({ name }) => ({ name, columns: { none: { kind: 'bool' } as const } })),
      {
        name: 'alarm',
        columns: { id: { kind: 'u64' }, at: { kind: 'scheduleAt' } },
        key: ['id'],
        schedule: { reducer: 'ring', column: 'at' },
      },
    ],
    {
      tickRate: 20,
      reducers: [{ name: 'program' }, { name: 'ring' }, { name: 'come', role: 'clientConnected' }],
      systems: [{ name: 'work', everyTicks: 1 }],
    },
  );
  return { ...alarms, tables: [...plan.tables, alarms.tables.at(-1)!] };
}

/** So far apart that few functions are suspended for their stops. */
const TICK_US = 63_000_000;

const LONG_TURNS = 200;

/** Of a program's own, which has done by then all that its model has. */
function passErrors(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (isUnexpected(error)) throw error;
  }
}

function isUnexpected(failure: unknown): boolean {
  if (failure === null) return false;
  const { name, message } = failure as Error;
  return name !== 'SenderError' && message !== 'broken';
}
