import { Fault } from '@tickbase/base';
import type { SenderError } from '@tickbase/schema';
import type { ModuleFunctions, Plan } from '@tickbase/schema/plan';
import {
  type CommitRecord,
  createTables,
  INTEREST_FAILED,
  rollBack,
  Sealer,
  STATE_CLOSED,
  STATE_COMMITTED,
  STATE_MUTATING,
  STATE_OPEN,
  STATE_READ_ONLY,
  storeError,
  type Table,
  UndoLog,
} from '../store/index.ts';
import { CallArguments } from './call-arguments.ts';
import { Caller } from './caller.ts';
import { Callers } from './callers.ts';
import { makeDatabaseHandle } from './database-handle.ts';
import { Disconnects } from './disconnects.ts';
import { failureText } from './failure-text.ts';
import { InterestReader } from './interest-reader.ts';
import type { LogBuffer } from './log-buffer.ts';
import { Offences, SUSPENDED_US } from './offences.ts';
import { ReducerContext, type Scene } from './reducer-context.ts';
import { Session } from './session.ts';
import { WHOLE_TABLE } from './read-log.ts';
import { refusalText } from './refusal-text.ts';
import { refusePromise } from './refuse-promise.ts';
import { runStatement } from './run-statement.ts';
import { RunTally } from './run-tally.ts';
import type { AfterTimer, Running } from './running.ts';
import { thrownKind } from './thrown-kind.ts';
import { type ScheduleValue, type Timer, Timers } from './timers.ts';
import {
  CALL_COMMITTED,
  CALL_FAILED,
  CALL_REFUSED,
  CALL_STOPPED,
  CALL_SUSPENDED,
  type CallOutcome,
  type DisconnectOrder,
  type LogLine,
  OUTCOME_AGAIN,
  OUTCOME_NONE,
  type World,
} from './world.ts';
import type { WorldOptions } from './world-options.ts';
import { WriteList } from './write-list.ts';

