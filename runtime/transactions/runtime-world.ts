import { ByteReader, Fault } from '@tickbase/base';
import { compileCodec } from '@tickbase/protocol';
import type { SenderError } from '@tickbase/schema';
import type { ModuleFunctions, Plan } from '@tickbase/schema/plan';
import {
  type CommitRecord,
  createTables,
  ENTRY_LENGTH,
  INTEREST_FAILED,
  rollBack,
  Sealer,
  STATE_CLOSED,
  STATE_MUTATING,
  STATE_OPEN,
  STATE_READ_ONLY,
  storeError,
  type Table,
  UNDO_COLUMN,
  UNDO_INSERT,
  UndoLog,
} from '../store/index.ts';
import { Caller } from './caller.ts';
import { makeDatabaseHandle } from './database-handle.ts';
import { failureText } from './failure-text.ts';
import { InterestReader } from './interest-reader.ts';
import type { LogBuffer } from './log-buffer.ts';
import { ReducerContext, type Scene } from './reducer-context.ts';
import { Session } from './session.ts';
import { refusalText } from './refusal-text.ts';
import { refusePromise } from './refuse-promise.ts';
import { thrownKind } from './thrown-kind.ts';
import { type ScheduleValue, Timers } from './timers.ts';
import { CALL_COMMITTED, CALL_FAILED, CALL_REFUSED, type CallOutcome, type LogLine, type World } from './world.ts';
import { WriteList } from './write-list.ts';

/** A module's world over the columnar store. Made by createWorld. */
export class RuntimeWorld implements World, Scene {
  readonly plan: Plan;
  readonly tables: readonly Table[];
  readonly moduleCaller: Caller;
  tick = 0;
  timestampUs = 0n;
  seed = 0;
  lastMessage = '';
  readonly #functions: ModuleFunctions;
  readonly #undo = new UndoLog();
  readonly #session: Session;
  readonly #database: object;
  readonly #sealer: Sealer;
  readonly #timers: Timers;
  readonly #log: LogBuffer;
  readonly #writes = new WriteList();
  readonly #interest: InterestReader;
  /** By handle. */
  readonly #callers: (Caller | null)[] = [];
  /** Handles that hold no caller. */
  readonly #freeCallers: number[] = [];
  readonly #decoders: readonly ((reader: ByteReader) => Record<string, unknown>)[];
  /** The calls' arguments are copied in here: what the module decodes from it is of its own context. */
  #args = new ByteReader(new Uint8Array(4096));
  /** How many transactions this tick has had. */
  #transactionCount = 0;
  #isTickOpen = false;
  /** Intervals of rows that were there at the start count from the first tick. */
  #isArmed = false;

