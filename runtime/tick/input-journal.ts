import type { Plan } from '@tickbase/schema/plan';
import { CALL_COMMITTED, CALL_REFUSED, CALL_STOPPED, type CallOutcome } from '../transactions/world.ts';
import type { InboxItem, TickClient } from './tick-ports.ts';
import type { Tick } from './tick.ts';

/**
 * Notes what clients had run in each tick, in the order of its transactions, for a log that keeps inputs beside their effects. A tick's list
 * begins with the tick itself (`TICK_INPUT`): its time and seed, from which timers, systems and random numbers follow. Functions that were stopped for
 * their running time are the one thing that a replay cannot find out by itself; those of clients are noted as such.
 */
export class InputJournal {
  readonly #plan: Plan;
  readonly #keep: (tick: number, inputs: readonly LoggedInput[]) => void;
  readonly #noted: Noted[] = [];

  constructor(plan: Plan, keep: (tick: number, inputs: readonly LoggedInput[]) => void) {
    this.#plan = plan;
    this.#keep = keep;
  }

  call({ client, reducer, args, argsStart, argsEnd }: InboxItem & { kind: 'call' }, outcome: CallOutcome): void {
    const { identity, connectionId } = client;
    const name = this.#plan.reducers[reducer]!.accessor;
    this.#noted.push({ name, identity, connectionId, args: args.slice(argsStart, argsEnd), outcome });
  }

  /** A client that comes is noted with what its token says, as UTF-8: a function may look at that. */
  hook(client: TickClient, name: 'clientConnected' | 'clientDisconnected', outcome: CallOutcome): void {
    const { identity, connectionId, claims = '' } = client;
    const args = name === 'clientConnected' && claims !== '' ? new TextEncoder().encode(claims) : NOTHING;
    this.#noted.push({ name, identity, connectionId, args, outcome });
  }

  /** Its arguments are the text, as UTF-8. */
  statement({ client, text }: InboxItem & { kind: 'statement' }, outcome: CallOutcome): void {
    const { identity, connectionId } = client;
    const args = new TextEncoder().encode(text);
    this.#noted.push({ name: STATEMENT_INPUT, identity, connectionId, args, outcome });
  }

  /** Hands over what the tick had, before its own record. */
  seal({ number, timestampUs, seed }: Tick): void {
    const head = { name: TICK_INPUT, identity: 0n, connectionId: 0n, args: NOTHING, outcome: CALL_COMMITTED };
    const inputs = [head, ...this.#noted].map(({ name, identity, connectionId, args, outcome }): LoggedInput => ({
      name,
      identity,
      connectionId,
      args,
      timestampUs: BigInt(timestampUs),
      seed,
      outcome: OUTCOMES[outcome] ?? 'failed',
    }));
    this.#noted.length = 0;
    this.#keep(number, inputs);
  }
}

/** The name of the input that stands for a tick; no function of a module can have it. */
export const TICK_INPUT = 'tick()';

/** That of a statement of SQL. */
export const STATEMENT_INPUT = 'sql()';

/** What one function was called with, as it stands in the log. */
export interface LoggedInput {
  /** The reducer, the hook's role, or TICK_INPUT. */
  readonly name: string;
  readonly identity: bigint;
  readonly connectionId: bigint;
  /** Positional encoding of the arguments. */
  readonly args: Uint8Array;
  /** Of the tick, in microseconds since the Unix epoch; its n-th transaction had n more. */
  readonly timestampUs: bigint;
  /** Of the tick. */
  readonly seed: number;
  readonly outcome: 'committed' | 'refused' | 'failed' | 'stopped';
}

interface Noted {
  readonly name: string;
  readonly identity: bigint;
  readonly connectionId: bigint;
  readonly args: Uint8Array;
  readonly outcome: CallOutcome;
}

const NOTHING = new Uint8Array(0);

const OUTCOMES: { readonly [outcome: number]: LoggedInput['outcome'] } = {
  [CALL_COMMITTED]: 'committed',
  [CALL_REFUSED]: 'refused',
  [CALL_STOPPED]: 'stopped',
};
