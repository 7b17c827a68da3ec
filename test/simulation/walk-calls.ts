import { assert, Prng } from '@tickbase/base';
import { equalValues } from '@tickbase/schema/values';
import type { Plan } from '@tickbase/schema/plan';
import { randomValue } from '../../runtime/transactions/testing/random-value.ts';
import type { PlainTable } from './plain-table.ts';
import type { WalkCoverage } from './walk-coverage.ts';

export interface WalkCall {
  readonly number: number;
  readonly seed: number;
  readonly caller: object;
  /** What the transaction came to, each time that it ran. */
  readonly outcomes: CallEnd[];
  /** When it ran; 0: it has not, or its tick is not over. */
  tick: number;
  /** Rows that it wrote. */
  written: readonly WrittenRow[];
}

export interface WrittenRow {
  readonly table: PlainTable;
  readonly key: string;
}

export type CallEnd = 'committed' | 'failed' | `refused ${string}`;

/** All calls of a walk: what they carry, how often they ran, and what became of their promises. */
export class WalkCalls {
  readonly #plan: Plan;
  readonly #prng: Prng;
  readonly #coverage: WalkCoverage;
  readonly #calls: WalkCall[] = [];
  readonly #open = new Set<WalkCall>();
  readonly #lastRun = new Map<object, number>();
  /** Calls of the tick that is open. */
  #ran: WalkCall[] = [];

  constructor(plan: Plan, prng: Prng, coverage: WalkCoverage) {
    this.#plan = plan;
    this.#prng = prng;
    this.#coverage = coverage;
  }

  /** Calls whose promises have not settled. */
  get openCount(): number {
    return this.#open.size;
  }

  make(caller: object): { call: number; args: Record<string, unknown> } {
    const number = this.#calls.length + 1;
    const call: WalkCall = { number, seed: this.#prng.u32(), caller, outcomes: [], tick: 0, written: [] };
    this.#calls.push(call);
    this.#open.add(call);
    return { call: number, args: this.#argsOf(call) };
  }

  /** A call has reached the module. Throws unless it comes once, in its order, and with what it was given. */
  run(args: Record<string, unknown>, caller: object): WalkCall {
    const call = this.#calls[(args['call'] as number) - 1];
    assert(call !== undefined, `call ${String(args['call'])} was made`);
    assert(call.caller === caller, `call ${call.number} is run for another client`);
    assert(call.outcomes.length === 0, `call ${call.number} is run twice`);
    assert(call.number > (this.#lastRun.get(caller) ?? 0), `call ${call.number} is run in its client's order`);
    this.#lastRun.set(caller, call.number);
    this.#ran.push(call);
    const expected = this.#argsOf(call);
    for (const { accessor, type } of this.#params) {
      assert(equalValues(type, args[accessor], expected[accessor]), `call ${call.number}: ${accessor} differs`);
    }
    return call;
  }

  endTick(tick: number): void {
    for (const call of this.#ran) call.tick = tick;
    this.#ran = [];
  }

  /** `durableTick`: what the disk had when the answer left. Returns the call if it is told to be committed. */
  settled(number: number, error: unknown, durableTick: number, isConfirmed: boolean): WalkCall | null {
    const call = this.#calls[number - 1]!;
    assert(this.#open.delete(call), `the promise of call ${number} settles once`);
    const [outcome] = call.outcomes;
    const { code, message } = (error ?? {}) as { code?: string; message?: string };
    if (code === 'CALL_OUTCOME_UNKNOWN') {
      this.#coverage.callsOfUnknownOutcome++;
      return null;
    }
    if (code === 'DISK_FULL') {
      assert(outcome === undefined, `call ${number} ran while the disk was full`);
      this.#coverage.callsRefusedDiskFull++;
      return null;
    }
    if (code === 'CALL_NOT_SENT') {
      assert(outcome === undefined, `call ${number} was not sent and ran`);
      this.#coverage.callsNotSent++;
      return null;
    }
    const told = error === null ? 'committed' : code === 'INTERNAL_ERROR' ? 'failed' : `refused ${message}`;
    assert(told === outcome, `call ${number}: expected ${outcome ?? 'no run'}, actual ${told}`);
    if (call.tick > durableTick) {
      assert(!isConfirmed, `call ${number} of tick ${call.tick} is answered while the disk has ${durableTick}`);
      this.#coverage.resultsAheadOfDisk++;
    }
    if (told === 'committed') this.#coverage.callsCommitted++;
    else if (told === 'failed') this.#coverage.callsFailed++;
    else this.#coverage.callsRefused++;
    return told === 'committed' ? call : null;
  }

  get #params(): Plan['reducers'][number]['params'] {
    return this.#plan.reducers.find(({ accessor }) => accessor === 'act')!.params;
  }

  #argsOf(call: WalkCall): Record<string, unknown> {
    const prng = new Prng(call.seed);
    const args: Record<string, unknown> = {};
    for (const { accessor, type } of this.#params) {
      args[accessor] = accessor === 'call' ? call.number : randomValue(prng, type);
    }
    return args;
  }
}
