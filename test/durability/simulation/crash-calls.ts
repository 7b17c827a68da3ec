import { assert, type Prng } from '@tickbase/base';

export type CallEnd = 'committed' | 'failed' | `refused ${string}`;

/** One call of a simulated client, over all lives of the server. */
export interface CrashCall {
  readonly number: number;
  readonly seed: number;
  readonly caller: object;
  readonly isConfirmed: boolean;
  /** The run that counts: one in a tick that a crash has not undone. */
  run: { readonly tick: number; readonly end: CallEnd } | null;
  /** A run of it left nothing, so that its tick was not kept; a later call of the same session tells that it was processed all the same. */
  hasLeftNothing: boolean;
  /** What its promise has said. */
  told: string | null;
}

/** All calls: when each has run, and whether its promise says so. */
export class CrashCalls {
  readonly #prng: Prng;
  readonly #calls: CrashCall[] = [];
  readonly outcomes = new Map<string, number>();
  openCount = 0;
  /** Runs that a crash has undone. */
  undoneCount = 0;
  /** Calls that ran in a second life, after their first run was lost. */
  runAgainCount = 0;
  readonly #undone = new Set<CrashCall>();

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  make(caller: object, isConfirmed: boolean): CrashCall {
    const seed = this.#prng.u32();
    const call: CrashCall = {
      number: this.#calls.length + 1,
      seed,
      caller,
      isConfirmed,
      run: null,
      hasLeftNothing: false,
      told: null,
    };
    this.#calls.push(call);
    this.openCount++;
    return call;
  }

  /** A call has reached the module. Throws when it has run before, or after one that its caller made later. */
  begin(number: number): CrashCall {
    const call = this.#calls[number - 1];
    assert(call !== undefined, `call ${number} was made`);
    assert(call.run === null, `call ${number} runs twice: in tick ${call.run?.tick} and again`);
    assert(call.told === null || !call.isConfirmed, `call ${number} runs after its promise said ${call.told}`);
    const later = this.#calls.find(
      (other) => other.caller === call.caller && other.number > number && other.run !== null,
    );
    assert(later === undefined, `call ${number} runs after call ${later?.number} of the same client`);
    if (this.#undone.delete(call)) this.runAgainCount++;
    return call;
  }

  /** Runs of later ticks are undone; so are those of `tick` and before that left nothing, when nobody has heard of them. */
  crashed(tick: number, isLogged: (tick: number) => boolean): void {
    for (const call of this.#calls) {
      if (call.run === null) continue;
      const isLost = call.run.tick > tick;
      assert(
        !(isLost && call.isConfirmed && call.told === 'committed' && isLogged(call.run.tick)),
        `call ${call.number} was confirmed and is lost with tick ${call.run.tick}`,
      );
      if (!isLost && isLogged(call.run.tick)) continue;
      if (call.told !== null && !isLost) continue;
      call.hasLeftNothing ||= !isLogged(call.run.tick);
      call.run = null;
      if (call.told !== null) continue;
      this.undoneCount++;
      this.#undone.add(call);
    }
  }

  settled(call: CrashCall, error: unknown): void {
    assert(call.told === null, `the promise of call ${call.number} settles twice`);
    this.openCount--;
    const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
    const what = error === null ? 'committed' : code;
    call.told = what;
    this.outcomes.set(what, (this.outcomes.get(what) ?? 0) + 1);
    if (code === 'CALL_OUTCOME_UNKNOWN') return;
    if (code === 'CALL_NOT_SENT' || code === 'DISK_FULL') {
      assert(call.run === null, `call ${call.number} has run, and its promise says ${code}`);
      return;
    }
    if (code === RESULT_LOST) {
      const hasRun = call.run !== null || call.hasLeftNothing;
      assert(hasRun, `call ${call.number} has not run, and its promise says ${code}`);
      return;
    }
    const told = error === null ? 'committed' : code === 'INTERNAL_ERROR' ? 'failed' : `refused ${message}`;
    // A client without confirmed results may hear of a run that a crash has undone.
    if (call.run === null && !call.isConfirmed) return;
    assert(told === call.run?.end, `call ${call.number}: expected ${call.run?.end ?? 'no run'}, actual ${told}`);
  }

  /** Old calls are of no account any more. */
  get count(): number {
    return this.#calls.length;
  }
}

/** It ran in an earlier life of the server, and what came of it is not known any more. */
export const RESULT_LOST = 'CALL_RESULT_LOST';
