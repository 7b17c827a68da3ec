import { ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import type { ModuleFunctions, Plan } from '@tickbase/schema/plan';
import type { CommitRecord } from '../../store/index.ts';
import { createWorld } from '../create-world.ts';
import { compileWorldCode } from './compile-world-code.ts';
import type { CallOutcome, World } from '../world.ts';

// A test's functions know their tables; the plan is made at run time.
// oxlint-disable-next-line typescript/no-explicit-any
type AnyFunction = (ctx: any, argument: any) => unknown;

/** A world with one caller for tests that speak of calls and ticks alone. */
export interface OpenWorld {
  readonly world: World;
  readonly caller: number;
  /** Runs a call in a tick of its own and seals it. */
  call(name: string, args?: Record<string, unknown>): CallOutcome;
  /** Runs a function in a tick of its own, as the first reducer; throws what it throws. */
  run<T>(body: (ctx: Parameters<AnyFunction>[0]) => T): T;
  /** A tick in which `body` runs calls by `call` of the world; returns its record. */
  tick(body: () => void, timestampUs?: number): CommitRecord;
  record: CommitRecord | null;
}

/** Functions by the names of the plan's reducers and systems. The plan's first reducer is for `run`, and has none. */
export function openWorld(
  plan: Plan,
  functions: Readonly<Record<string, AnyFunction>> = {},
  centre: AnyFunction | null = null,
): OpenWorld {
  let body: AnyFunction | null = null;
  let failure: unknown = null;
  const runBody: AnyFunction = (ctx, argument) => {
    try {
      return body?.(ctx, argument);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const moduleFunctions = {
    reducers: plan.reducers.map(({ accessor }, position) => (position === 0 ? runBody : functions[accessor]!)),
    systems: plan.systems.map(({ accessor }) => functions[accessor]!),
    interest: centre === null ? null : { centre },
  } as unknown as ModuleFunctions;
  const world = createWorld({
    plan,
    code: compileWorldCode(plan),
    functions: moduleFunctions,
    databaseIdentity: 901n,
    slotRestTicks: 3,
  });
  const caller = world.addCaller(17n, 23n);
  let tick = 40;
  const opened: OpenWorld = {
    world,
    caller,
    record: null,
    tick(work, timestampUs) {
      tick++;
      world.beginTick(tick, timestampUs ?? tick * 1_000_000, tick * 7);
      work();
      const record = world.seal();
      opened.record = record;
      return record;
    },
    call(name, args = {}) {
      const position = plan.reducers.findIndex((reducer) => reducer.accessor === name);
      const writer = new ByteWriter();
      for (const param of plan.reducers[position]!.params) encodeValue(writer, param.type, args[param.accessor]);
      let outcome: CallOutcome = 0;
      opened.tick(() => {
        outcome = world.runCall(position, writer.copy(), caller);
      });
      return outcome;
    },
    run<T>(work: (ctx: Parameters<AnyFunction>[0]) => T): T {
      failure = null;
      let result: T | undefined;
      body = (ctx) => {
        result = work(ctx);
      };
      opened.tick(() => void world.runCall(0, new Uint8Array(0), caller));
      if (failure !== null) throw failure;
      return result!;
    },
  };
  return opened;
}
