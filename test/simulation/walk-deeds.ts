import { assert, Fault, Prng } from '@tickbase/base';
import { SenderError } from '@tickbase/schema';
import type { Plan } from '@tickbase/schema/plan';
import type { PlainWorld } from './plain-world.ts';
import type { ModuleDeeds } from './random-module.ts';
import { RandomWrites, type WalkContext, type WriteHabits } from './random-writes.ts';
import type { SimulatedClient } from './simulated-client.ts';
import type { Truth } from './truth.ts';
import { valueText } from './value-text.ts';
import type { CallEnd, WalkCalls } from './walk-calls.ts';
import type { WalkCoverage } from './walk-coverage.ts';

export interface DeedParts {
  readonly plan: Plan;
  readonly world: PlainWorld;
  readonly truth: Truth;
  readonly calls: WalkCalls;
  readonly prng: Prng;
  readonly coverage: WalkCoverage;
  readonly habits: WriteHabits;
  clientOf(connectionId: bigint): SimulatedClient;
}

/** What the functions of the walk's module do. Each is one transaction, made in the server's world and in the oracle's. */
export class WalkDeeds implements ModuleDeeds {
  /** Given once the module has its plan. */
  parts!: DeedParts;
  /** Nothing of its own accord is done any more. */
  areIdle = false;

  readonly call = (context: unknown, args: Record<string, unknown>): void => {
    const ctx = context as WalkContext;
    const { truth, calls, world } = this.parts;
    const connectionId = ctx.connectionId!.__connection_id__;
    const client = this.parts.clientOf(connectionId);
    assert(client.identityText === ctx.sender.toHexString(), 'a call comes from its sender');
    const call = calls.run(args, client);
    const prng = new Prng(call.seed);
    const written = this.#transact(ctx, prng, (writes) => writes.run(prng.int(1, 4)), {
      refusesOf: 8,
      failsOf: 16,
      onEnd: (end) => call.outcomes.push(end),
    });
    call.written = world.withOwned(written);
    truth.wrote(connectionId, call.written);
  };

  readonly timer = (context: unknown, { alarm }: { readonly alarm: Record<string, unknown> }): void => {
    const ctx = context as WalkContext;
    const { world, coverage } = this.parts;
    const alarms = world.table('alarm');
    const key = valueText(alarm['alarmId']);
    const at = (alarm['at'] as { value: { microsSinceUnixEpoch: bigint } }).value.microsSinceUnixEpoch;
    assert(alarms.rows.has(key), `alarm ${key} rings and is not there`);
    assert(at <= ctx.timestamp.microsSinceUnixEpoch, `alarm ${key} rings too early`);
    const prng = new Prng(alarm['seed'] as number);
    this.#transact(ctx, prng, (writes) => writes.run(this.areIdle ? 0 : prng.int(1, 2)), {
      refusesOf: 0,
      failsOf: 5,
      onEnd: (end) => {
        coverage[end === 'committed' ? 'timersRun' : 'timersFailed']++;
        // The row goes with its run, whatever that came to.
        alarms.delete(key);
      },
    });
  };

  readonly connected = (context: unknown): void => {
    const ctx = context as WalkContext;
    const { truth, prng, coverage } = this.parts;
    const stands = prng.int(0, 4) > 0;
    const body = (writes: RandomWrites): void => {
      if (stands) writes.stand();
      writes.run(prng.int(0, 2));
    };
    this.#transact(ctx, prng, body, {
      refusesOf: 14,
      failsOf: 40,
      onEnd: (end) => {
        if (end === 'committed') truth.joined(ctx.connectionId!.__connection_id__, ctx.sender);
        else coverage.clientsTurnedAway++;
      },
    });
    coverage.clientsJoined++;
  };

  readonly disconnected = (context: unknown): void => {
    const ctx = context as WalkContext;
    const { truth, prng, coverage } = this.parts;
    coverage.clientsLeft++;
    this.#transact(ctx, prng, (writes) => writes.run(this.areIdle ? 0 : prng.int(0, 2)), {
      refusesOf: 0,
      failsOf: 6,
      onEnd: () => truth.left(ctx.connectionId!.__connection_id__),
    });
  };

  readonly system = (context: unknown): void => {
    const { prng, coverage } = this.parts;
    if (this.areIdle) return;
    this.#transact(context as WalkContext, prng, (writes) => writes.drift(), {
      refusesOf: 0,
      failsOf: 9,
      onEnd: (end) => coverage[end === 'committed' ? 'systemsRun' : 'systemsFailed']++,
    });
  };

  /** As `plainCentres` says. */
  readonly centre = (context: unknown): unknown => {
    const { db, sender } = context as WalkContext;
    const avatar = db['avatar']!['owner']!.find(sender);
    if (avatar === null) return null;
    const mode = (avatar['mode'] as number) % 8;
    if (mode === 4) return null;
    if (mode === 5) throw new Error('nobody knows where this client is');
    if (mode === 7) return { x: 3.5, y: -6 };
    const body = db['thing0']!['thingId']!.find(avatar['bodyKey']);
    if (body === null || mode !== 6) return body;
    return [body, { x: -(body['posX'] as number) / 2, y: (body['posY'] as number) + 19 }];
  };

  /** One of `refusesOf` runs is refused by the module, one of `failsOf` throws; 0: none. Returns what was written. */
  #transact(
    ctx: WalkContext,
    prng: Prng,
    body: (writes: RandomWrites) => void,
    { refusesOf, failsOf, onEnd }: { refusesOf: number; failsOf: number; onEnd: (end: CallEnd) => void },
  ): RandomWrites['written'] {
    const { world, coverage, habits } = this.parts;
    world.beginTransaction();
    const writes = new RandomWrites(world, prng, ctx, coverage, habits);
    try {
      body(writes);
      if (refusesOf > 0 && prng.int(1, refusesOf) === 1) throw new SenderError(`not today: ${prng.int(0, 9)} 🜁`);
      if (failsOf > 0 && prng.int(1, failsOf) === 1) throw new TypeError('the module is broken here');
    } catch (error) {
      if (error instanceof Fault) throw error;
      world.rollBack();
      onEnd(error instanceof SenderError ? `refused ${error.message}` : 'failed');
      throw error;
    }
    onEnd('committed');
    return writes.written;
  }
}