/** A module's world over the columnar store. Made by createWorld. */
export class RuntimeWorld implements World, Scene {
  readonly plan: Plan;
  readonly tables: readonly Table[];
  readonly moduleCaller: Caller;
  tick = 0;
  timestampUs = 0;
  seed = 0;
  lastMessage = '';
  lastAnswer = '';
  lastOutcome: CallOutcome | typeof OUTCOME_NONE = OUTCOME_NONE;
  disconnectCount = 0;
  readonly #functions: ModuleFunctions;
  readonly #undo = new UndoLog();
  readonly #tally: RunTally;
  readonly #session: Session;
  readonly #database: object;
  readonly #sealer: Sealer;
  readonly #timers: Timers;
  readonly #log: LogBuffer;
  readonly #writes = new WriteList();
  readonly #interest: InterestReader;
  readonly #callers = new Callers();
  readonly #arguments: CallArguments;
  readonly #offences = new Offences();
  readonly #disconnects = new Disconnects();
  /** Which function is running, by its place in `runs`, and whose; null: none. What follows here is for `recover`. */
  #runningPlace = 0;
  #runningCaller: Caller | null = null;
  /** A timer that was taken and whose transaction has not begun. */
  #takenTimer: Timer | null = null;
  /** The timer whose turn it is, to be put back when its run is not to count. */
  #runningTimer: Timer | null = null;
  /** What is to happen in a transaction of its own when the running timer comes to nothing. */
  #afterTimer: AfterTimer | null = null;
  /** The open transaction's rows go to `lastWrites`. */
  #isCall = false;
  /** By position in plan.systems: the tick of the last run, -1 before the first. */
  readonly #systemTicks: number[];
  /** What stood there for the system that runs, or has run last. */
  #systemTickBefore = -1;
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
    this.#database = makeDatabaseHandle(this.#session, this.tables, options.code);
    this.#sealer = new Sealer(this.tables);
    this.#timers = new Timers(this.tables);
    this.#interest = new InterestReader();
    this.#tally = new RunTally(options.plan);
    this.#systemTicks = options.plan.systems.map(() => -1);
    this.#arguments = new CallArguments(options.plan, options.code);
  }

  get runs(): Float64Array {
    return this.#tally.runs;
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

  get readColumns(): Uint32Array {
    return this.#interest.reads.columns;
  }

  get centreRows(): Int32Array {
    return this.#interest.centreRows;
  }

  get readCount(): number {
    return this.#interest.reads.count;
  }

  addCaller(identity: bigint, connectionId: bigint, claims = ''): number {
    return this.#callers.add(new Caller(identity, connectionId, claims));
  }

  renewCaller(caller: number, claims: string): void {
    this.#callers.at(caller).claims = claims;
  }

  removeCaller(caller: number): void {
    this.#callers.remove(caller);
  }

  eachCaller(visit: (handle: number, identity: bigint, connectionId: bigint, claims: string) => void): void {
    this.#callers.forEach((handle, { identity, connectionId, claims }) =>
      visit(handle, identity.__identity__, connectionId!.__connection_id__, claims),
    );
  }

  armedTimers(): Float64Array {
    return this.#timers.armed();
  }

  lastRunOf(system: number): number {
    return this.#systemTicks[system]!;
  }

  placeCaller(handle: number, identity: bigint, connectionId: bigint, claims: string): void {
    this.#callers.place(handle, new Caller(identity, connectionId, claims));
  }

  goOnWithTimer(table: number, slot: number, dueUs: number, intervalUs: number): void {
    this.#timers.goOn(table, slot, dueUs, intervalUs);
  }

  goOnWithSystem(system: number, lastRun: number): void {
    this.#systemTicks[system] = lastRun;
  }

  beginTick(tick: number, timestampUs: number, seed: number): void {
    if (this.#isTickOpen) throw new Fault('a tick began before the one before it was sealed');
    this.#isTickOpen = true;
    this.tick = tick;
    this.timestampUs = timestampUs;
    this.seed = seed;
    this.#transactionCount = 0;
    if (this.disconnectCount > 0) this.takeDisconnects();
    for (const table of this.tables) table.beginTick(tick);
    if (!this.#isArmed) {
      this.#timers.rearmAll(timestampUs);
      this.#isArmed = true;
    }
  }

  runCall(reducer: number, args: Uint8Array, caller: number, start = 0, end = args.length): CallOutcome {
    const values = this.#arguments.decode(reducer, args, start, end);
    const run = this.#functions.reducers[reducer]! as ModuleFunction;
    this.#isCall = true;
    const outcome = this.#transact(run, values, this.#caller(caller), reducer);
    this.#isCall = false;
    return outcome;
  }

  runStatement(text: string, caller: number): CallOutcome {
    const who = this.#caller(caller);
    this.lastAnswer = '';
    const run = (): void => {
      this.lastAnswer = runStatement(text, this.plan, this.#database, who.identity);
    };
    return this.#transact(run, null, who, this.#tally.names.length - 1);
  }

  runHook(role: 'init' | 'started' | 'clientConnected' | 'clientDisconnected', caller: number): CallOutcome {
    const reducer = this.plan.reducers.findIndex((candidate) => candidate.role === role);
    this.lastMessage = '';
    if (reducer === -1) return (this.lastOutcome = CALL_COMMITTED);
    const run = this.#functions.reducers[reducer]! as ModuleFunction;
    return this.#transact(run, {}, this.#caller(caller), reducer);
  }

  runDueTimers(timersMax: number): number {
    const nowUs = this.timestampUs;
    let ran = 0;
    for (; ran < timersMax; ran++) {
      const timer = this.#timers.first();
      if (timer === null || timer.dueUs > nowUs) break;
      this.#takenTimer = timer;
      this.#runningTimer = timer;
      this.#timers.takeFirst(nowUs);
      this.#runTimer(timer.table, timer.slot, timer.intervalUs === 0);
      this.#runningTimer = null;
    }
    return ran;
  }

  runSystem(system: number): CallOutcome {
    const { everyTicks } = this.plan.systems[system]!;
    const run = this.#functions.systems[system]! as ModuleFunction;
    const last = this.#systemTicks[system]!;
    // A run that is stopped or refused has had its time, too: the next one is not to make up for it.
    this.#systemTickBefore = last;
    this.#systemTicks[system] = this.tick;
    const ticks = last === -1 ? everyTicks : this.tick - last;
    return this.#transact(run, ticks / this.plan.tickRate, this.moduleCaller, this.plan.reducers.length + system);
  }

  nextTimerUs(): number | null {
    const timer = this.#timers.first();
    return timer === null ? null : timer.dueUs;
  }

  seal(): CommitRecord {
    if (!this.#isTickOpen) throw new Fault('a seal without a tick');
    if (this.#undo.state !== STATE_CLOSED) throw new Fault('a seal of a tick that was stopped, before recover');
    this.#isTickOpen = false;
    return this.#sealer.seal(this.tick, this.timestampUs);
  }

  interestOf(caller: number): number {
    const who = this.#caller(caller);
    this.lastOutcome = OUTCOME_NONE;
    const place = this.#tally.names.length - 2;
    if (this.#isSuspended(place, who)) {
      // To be asked for again: any change of any table counts as one of what it read.
      const log = this.#interest.start();
      for (const { position } of this.tables) log.noteColumns(position, WHOLE_TABLE, 0xffff_ffff);
      this.lastOutcome = CALL_SUSPENDED;
      return INTEREST_FAILED;
    }
    this.#runningPlace = place;
    this.#runningCaller = who;
    this.#enterLog(place, who);
    this.#undo.begin(STATE_READ_ONLY);
    const context = new ReducerContext(this, who, this.#undo.transaction, this.#transactionCount);
    this.#session.reads = this.#interest.start();
    let found = INTEREST_FAILED;
    let outcome: CallOutcome = CALL_COMMITTED;
    try {
      found = this.#interest.take(this.#functions.interest?.centre(context as never));
    } catch (error) {
      if (thrownKind(error) === 'fault') throw error;
      this.#log.add('error', failureText(error));
      outcome = CALL_FAILED;
    } finally {
      this.#session.reads = null;
      this.#undo.end();
      this.lastOutcome = outcome;
      this.#tally.count(place, outcome);
      this.#leave();
    }
    return found;
  }

  recover(limitMs: number): CallOutcome | typeof OUTCOME_NONE;
  recover(limitMs: number, isSpared: boolean): CallOutcome | typeof OUTCOME_NONE | typeof OUTCOME_AGAIN;
  recover(limitMs: number, isSpared = false): CallOutcome | typeof OUTCOME_NONE | typeof OUTCOME_AGAIN {
    const caller = this.#runningCaller;
    const running = caller === null ? null : { place: this.#runningPlace, caller };
    this.#session.reads = null;
    this.#timers.restore();
    if (this.#takenTimer !== null) this.#timers.putBack(this.#takenTimer);
    this.#takenTimer = null;
    if (this.#undo.state === STATE_COMMITTED) this.#finishCommit();
    if (this.#undo.state !== STATE_CLOSED) this.#drop();
    this.#disconnects.rollBack();
    const after = this.#afterTimer;
    if (after !== null && after.outcome !== OUTCOME_NONE) this.lastOutcome = after.outcome;
    else if (this.lastOutcome === OUTCOME_NONE && running !== null) {
      if (isSpared) return this.#spare(running, limitMs);
      this.#tellStop(running, limitMs);
    }
    const outcome = this.lastOutcome;
    this.#runningTimer = null;
    this.#leave();
    this.#isCall = false;
    this.#afterTimer = null;
    if (after !== null && outcome !== CALL_COMMITTED && outcome !== OUTCOME_NONE) {
      this.#finishTimer({ ...after, outcome });
    }
    return outcome;
  }

  takeDisconnects(): readonly DisconnectOrder[] {
    this.disconnectCount = 0;
    return this.#disconnects.take();
  }

  askDisconnect(transaction: number, order: DisconnectOrder): void {
    if (transaction !== this.#undo.transaction || this.#undo.state === STATE_CLOSED) refuseAfterTransaction();
    if (this.#undo.state === STATE_READ_ONLY) {
      throw storeError(
        'STORE_READ_ONLY',
        'a function that may only read tried to end a connection',
        { table: '(any)' },
        'call ctx.disconnect in a reducer or a system',
      );
    }
    this.#disconnects.ask(order);
  }

  takeLogLines(): readonly LogLine[] {
    return this.#log.take();
  }

  database(transaction: number): object {
    if (transaction !== this.#undo.transaction) refuseAfterTransaction();
    return this.#database;
  }

  /** One transaction: the function runs whole, or leaves no trace but a log line; not at all while it is suspended. */
  #transact(run: ModuleFunction, argument: unknown, caller: Caller, place: number): CallOutcome {
    this.lastOutcome = OUTCOME_NONE;
    if (this.#isSuspended(place, caller)) return this.#passOver(place);
    const outcome = this.#runWhole(run, argument, caller, place);
    this.#tally.count(place, outcome);
    return outcome;
  }

  #passOver(place: number): CallOutcome {
    this.#takenTimer = null;
    this.lastMessage = `${this.#tally.names[place]} was stopped too often of late and is not run for a while`;
    this.lastOutcome = CALL_SUSPENDED;
    this.#tally.count(place, CALL_SUSPENDED);
    return CALL_SUSPENDED;
  }

  #runWhole(run: ModuleFunction, argument: unknown, caller: Caller, place: number): CallOutcome {
    this.lastOutcome = OUTCOME_NONE;
    this.#writes.reset();
    this.#runningPlace = place;
    this.#runningCaller = caller;
    this.#session.sender = caller;
    this.#takenTimer = null;
    this.#enterLog(place, caller);
    this.#undo.begin(STATE_OPEN);
    const context = new ReducerContext(this, caller, this.#undo.transaction, this.#transactionCount);
    this.#transactionCount++;
    try {
      const result = run(context, argument);
      if (result !== undefined) refusePromise(result);
      if (this.#undo.state === STATE_MUTATING) throw new Error('a write was cut in half, and the module went on');
      // From this store on the transaction stands.
      this.#undo.state = STATE_COMMITTED;
      this.#finishCommit();
    } catch (error) {
      rollBack(this.tables, this.#undo);
      this.#disconnects.rollBack();
      this.#undo.end();
      this.#explain(error);
    }
    const outcome = this.lastOutcome as CallOutcome;
    this.#leave();
    return outcome;
  }

  /** What follows from a commit. May be stopped at any place and be run again from its start. */
  #finishCommit(): void {
    this.#timers.armWritten(this.#undo, this.timestampUs);
    if (this.#isCall) this.#writes.note(this.#undo);
    this.#disconnects.commit();
    this.disconnectCount = this.#disconnects.keptCount;
    this.lastMessage = '';
    this.lastOutcome = CALL_COMMITTED;
    this.#undo.end();
  }

  /**
   * A forced stop leaves its transaction open, wherever it was cut, inside of store code or not, and `finally` was not run: what it wrote is
   * undone from what is truth, and the rest made anew.
   */
  #drop(): void {
    if (this.#undo.state !== STATE_READ_ONLY) {
      this.#undo.state = STATE_MUTATING;
      rollBack(this.tables, this.#undo);
    }
    this.#undo.end();
  }

  /** As if the function that was stopped had not begun. Its transaction is undone already. */
  #spare({ place, caller }: Running, limitMs: number): typeof OUTCOME_AGAIN {
    const origin = this.#tally.names[place]!;
    this.#enterLog(place, caller);
    const why = 'as the machine gave it hardly any processor time: it is run once more';
    this.#log.add('warn', `${origin} was stopped after its ${limitMs} ms, ${why}`, 'CALL_RUN_AGAIN');
    this.#leave();
    this.#writes.reset();
    this.#isCall = false;
    this.#afterTimer = null;
    if (this.#runningTimer !== null) this.#timers.putBack(this.#runningTimer);
    this.#runningTimer = null;
    const system = place - this.plan.reducers.length;
    if (system >= 0 && system < this.#systemTicks.length) this.#systemTicks[system] = this.#systemTickBefore;
    return OUTCOME_AGAIN;
  }

  #tellStop({ place, caller }: Running, limitMs: number): void {
    const origin = this.#tally.names[place]!;
    this.#tally.count(place, CALL_STOPPED);
    this.lastOutcome = CALL_STOPPED;
    this.lastMessage = `${origin} ran longer than its ${limitMs} ms and was stopped`;
    this.#writes.reset();
    this.#enterLog(place, caller);
    this.#log.add('error', `${this.lastMessage}; what it wrote is undone`, 'CALL_STOPPED');
    const suspended = this.#offences.note(origin, caller, this.timestampUs);
    if (suspended === null) return;
    const whom = suspended === 'everybody' ? 'anybody' : 'this sender';
    const text = `${origin} was stopped too often: it is not run for ${whom} during ${SUSPENDED_US / 1_000_000} s`;
    this.#log.add('error', text, 'CALL_SUSPENDED');
  }

  #isSuspended(place: number, caller: Caller): boolean {
    if (this.#offences.isQuiet) return false;
    return this.#offences.isSuspended(this.#tally.names[place]!, caller, this.timestampUs);
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
    this.#afterTimer = { finish, place: reducer, outcome: OUTCOME_NONE };
    const outcome = this.#transact(runAndFinish, args, this.moduleCaller, reducer);
    // A run that failed is not tried again.
    if (outcome !== CALL_COMMITTED) this.#finishTimer({ finish, place: reducer, outcome });
    this.#afterTimer = null;
  }

  /** What the timer itself came to stays the outcome. */
  #finishTimer(after: AfterTimer): void {
    const { lastMessage } = this;
    this.#afterTimer = after;
    this.#runWhole(after.finish, null, this.moduleCaller, after.place);
    this.lastOutcome = after.outcome;
    this.lastMessage = lastMessage;
    this.#afterTimer = null;
  }

  #explain(error: unknown): void {
    const kind = thrownKind(error);
    if (kind === 'fault') throw error;
    if (kind === 'refusal') {
      this.lastMessage = refusalText(error as SenderError);
      this.lastOutcome = CALL_REFUSED;
      return;
    }
    const text = failureText(error);
    this.lastMessage = text.split('\n', 1)[0]!;
    this.#log.add('error', text);
    this.lastOutcome = CALL_FAILED;
  }

  #enterLog(place: number, caller: Caller): void {
    this.#log.origin = this.#tally.names[place]!;
    this.#log.sender = caller;
  }

  #leave(): void {
    this.#runningCaller = null;
    this.#log.origin = '';
    this.#log.sender = null;
  }

  #caller(caller: number): Caller {
    return caller < 0 ? this.moduleCaller : this.#callers.at(caller);
  }
}

function refuseAfterTransaction(): never {
  throw storeError(
    'STORE_NO_TRANSACTION',
    'ctx was used after its transaction',
    { table: '(any)' },
    'use ctx only while the function that got it runs; no promises, no callbacks',
  );
}

type ModuleFunction = (context: ReducerContext, argument: unknown) => unknown;

/** Long enough for leave rings of 256 ticks, twice. */
const SLOT_REST_TICKS = 512;

function isSameTime(a: ScheduleValue, b: ScheduleValue): boolean {
  return a.tag === 'Time' && b.tag === 'Time' && a.value.isEqual(b.value);
}
