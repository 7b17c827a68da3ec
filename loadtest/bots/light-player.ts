import type { CallResult } from '@tickbase/protocol';
import { LightBot } from '../light-bot.ts';
import type { Outcome, Player, Scenario } from '../scenarios/scenario.ts';
import { BotLife } from './bot-life.ts';
import type { BotRun } from './bot-run.ts';

const QUERY_SET = 1;

/** A bot that keeps no rows: it measures, and plays by chance. */
export class LightPlayer implements Player {
  readonly number: number;
  readonly #run: BotRun;
  readonly #life: BotLife;
  readonly #bot: LightBot;
  readonly #pending = new Map<number, PendingCall>();
  #settleSubscription: (problem: string) => void = () => {};
  #isLeaving = false;

  constructor(number: number, uri: string, run: BotRun) {
    this.number = number;
    this.#run = run;
    this.#life = new BotLife(number);
    this.#bot = new LightBot(uri, false);
    this.#bot.onMessage = (bytes) => run.took(bytes);
    this.#bot.onResult = (sequence, result) => this.#answer(sequence, result);
    this.#bot.onSubscribed = (_id, problem) => this.#settleSubscription(problem);
    this.#bot.onClosed = (code, reason) => this.#closed(`the link was closed with ${code} ${reason}`.trim());
  }

  get identity(): bigint {
    return this.#bot.welcome.identity;
  }

  /** Connects, and gives what the server said at the handshake. */
  async connect(): Promise<LightBot['welcome']> {
    await this.#bot.live();
    return this.#bot.welcome;
  }

  /** Connects, subscribes, joins and plays. False, with an error of the run: it did not get in. */
  async enter(scenario: Scenario, tables: readonly string[]): Promise<boolean> {
    try {
      await this.connect();
      const problem = await this.#subscribe(tables);
      if (problem !== '') throw new Error(problem);
    } catch (error) {
      // A closed link is counted when it closes.
      if (!this.#life.hasEnded) this.#run.errors.add(`a bot could not enter: ${(error as Error).message}`);
      return false;
    }
    if (!(await scenario.join(this))) return false;
    if (!this.#life.hasEnded) scenario.play(this);
    return !this.#life.hasEnded;
  }

  random(): number {
    return this.#life.random();
  }

  every(periodMs: number, act: () => void): void {
    this.#life.every(periodMs, act);
  }

  call(reducer: string, args: Readonly<Record<string, unknown>>, expects: Outcome = 'committed'): Promise<boolean> {
    if (this.#life.hasEnded) return Promise.resolve(false);
    return new Promise((settle) => {
      const sentMs = performance.now();
      this.#pending.set(this.#bot.call(reducer, args), { reducer, expects, sentMs, settle });
    });
  }

  rowsOf(): null {
    return null;
  }

  leave(): void {
    this.#isLeaving = true;
    this.#end();
    this.#bot.close();
  }

  #subscribe(tables: readonly string[]): Promise<string> {
    return new Promise((settle) => {
      this.#settleSubscription = settle;
      this.#bot.send([
        { kind: 'subscribe', querySetId: QUERY_SET, queries: tables.map((table) => `SELECT * FROM ${table}`) },
      ]);
    });
  }

  #answer(sequence: number, { status, code, message }: CallResult): void {
    const call = this.#pending.get(sequence);
    if (call === undefined) return;
    this.#pending.delete(sequence);
    const isExpected = status === 'committed' || (call.expects === 'any' && code === 'SENDER_ERROR');
    this.#run.answered(call.sentMs, status !== 'committed');
    if (!isExpected) this.#run.errors.add(`${call.reducer}: ${code}: ${message}`);
    call.settle(status === 'committed');
  }

  #closed(what: string): void {
    if (this.#isLeaving) return;
    this.#run.errors.add(what);
    this.#end();
  }

  #end(): void {
    this.#life.end();
    this.#settleSubscription('the link is gone');
    for (const { settle } of this.#pending.values()) settle(false);
    this.#pending.clear();
  }
}

interface PendingCall {
  readonly reducer: string;
  readonly expects: Outcome;
  readonly sentMs: number;
  readonly settle: (isCommitted: boolean) => void;
}