  constructor(options: WorldOptions, log: LogBuffer) {
    this.plan = options.plan;
    this.#functions = options.functions;
    this.#log = log;
    this.tables = createTables(options.plan, this.#undo, options.slotRestTicks ?? SLOT_REST_TICKS);
    this.moduleCaller = new Caller(options.databaseIdentity, null);
    this.#session = new Session(this.#undo);
    this.#database = makeDatabaseHandle(this.#session, this.tables);
    this.#sealer = new Sealer(this.tables);
    this.#timers = new Timers(this.tables);
    this.#interest = new InterestReader();
    this.#decoders = options.plan.reducers.map((reducer) => {
      const params = reducer.params.map((param) => ({ name: param.accessor, codec: compileCodec(param.type) }));
      return (reader) => {
        const args: Record<string, unknown> = {};
        for (const { name, codec } of params) args[name] = codec.decode(reader);
        return args;
      };
    });
  }

  get lastWrites(): Uint32Array {
    return this.#writes.pairs;
  }

  get lastWriteCount(): number {
    return this.#writes.count;
  }

  get centres(): Float64Array {
    return this.#interest.centres;
  }

  get centreCount(): number {
    return this.#interest.centreCount;
  }

  get reads(): Int32Array {
    return this.#interest.reads.pairs;
  }

  get readCount(): number {
    return this.#interest.reads.count;
  }

  addCaller(identity: bigint, connectionId: bigint): number {
    const handle = this.#freeCallers.pop() ?? this.#callers.length;
    this.#callers[handle] = new Caller(identity, connectionId);
    return handle;
  }

  removeCaller(caller: number): void {
    if (!this.#callers[caller]) return;
    this.#callers[caller] = null;
    this.#freeCallers.push(caller);
  }

  beginTick(tick: number, timestampUs: bigint, seed: number): void {
    if (this.#isTickOpen) throw new Fault('a tick began before the one before it was sealed');
    this.#isTickOpen = true;
    this.tick = tick;
    this.timestampUs = timestampUs;
    this.seed = seed;
    this.#transactionCount = 0;
    for (const table of this.tables) table.beginTick(tick);
    if (!this.#isArmed) {
      this.#timers.rearmAll(Number(timestampUs));
      this.#isArmed = true;
    }
  }

  runCall(reducer: number, args: Uint8Array, caller: number): CallOutcome {
    if (args.length > this.#args.bytes.length) {
      this.#args = new ByteReader(new Uint8Array(2 ** Math.ceil(Math.log2(args.length))));
    }
    this.#args.bytes.set(args);
    this.#args.offset = 0;
    this.#args.end = args.length;
    const values = this.#decoders[reducer]!(this.#args);
    const run = this.#functions.reducers[reducer]! as ModuleFunction;
    const outcome = this.#transact(run, values, this.#caller(caller), this.#nameOf(reducer));
    if (outcome === CALL_COMMITTED) this.#writes.take(this.#undo);
    else this.#writes.reset();
    return outcome;
  }

  runHook(role: 'init' | 'started' | 'clientConnected' | 'clientDisconnected', caller: number): CallOutcome {
    const reducer = this.plan.reducers.findIndex((candidate) => candidate.role === role);
    this.lastMessage = '';
    if (reducer === -1) return CALL_COMMITTED;
    const run = this.#functions.reducers[reducer]! as ModuleFunction;
    return this.#transact(run, {}, this.#caller(caller), this.#nameOf(reducer));
  }

  runDueTimers(timersMax: number): number {
    const nowUs = Number(this.timestampUs);
    let ran = 0;
    for (; ran < timersMax; ran++) {
      const timer = this.#timers.first();
      if (timer === null || timer.dueUs > nowUs) break;
      this.#timers.takeFirst(nowUs);
      this.#runTimer(timer.table, timer.slot, timer.intervalUs === 0);
    }
    return ran;
  }

  runSystems(): void {
    if (this.plan.tickRate === 0) return;
    for (const [position, system] of this.plan.systems.entries()) {
      if (this.tick % system.everyTicks !== 0) continue;
      const dt = system.everyTicks / this.plan.tickRate;
      const run = this.#functions.systems[position]! as ModuleFunction;
      this.#transact(run, dt, this.moduleCaller, system.accessor);
    }
  }

  nextTimerUs(): bigint | null {
    const timer = this.#timers.first();
    return timer === null ? null : BigInt(timer.dueUs);
  }

  seal(): CommitRecord {
    if (!this.#isTickOpen) throw new Fault('a seal without a tick');
    this.#isTickOpen = false;
    this.#dropStopped();
    return this.#sealer.seal(this.tick, this.timestampUs);
  }

  interestOf(caller: number): number {
    const who = this.#caller(caller);
    const context = new ReducerContext(this, who, this.#begin(STATE_READ_ONLY), this.#transactionCount);
    this.#session.reads = this.#interest.start();
    try {
      return this.#interest.take(this.#functions.interest?.centre(context as never));
    } catch (error) {
      if (thrownKind(error) === 'fault') throw error;
      this.#enterLog('interest', who);
      this.#log.add('error', failureText(error));
      return INTEREST_FAILED;
    } finally {
      this.#session.reads = null;
      this.#undo.end();
    }
  }

  takeLogLines(): readonly LogLine[] {
    return this.#log.take();
  }

  database(transaction: number): object {
    if (transaction !== this.#undo.transaction) {
      throw storeError(
        'STORE_NO_TRANSACTION',
        'ctx.db was used after its transaction',
        { table: '(any)' },
        'use ctx only while the function that got it runs; no promises, no callbacks',
      );
    }
    return this.#database;
  }

  /** One transaction: the function runs whole, or leaves no trace but a log line. */
  #transact(run: ModuleFunction, argument: unknown, caller: Caller, origin: string): CallOutcome {
    const context = new ReducerContext(this, caller, this.#begin(STATE_OPEN), this.#transactionCount);
    this.#transactionCount++;
    this.#enterLog(origin, caller);
    try {
      const result = run(context, argument);
      if (result !== undefined) refusePromise(result);
      if (this.#undo.state === STATE_MUTATING) throw new Error('a write was cut in half, and the module went on');
      this.#commit();
      this.lastMessage = '';
      return CALL_COMMITTED;
    } catch (error) {
      rollBack(this.tables, this.#undo);
      this.#undo.end();
      return this.#explain(error);
    } finally {
      this.#log.origin = '';
      this.#log.sender = '';
    }
  }

  #begin(state: number): number {
    this.#dropStopped();
    this.#undo.begin(state);
    return this.#undo.transaction;
  }

  /**
   * A forced stop (V8 ends a script that runs too long) leaves its transaction open, wherever it was, inside of store code or not: what it
   * wrote is undone from what is truth, and the rest made anew.
   */
  #dropStopped(): void {
    if (this.#undo.state === STATE_CLOSED) return;
    this.#undo.state = STATE_MUTATING;
    rollBack(this.tables, this.#undo);
    this.#undo.end();
    this.#session.reads = null;
  }

  #commit(): void {
    const { tables } = this.#undo;
    for (let i = 0; i < tables.length; i++) {
      if (this.#timers.isSchedule(tables[i]!)) {
        this.#armWritten();
        break;
      }
    }
    this.#undo.end();
  }

  /** Arms the schedule rows that the transaction inserted, and those whose time it changed. */
  #armWritten(): void {
    const { entries, count } = this.#undo;
    const nowUs = Number(this.timestampUs);
    for (let at = 0; at < count * ENTRY_LENGTH; at += ENTRY_LENGTH) {
      const position = entries[at + 1]!;
      const isArming =
        entries[at] === UNDO_INSERT ||
        (entries[at] === UNDO_COLUMN && entries[at + 3] === this.tables[position]!.plan.schedule?.column);
      const slot = entries[at + 2]!;
      if (isArming && this.#timers.isSchedule(position) && this.tables[position]!.live[slot] === 1) {
        this.#timers.arm(position, slot, nowUs);
      }
    }
  }

  #runTimer(position: number, slot: number, isOnce: boolean): void {
    const table = this.tables[position]!;
    const reducer = this.plan.reducers.findIndex((candidate) => candidate.name === table.plan.schedule!.reducer);
    if (reducer === -1) throw new Fault(`table ${table.plan.name} schedules a reducer that the plan has not`);
    const param = this.plan.reducers[reducer]!.params[0];
    const args = param === undefined ? {} : { [param.accessor]: this.#session.readRow(table, slot) };
    const run = this.#functions.reducers[reducer]! as ModuleFunction;
    const fired = this.#timers.scheduleAt(position, slot);
    // A row with a time goes with its run, in the same transaction; one that the run has put to another time stays.
    const finish = (): void => {
      if (isOnce && table.live[slot] === 1 && isSameTime(fired, this.#timers.scheduleAt(position, slot))) {
        table.deleteSlot(slot);
      }
    };
    const runAndFinish = (context: ReducerContext): unknown => {
      const result = run(context, args);
      finish();
      return result;
    };
    const outcome = this.#transact(runAndFinish, args, this.moduleCaller, this.#nameOf(reducer));
    // A run that failed is not tried again.
    if (outcome !== CALL_COMMITTED) this.#transact(finish, null, this.moduleCaller, this.#nameOf(reducer));
  }

  #explain(error: unknown): CallOutcome {
    const kind = thrownKind(error);
    if (kind === 'fault') throw error;
    if (kind === 'refusal') {
      this.lastMessage = refusalText(error as SenderError);
      return CALL_REFUSED;
    }
    const text = failureText(error);
    this.lastMessage = text.split('\n', 1)[0]!;
    this.#log.add('error', text);
    return CALL_FAILED;
  }

  #enterLog(origin: string, caller: Caller): void {
    this.#log.origin = origin;
    this.#log.sender = caller.hex;
  }

  #caller(caller: number): Caller {
    return caller < 0 ? this.moduleCaller : this.#callers[caller]!;
  }

  #nameOf(reducer: number): string {
    return this.plan.reducers[reducer]!.accessor;
  }
}

export interface WorldOptions {
  readonly plan: Plan;
  /** The module's functions, by position in the plan. */
  readonly functions: ModuleFunctions;
  /** The module's own identity: the sender of timers, systems and hooks without a client. */
  readonly databaseIdentity: bigint;
  /** How many ticks (calls at `tickRate: 0`) the slot of a deleted row rests before another row may have it; 1 or more. */
  readonly slotRestTicks?: number;
  /** What installConsole returned for this context; left out: a buffer that only the world writes to. */
  readonly log?: LogBuffer;
}

type ModuleFunction = (context: ReducerContext, argument: unknown) => unknown;

/** Long enough for leave rings of 256 ticks, twice. */
const SLOT_REST_TICKS = 512;

function isSameTime(a: ScheduleValue, b: ScheduleValue): boolean {
  return a.tag === 'Time' && b.tag === 'Time' && a.value.isEqual(b.value);
}
