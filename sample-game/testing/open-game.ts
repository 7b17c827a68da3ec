import { ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import { createWorld, type World } from '@tickbase/runtime/transactions';
import { Identity, Timestamp } from '@tickbase/schema';
import { derivePlan, type ModuleFunctions, type Plan } from '@tickbase/schema/plan';
import { compileWorldCode } from '../../runtime/transactions/testing/compile-world-code.ts';
import { runDueSystems } from '../../runtime/transactions/testing/run-due-systems.ts';
import * as gameModule from '../src/index.ts';
import { give } from '../src/pack.ts';
import { TICK_RATE } from '../src/rules.ts';
import type { BodyRow, Ctx } from '../src/tables.ts';

const TICK_US = 1_000_000 / TICK_RATE;
const START_US = 1_767_225_600_000_000;

/** What `OpenGame.run` was given: the module under test has one reducer more, that does whatever a test asks for. */
let work: (ctx: Ctx) => void = () => undefined;
const derived: { plan: Plan; functions: ModuleFunctions } = derivePlan({
  ...gameModule,
  arrange: gameModule.default.reducer((ctx) => work(ctx)),
});

/** A new world of the sample game, without a server: its time passes when a test says so. */
export function openGame(): OpenGame {
  return new OpenGame();
}

export class OpenGame {
  readonly #world: World = createWorld({ ...derived, code: compileWorldCode(derived.plan), databaseIdentity: 901n });
  readonly #host: number;
  #tick = 0;
  #us = START_US;
  #identity = 5000n;

  constructor() {
    this.#host = this.#world.addCaller(901n, 0n);
    this.#inTick(() => void this.#world.runHook('init', this.#host));
    this.#inTick(() => void this.#world.runHook('started', this.#host));
  }

  /** Runs a function with everything that a reducer has, and gives what it returns; throws what it throws. */
  run<T>(body: (ctx: Ctx) => T): T {
    let outcome: { value: T } | { error: unknown } | null = null;
    work = (ctx) => {
      try {
        outcome = { value: body(ctx) };
      } catch (error) {
        outcome = { error };
        throw error;
      }
    };
    this.#call(this.#host, 'arrange', {});
    if (outcome === null) throw new Error(this.#world.lastMessage);
    const { value, error } = outcome as { value: T; error?: unknown };
    if (error !== undefined) throw error;
    return value;
  }

  /** A client that has joined. */
  join(name: string): TestPlayer {
    const identity = this.#identity++;
    const caller = this.#world.addCaller(identity, identity + 70_000n);
    this.#inTick(() => void this.#world.runHook('clientConnected', caller));
    const call = (reducer: string, args: object): string => this.#call(caller, reducer, args);
    const refusal = call('join', { name, isBot: false });
    if (refusal !== '') throw new Error(refusal);
    return new TestPlayer(this, new Identity(identity), call);
  }

  /** Lets ticks go by, with their timers and systems; throws what the module's code threw. */
  pass(seconds: number): void {
    for (let i = 0; i < seconds * TICK_RATE; i++) {
      this.#inTick(() => {
        this.#world.runDueTimers(1000);
        runDueSystems(this.#world, this.#tick);
      });
    }
  }

  /** Sets the hour, in seconds since dawn: timers and systems run from there on. */
  setHour(secondsSinceDawn: number): void {
    this.run((ctx) => {
      const dawnUs = ctx.timestamp.microsSinceUnixEpoch - BigInt(Math.round(secondsSinceDawn * 1e6));
      for (const sky of ctx.db.sky.edit()) sky.dawnAt = new Timestamp(dawnUs);
    });
  }

  #call(caller: number, reducer: string, args: object): string {
    const position = derived.plan.reducers.findIndex(({ accessor }) => accessor === reducer);
    const writer = new ByteWriter();
    for (const { type, accessor } of derived.plan.reducers[position]!.params) {
      encodeValue(writer, type, (args as Record<string, unknown>)[accessor]);
    }
    let message = '';
    this.#inTick(() => {
      if (this.#world.runCall(position, writer.copy(), caller) !== 0) message = this.#world.lastMessage;
    });
    return message;
  }

  #inTick(body: () => void): void {
    this.#us += TICK_US;
    this.#world.beginTick(++this.#tick, this.#us, this.#tick * 7919);
    body();
    this.#world.seal();
    const failure = this.#world.takeLogLines().find(({ level }) => level === 'error');
    if (failure !== undefined) throw new Error(`${failure.origin}: ${failure.text}`);
  }
}

export class TestPlayer {
  readonly identity: Identity;
  readonly bodyId: bigint;
  /** Calls a reducer; gives the refusal's text, '' when there was none. */
  readonly call: (reducer: string, args: object) => string;
  readonly #game: OpenGame;

  constructor(game: OpenGame, identity: Identity, call: (reducer: string, args: object) => string) {
    this.#game = game;
    this.identity = identity;
    this.call = call;
    this.bodyId = game.run((ctx) => ctx.db.player.identity.find(identity)!.bodyId);
  }

  get body(): BodyRow {
    return this.#game.run((ctx) => ctx.db.body.id.find(this.bodyId)!);
  }

  /** Changes the body: where it stands, its hp, … */
  set(change: Partial<Omit<BodyRow, 'id'>>): void {
    this.#game.run((ctx) => void Object.assign(ctx.db.body.id.edit(this.bodyId), change));
  }

  /** How many pieces the pack holds, by item. */
  get pack(): Record<number, number> {
    return this.#game.run((ctx) => {
      const pieces: Record<number, number> = {};
      for (const { item, count } of ctx.db.pack.owner.filter(this.identity)) pieces[item] = count;
      return pieces;
    });
  }

  /** Puts pieces into the pack. */
  get(item: number, count: number): void {
    this.#game.run((ctx) => give(ctx, this.identity, item, count));
  }
}
