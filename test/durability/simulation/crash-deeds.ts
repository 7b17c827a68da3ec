import { assert, Fault, Prng } from '@tickbase/base';
import { SenderError } from '@tickbase/schema';
import type { PlainWorld } from '../../simulation/plain-world.ts';
import type { ModuleDeeds } from '../../simulation/random-module.ts';
import { RandomWrites, type WalkContext as WriteContext, type WriteHabits } from '../../simulation/random-writes.ts';
import { valueText } from '../../simulation/value-text.ts';
import type { WalkCoverage } from '../../simulation/walk-coverage.ts';
import type { CallEnd, CrashCalls } from './crash-calls.ts';
import type { CrashVisits } from './crash-visits.ts';

interface WalkContext extends WriteContext {
  readonly tick: number;
}

export interface CrashDeedParts {
  readonly world: PlainWorld;
  readonly calls: CrashCalls;
  readonly visits: CrashVisits;
  readonly prng: Prng;
  readonly coverage: WalkCoverage;
  readonly habits: WriteHabits;
}

/** What the functions of the simulated module do: random writes, each made in the server's world and in the naive one. */
export class CrashDeeds implements ModuleDeeds {
  /** Given once the module has its plan. */
  parts!: CrashDeedParts;
  areIdle = false;

  readonly call = (context: unknown, args: Record<string, unknown>): void => {
    const { calls } = this.parts;
    const ctx = context as WalkContext;
    const call = calls.begin(args['call'] as number);
    const prng = new Prng(call.seed);
    this.#transact(ctx, (writes) => writes.run(prng.int(0, 3)), prng, {
      refusesOf: 9,
      failsOf: 17,
      onEnd: (end) => {
        call.run = { tick: ctx.tick, end };
      },
    });
  };

  readonly timer = (context: unknown, { alarm }: { readonly alarm: Record<string, unknown> }): void => {
    const ctx = context as WalkContext;
    const alarms = this.parts.world.table('alarm');
    const key = valueText(alarm['alarmId']);
    const at = (alarm['at'] as { value: { microsSinceUnixEpoch: bigint } }).value.microsSinceUnixEpoch;
    assert(alarms.rows.has(key), `alarm ${key} rings and is not there`);
    assert(at <= ctx.timestamp.microsSinceUnixEpoch, `alarm ${key} rings too early`);
    const prng = new Prng(Number(alarm['seed']));
    this.#transact(ctx, (writes) => writes.run(this.areIdle ? 0 : prng.int(0, 2)), prng, {
      refusesOf: 0,
      failsOf: 5,
      // The row goes with its run, whatever that came to.
      onEnd: () => void alarms.delete(key),
    });
  };

  readonly connected = (context: unknown): void => {
    const ctx = context as WalkContext;
    const { prng, visits } = this.parts;
    this.#transact(ctx, (writes) => writes.run(prng.int(0, 1)), prng, {
      refusesOf: 30,
      failsOf: 50,
      onEnd: (end) => {
        if (end === 'committed') visits.came(ctx.connectionId!.__connection_id__, ctx.tick);
      },
    });
  };

  readonly disconnected = (context: unknown): void => {
    const ctx = context as WalkContext;
    const { prng, visits } = this.parts;
    visits.went(ctx.connectionId!.__connection_id__, ctx.tick);
    this.#transact(ctx, (writes) => writes.run(this.areIdle ? 0 : prng.int(0, 1)), prng, {
      refusesOf: 0,
      failsOf: 6,
      onEnd: () => {},
    });
  };

  readonly system = (context: unknown): void => {
    const { prng } = this.parts;
    if (this.areIdle || prng.int(0, 3) > 0) return;
    this.#transact(context as WalkContext, (writes) => writes.drift(), prng, {
      refusesOf: 0,
      failsOf: 9,
      onEnd: () => {},
    });
  };

  /** Everybody looks at one place. */
  readonly centre = (): unknown => ({ x: 3.5, y: -6 });

  /** One of `refusesOf` runs is refused by the module, one of `failsOf` throws; 0: none. */
  #transact(
    ctx: WalkContext,
    body: (writes: RandomWrites) => void,
    prng: Prng,
    { refusesOf, failsOf, onEnd }: { refusesOf: number; failsOf: number; onEnd: (end: CallEnd) => void },
  ): void {
    const { world, coverage, habits } = this.parts;
    world.beginTransaction();
    const writes = new RandomWrites(world, prng, ctx, coverage, habits);
    try {
      body(writes);
      if (refusesOf > 0 && prng.int(1, refusesOf) === 1) throw new SenderError(`not today: ${prng.int(0, 9)}`);
      if (failsOf > 0 && prng.int(1, failsOf) === 1) throw new TypeError('the module is broken here');
    } catch (error) {
      if (error instanceof Fault) throw error;
      world.rollBack();
      onEnd(error instanceof SenderError ? `refused ${error.message}` : 'failed');
      throw error;
    }
    onEnd('committed');
  }
}
