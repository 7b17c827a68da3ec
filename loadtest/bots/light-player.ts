import { type CallResult, isResumableClose, type SectionHead } from '@tickbase/protocol';
import { LightBot, type LightBotOptions } from '../light-bot.ts';
import type { Outcome, Player, Scenario } from '../scenarios/scenario.ts';
import { AreaMeter } from './area-meter.ts';
import { BotLife } from './bot-life.ts';
import type { BotRun } from './bot-run.ts';
import { queriesOf } from './queries-of.ts';

const QUERY_SET = 1;
/** How long a slow reader that was cut off stays away. */
const AWAY_MS = 1000;

/**
 * A bot that keeps no rows: it measures, and plays by chance. One that reads slowly measures nothing but its errors, and comes again as the same player
 * when it was cut off for being too slow.
 */
export class LightPlayer implements Player {
  readonly number: number;
  readonly #uri: string;
  readonly #run: BotRun;
  readonly #life: BotLife;
  readonly #bytesPerSecondMax: number | null;
  readonly #pending = new Map<number, PendingCall>();
  #bot: LightBot;
  #meter: AreaMeter | null = null;
  #settleSubscription: (problem: string) => void = () => {};
  #isLeaving = false;
  #isAway = false;
  #comeAgain: (() => void) | null = null;

  /** `bytesPerSecondMax`: it reads slowly. */
  constructor(number: number, uri: string, run: BotRun, bytesPerSecondMax: number | null = null) {
    this.number = number;
    this.#uri = uri;
    this.#run = run;
    this.#life = new BotLife(number);
    this.#bytesPerSecondMax = bytesPerSecondMax;
    this.#bot = this.#open({ bytesPerSecondMax });
  }

  get identity(): bigint {
    return this.#bot.welcome.identity;
  }

  /** Connects, and gives what the server said at the handshake. */
  async connect(): Promise<LightBot['welcome']> {
    await this.#bot.live();
    this.#meter = new AreaMeter(this.#bot.welcome.tickRate);
    return this.#bot.welcome;
  }

  /** Connects, subscribes, joins and plays. False, with an error of the run: it did not get in. */
  async enter(scenario: Scenario, tables: readonly string[]): Promise<boolean> {
    const startMs = performance.now();
    if (!(await this.#begin(scenario, tables))) return false;
    if (this.#bytesPerSecondMax === null) this.#run.entered(startMs);
    this.#comeAgain = () => void this.#begin(scenario, tables);
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
    if (this.#life.hasEnded || this.#isAway) return Promise.resolve(false);
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

  async #begin(scenario: Scenario, tables: readonly string[]): Promise<boolean> {
    try {
      await this.connect();
      this.#isAway = false;
      const problem = await this.#subscribe(queriesOf(scenario, tables, this.number));
      if (problem !== '') throw new Error(problem);
    } catch (error) {
      // A closed link is counted when it closes.
      if (!this.#life.hasEnded && !this.#isAway) {
        this.#run.errors.add(`a bot could not enter: ${(error as Error).message}`);
      }
      return false;
    }
    return scenario.join(this);
  }

  #open(options: LightBotOptions): LightBot {
    const bot = new LightBot(this.#uri, false, options);
    bot.onResult = (sequence, result) => this.#answer(sequence, result);
    bot.onSubscribed = (_id, problem) => this.#settleSubscription(problem);
    bot.onClosed = (code, reason) => this.#closed(code, reason);
    if (this.#bytesPerSecondMax === null) {
      bot.onMessage = (bytes) => this.#run.took(bytes);
      bot.onSection = (head, pieceBytes) => this.#measure(head, pieceBytes);
    } else bot.onMessage = (bytes) => this.#run.tookSlowly(bytes);
    return bot;
  }

  #measure({ tick, serverTimeUs }: SectionHead, pieceBytes: number): void {
    this.#run.cameAfter(Date.now() * 1000 - Number(serverTimeUs));
    if (this.#meter !== null) this.#run.areaBytesInSecond(this.#meter.add(tick, pieceBytes));
  }

  #subscribe(queries: string[]): Promise<string> {
    return new Promise((settle) => {
      this.#settleSubscription = settle;
      this.#bot.send([{ kind: 'subscribe', querySetId: QUERY_SET, queries }]);
    });
  }

  #answer(sequence: number, { status, code, message }: CallResult): void {
    const call = this.#pending.get(sequence);
    if (call === undefined) return;
    this.#pending.delete(sequence);
    const isExpected = status === 'committed' || (call.expects === 'any' && code === 'SENDER_ERROR');
    if (this.#bytesPerSecondMax === null) this.#run.answered(call.sentMs, status !== 'committed');
    if (!isExpected) this.#run.errors.add(`${call.reducer}: ${code}: ${message}`);
    call.settle(status === 'committed');
  }

  #closed(code: number, reason: string): void {
    if (this.#isLeaving) return;
    if (this.#comeAgain !== null && this.#bytesPerSecondMax !== null && isResumableClose(code)) {
      this.#run.slowReturns++;
      this.#isAway = true;
      this.#settleAll();
      const { token } = this.#bot;
      setTimeout(() => {
        if (this.#isLeaving) return;
        this.#bot = this.#open({ token, bytesPerSecondMax: this.#bytesPerSecondMax });
        this.#comeAgain!();
      }, AWAY_MS);
      return;
    }
    // Without its figures: links that end for the same reason are one kind of error.
    this.#run.errors.add(`the link was closed with ${code} ${reason.split(':')[0]}`.trim());
    this.#end();
  }

  #end(): void {
    this.#life.end();
    this.#settleAll();
  }

  #settleAll(): void {
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
