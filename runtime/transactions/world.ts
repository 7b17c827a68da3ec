import type { Plan } from '@tickbase/schema/plan';
import type { CommitRecord } from '../store/commit-record.ts';
import type { TableView } from '../store/table-view.ts';

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
  /** By position in `plan.tables`. */
  readonly tables: readonly TableView[];

  /** Registers a caller and gives its handle, a small number that is reused after removeCaller. */
  addCaller(identity: bigint, connectionId: bigint): number;
  removeCaller(caller: number): void;

  /**
   * Starts a tick. `timestampUs` (microseconds since the Unix epoch) must be above that of every earlier transaction;
   * the n-th transaction of the tick has timestampUs + n. `seed` feeds the random numbers of this tick.
   */
  beginTick(tick: number, timestampUs: bigint, seed: number): void;

  /**
   * Runs a client's call (`reducer`: position in plan.reducers) as one transaction. `args` are the positional encoding of its
   * parameters, already checked against the plan. The outcome's message is in `lastMessage`.
   */
  runCall(reducer: number, args: Uint8Array, caller: number): CallOutcome;
  /** Runs init, started, clientConnected or clientDisconnected if the module has it; committed if it has none. */
  runHook(role: 'init' | 'started' | 'clientConnected' | 'clientDisconnected', caller: number): CallOutcome;
  /** Runs timers due at or before the tick's time, in order of due time, table, key. Returns how many ran. */
  runDueTimers(timersMax: number): number;
  /** Runs the systems that are due at this tick, in order of declaration; `dt` is seconds since their last run. */
  runSystems(): void;
  /** When the next timer is due (microseconds since the Unix epoch), or null. */
  nextTimerUs(): bigint | null;

  /** Fixes the tick's changes. Event tables are emptied by the next beginTick. */
  seal(): CommitRecord;

  /** Why the last run* was refused or failed; empty after a commit. For SenderError, the user's own text. */
  readonly lastMessage: string;
  /**
   * Rows that the last committed runCall wrote, as pairs (table position, slot): u32[2 * lastWriteCount].
   * Bounded: beyond WRITES_KEPT_MAX pairs no more are kept.
   */
  readonly lastWrites: Uint32Array;
  readonly lastWriteCount: number;

  /**
   * Runs the module's interest function for a caller, read-only. Centres are in `centres` (f64: space, x, y each);
   * the rows that it read, as pairs (table position, slot), are in `reads`; a slot of -1: the whole table counts as read.
   * Returns INTEREST_NONE (null: nothing is seen), INTEREST_CENTRES, or INTEREST_FAILED (it threw; keep the last one).
   */
  interestOf(caller: number): number;
  readonly centres: Float64Array;
  readonly centreCount: number;
  readonly reads: Int32Array;
  readonly readCount: number;

  /** Log lines of the module's code since the last take, oldest first, at most LOG_LINES_MAX a tick. */
  takeLogLines(): readonly LogLine[];
}

export type CallOutcome = typeof CALL_COMMITTED | typeof CALL_REFUSED | typeof CALL_FAILED;

/** The transaction committed. */
export const CALL_COMMITTED = 0;
/** The module threw SenderError: rolled back, `lastMessage` goes to the caller. */
export const CALL_REFUSED = 1;
/** The module threw anything else: rolled back, the caller gets a plain internal error, the log the stack. */
export const CALL_FAILED = 2;

export interface LogLine {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
  /** The reducer, system or hook that was running; empty at load. */
  readonly origin: string;
  /** Its sender, as 64 hex digits; empty when it had none. */
  readonly sender: string;
}
