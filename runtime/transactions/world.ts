import type { Plan } from '@tickbase/schema/plan';
import type { CommitRecord } from '../store/commit-record.ts';
import type { Table } from '../store/table.ts';

/**
 * A module's world: its tables, and every way to run the module's code on them. Lives wholly inside the module's V8
 * context. Only primitives, and typed arrays that the module's code is never handed, pass in; nothing in here
 * awaits or reads a clock, a socket or a file.
 *
 * Order of use: open() once; then for each tick beginTick, any number of run*, seal. Between seal and the
 * next beginTick the views stand still, and only queries and interestOf may run.
 */
export interface World {
  readonly plan: Plan;
  /** By position in `plan.tables`. To be written only before the first tick, by who brings a world back. */
  readonly tables: readonly Table[];

  /**
   * Registers a caller and gives its handle, a small number that is reused after removeCaller. `claims`: what its token says of it, a JSON object;
   * left out or empty: it has none.
   */
  addCaller(identity: bigint, connectionId: bigint, claims?: string): number;
  /** The same caller has shown another token. */
  renewCaller(caller: number, claims: string): void;
  removeCaller(caller: number): void;

  /**
   * Starts a tick. `timestampUs` (microseconds since the Unix epoch) must be above that of every earlier transaction;
   * the n-th transaction of the tick has timestampUs + n. `seed` feeds the random numbers of this tick.
   */
  beginTick(tick: number, timestampUs: number, seed: number): void;
  /** Number of the tick that is under way, or was the last one. */
  readonly tick: number;

  /**
   * Runs a client's call (`reducer`: position in plan.reducers) as one transaction. args[start…end), all of them when left out, are the
   * positional encoding of its parameters, already checked against the plan. The outcome's message is in `lastMessage`.
   */
  runCall(reducer: number, args: Uint8Array, caller: number, start?: number, end?: number): CallOutcome;
  /**
   * Runs a statement of SQL (`parseStatement`) as one transaction, with all rights. What it answers is in `lastAnswer`, JSON; why it was refused, as
   * `CODE: what (where); mend`, in `lastMessage`.
   */
  runStatement(text: string, caller: number): CallOutcome;
  /** Of the last `runStatement`. */
  readonly lastAnswer: string;
  /** Runs init, started, clientConnected or clientDisconnected if the module has it; committed if it has none. */
  runHook(role: 'init' | 'started' | 'clientConnected' | 'clientDisconnected', caller: number): CallOutcome;
  /** Runs timers due at or before the tick's time, in order of due time, table, key. Returns how many ran. */
  runDueTimers(timersMax: number): number;
  /**
   * Runs a system (`system`: position in plan.systems) as one transaction; `dt` is the seconds of the ticks since its last run. Nothing
   * runs at `tickRate: 0`.
   */
  runSystem(system: number): CallOutcome;
  /** When the next timer is due (microseconds since the Unix epoch), or null. */
  nextTimerUs(): number | null;

  /** Fixes the tick's changes. Event tables are emptied by the next beginTick. */
  seal(): CommitRecord;

  /**
   * What the last run* came to. Who runs functions under a time limit sets it to OUTCOME_NONE before each: a stop may land after a
   * transaction has ended and before its outcome is handed over.
   */
  lastOutcome: CallOutcome | typeof OUTCOME_NONE;
  /**
   * To be called after V8 has stopped a run* that took too long, outside of what is limited: the transaction that was open, wherever it
   * was cut, is undone, or finished if it had committed, and everything derived is made anew. The log names the function, `limitMs` being
   * what it was allowed. Returns the outcome: CALL_STOPPED, that of a transaction which had ended, or OUTCOME_NONE when no function had begun.
   * `isSpared`: a function that was stopped is not to blame and is to be run again: OUTCOME_AGAIN in the place of CALL_STOPPED. A timer is
   * due as before then, and a system has not had its time.
   */
  recover(limitMs: number): CallOutcome | typeof OUTCOME_NONE;
  recover(limitMs: number, isSpared: boolean): CallOutcome | typeof OUTCOME_NONE | typeof OUTCOME_AGAIN;
  /**
   * How often each function came to which outcome, f64[functions * OUTCOME_COUNT]: the reducers by position, hooks and scheduled ones
   * included, then the systems, then the interest function, then statements of SQL.
   */
  readonly runs: Float64Array;
  /** Why the last run* was refused or failed; empty after a commit. For SenderError, the user's own text. */
  readonly lastMessage: string;
  /**
   * Until the next run*: rows that the last one, a committed runCall, wrote, as pairs (table position, slot): u32[2 * lastWriteCount].
   * Bounded: beyond WRITES_KEPT_MAX pairs no more are kept.
   */
  readonly lastWrites: Uint32Array;
  readonly lastWriteCount: number;

  /**
   * Runs the module's interest function for a caller, read-only. Centres are in `centres` (f64: space, x, y each);
   * the rows that it read, as pairs (table position, slot), are in `reads`; a slot of -1: the whole table counts as read.
   * `readColumns`: u32 by pair, bit c: column c was looked at (bit 31: column 31 and all after it). `centreRows`: for each centre the row whose
   * place it is (-1, -1: none): it moves with the row, with no need to ask again.
   * Returns INTEREST_NONE (null: nothing is seen), INTEREST_CENTRES, or INTEREST_FAILED (it threw; keep the last one).
   */
  interestOf(caller: number): number;
  readonly centres: Float64Array;
  readonly centreCount: number;
  readonly centreRows: Int32Array;
  readonly reads: Int32Array;
  readonly readColumns: Uint32Array;
  readonly readCount: number;

  /** How often the tick's transactions have ended connections (`ctx.disconnect`), those that were undone not counted. */
  readonly disconnectCount: number;
  /** These orders, oldest first; each is given once, and forgotten by the next beginTick. */
  takeDisconnects(): readonly DisconnectOrder[];

  /** Log lines of the module's code since the last take, oldest first, at most LOG_LINES_MAX a tick. */
  takeLogLines(): readonly LogLine[];

  // For a world that takes the place of another one between two ticks.

  /** Calls `visit` for each caller, by ascending handle. */
  eachCaller(visit: (handle: number, identity: bigint, connectionId: bigint, claims: string) => void): void;
  /** Timers that are armed, four numbers each: table position, slot, microseconds since the Unix epoch when it is due, interval in microseconds (0: once). */
  armedTimers(): Float64Array;
  /** By position in plan.systems: the tick of the last run, -1 before the first. */
  lastRunOf(system: number): number;
  /** Registers a caller under the handle that it has there; handles ascend. Before any addCaller. */
  placeCaller(handle: number, identity: bigint, connectionId: bigint, claims: string): void;
  /** An interval goes on as it was due there. Within the first tick; a row that is not armed with this interval is passed over. */
  goOnWithTimer(table: number, slot: number, dueUs: number, intervalUs: number): void;
  /** Before the first tick. */
  goOnWithSystem(system: number, lastRun: number): void;
}

export type CallOutcome =
  | typeof CALL_COMMITTED
  | typeof CALL_REFUSED
  | typeof CALL_FAILED
  | typeof CALL_STOPPED
  | typeof CALL_SUSPENDED;

/** The transaction committed. */
export const CALL_COMMITTED = 0;
/** The module threw SenderError: rolled back, `lastMessage` goes to the caller. */
export const CALL_REFUSED = 1;
/** The module threw anything else: rolled back, the caller gets a plain internal error, the log the stack. */
export const CALL_FAILED = 2;
/** The function ran past its limit and was stopped: rolled back, the caller and the log are told so. */
export const CALL_STOPPED = 3;
/** The function was stopped too often of late and is not run for a while (offences.ts). Nothing was changed. */
export const CALL_SUSPENDED = 4;
/** Of those above. */
export const OUTCOME_COUNT = 5;
/** Nothing has run. */
export const OUTCOME_NONE = -1;
/** It was stopped, and is to be run again. */
export const OUTCOME_AGAIN = -2;

/** One of both is given: a connection, or all of an identity. */
export interface DisconnectOrder {
  readonly identity: bigint | null;
  readonly connectionId: bigint | null;
  /** The module's own text; may be empty. */
  readonly reason: string;
}

export interface LogLine {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
  /** For lines of the runtime about the module: `CALL_STOPPED`, `CALL_RUN_AGAIN`, `CALL_SUSPENDED`; empty for all others. */
  readonly code: string;
  /** The reducer, system or hook that was running; empty at load. */
  readonly origin: string;
  /** Its sender, as 64 hex digits; empty when it had none. */
  readonly sender: string;
}
