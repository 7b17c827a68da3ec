import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Prng } from '@tickbase/base';
import { sendOrder } from '../../../runtime/host/control/index.ts';
import { Crew, ServerGone } from './crew.ts';
import { type Phase, readPhases } from './phase-board.ts';
import type { Aim, ServeOptions } from './serve-messages.ts';
import { ServerProcess } from './server-process.ts';

export interface KillOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly form: KillForm;
  /** Takes a line for each kill. */
  readonly tell: (line: string) => void;
  /** No new round begins after it was true. */
  readonly isOver?: () => boolean;
}

export interface KillForm {
  /** With several, each start takes one of them, and now and then another one is published to the running server. */
  readonly worlds: readonly ('ledger' | 'ledger/ticking' | 'ledger/wider')[];
  /** Longer notes fill segments sooner. */
  readonly noteBytesMax: number;
  /** Phases in which the server likes to kill itself, beside kills at any time. */
  readonly aims: readonly Phase[];
  readonly serve: Partial<ServeOptions>;
}

/**
 * Kills a server again and again (SIGKILL) while clients call it, starts it again on the same folder, and holds every time what it has
 * against what its clients were told. The clients stay the same: they come back by themselves. Throws what is wrong, with the folder's place.
 */
export async function runKills(options: KillOptions): Promise<KillCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'tickbase-kill-'));
  const run = new KillRun(options, folder);
  try {
    await run.begin();
    while (run.counts.rounds < options.rounds && options.isOver?.() !== true) await run.round();
    await run.end();
  } catch (error) {
    throw new Error(`${run.state()}: ${(error as Error).message}`, { cause: error });
  } finally {
    await run.leave();
    rmSync(folder, { recursive: true, force: true });
  }
  return run.counts;
}

export interface KillCounts {
  /** Kills, those during a start or a recovery included. */
  rounds: number;
  audits: number;
  /** Changes of the module while it ran. */
  publishes: number;
  confirmed: number;
  /** By what the server was at. */
  readonly phases: Map<string, number>;
  /** What promises said. */
  readonly outcomes: Map<string, number>;
  numbersSeen: number;
}

class KillRun {
  readonly counts: KillCounts = {
    rounds: 0,
    audits: 0,
    publishes: 0,
    confirmed: 0,
    phases: new Map(),
    outcomes: new Map(),
    numbersSeen: 0,
  };
  readonly #options: KillOptions;
  readonly #folder: string;
  readonly #prng: Prng;
  readonly #crew: Crew;
  #server: ServerProcess | null = null;
  #boardFile = '';
  #aimed: Aim | null = null;
  #lifeCount = 0;
  #isPublishing = false;

  constructor(options: KillOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#prng = new Prng(options.seed);
    this.#crew = new Crew({ prng: this.#prng, noteBytesMax: options.form.noteBytesMax });
  }

  async begin(): Promise<void> {
    const server = await this.#launch(null);
    await this.#crew.board(await server.port());
  }

  /** Calls, a kill, perhaps more kills on the way up, and most times an audit. */
  async round(): Promise<void> {
    const prng = this.#prng;
    const crew = this.#crew;
    crew.busy(true);
    if (this.#options.form.worlds.length > 1) void this.#publish();
    const enough = crew.confirmedCount + Math.floor(2 ** (prng.float() * CONFIRMATIONS_LOG2_MAX));
    // One that aims at itself has the more time to come to that.
    const isAiming = this.#aimed !== null;
    const isTime = (): boolean => !isAiming && crew.confirmedCount >= enough;
    await crew.until(isTime, isAiming ? AIMING_MS : BUSY_MS).catch(passServerGone);
    await this.#kill();
    crew.busy(false);
    while (prng.int(0, 3) === 0) {
      const early = await this.#launch(this.#aim(RECOVERY_AIMS, EARLY_LOG2_MAX));
      await Promise.race([early.ended, early.told, new Promise((go) => setTimeout(go, prng.int(1, 400)))]);
      await this.#kill();
    }
    await this.#start();
    // At times the next kill comes while calls are being sent again.
    if (prng.int(0, 3) !== 0) await this.#audit();
  }

  async end(): Promise<void> {
    await this.#audit();
    this.counts.numbersSeen = this.#crew.numbers.count;
    for (const [what, count] of this.#crew.outcomes) this.counts.outcomes.set(what, count);
  }

  async leave(): Promise<void> {
    this.#crew.leave();
    await this.#server?.kill();
  }

  state(): string {
    return `seed ${this.#options.seed}, kill ${this.counts.rounds}`;
  }

  async #start(): Promise<void> {
    for (;;) {
      const server = await this.#launch(
        this.#prng.int(0, 1) === 0 ? null : this.#aim(this.#options.form.aims, AIM_LOG2_MAX),
      );
      const told = await server.told;
      if (told !== 'ended' && told.kind === 'listening') {
        await this.#crew.board(told.port);
        return;
      }
      // It may have met its aim on the way up.
      if (told !== 'ended' || (await server.ended) !== 'SIGKILL') {
        const why = told === 'ended' ? await server.ended : told.text;
        throw new Error(`the server does not come up again: ${why}\n${server.out}`);
      }
      await this.#kill();
    }
  }

  #aim(phases: readonly Phase[], nthLog2Max: number): Aim | null {
    const prng = this.#prng;
    if (phases.length === 0) return null;
    const nth = 1 + Math.floor(2 ** (prng.float() * nthLog2Max));
    return { phase: prng.pick([...phases]), nth, moment: prng.pick(['before', 'during']) };
  }

  async #launch(aim: Aim | null): Promise<ServerProcess> {
    const { serve } = this.#options.form;
    const modulePath = this.#anyModule();
    this.#boardFile = join(this.#folder, `board-${++this.#lifeCount}`);
    this.#aimed = aim;
    const dataDir = join(this.#folder, 'data');
    this.#server = await ServerProcess.start({ modulePath, dataDir, boardFile: this.#boardFile, aim, ...serve });
    const server = this.#server;
    this.#crew.isServerGone = () => server.hasEnded;
    void server.ended.then(() => this.#crew.wake());
    return server;
  }

  #anyModule(): string {
    const world = this.#prng.pick([...this.#options.form.worlds]);
    return fileURLToPath(new URL(`../../worlds/${world}/`, import.meta.url));
  }

  /** Changes the module of the running server, until that is done or the server gone. */
  async #publish(): Promise<void> {
    const options = { modulePath: this.#anyModule(), mayBreakClients: true };
    this.#isPublishing = true;
    try {
      await sendOrder(join(this.#folder, 'data'), 'publish', options);
      this.counts.publishes++;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'CONTROL_LOST' && code !== 'CONTROL_NO_SERVER') this.#crew.complain(`publish: ${String(error)}`);
    } finally {
      this.#isPublishing = false;
    }
  }

  async #kill(): Promise<void> {
    const crew = this.#crew;
    crew.disembark();
    const wasPublishing = this.#isPublishing;
    await this.#server!.kill();
    const { counts } = this;
    const phases = readPhases(this.#boardFile) + (wasPublishing ? ' + publish' : '');
    rmSync(this.#boardFile, { force: true });
    counts.rounds++;
    counts.phases.set(phases, (counts.phases.get(phases) ?? 0) + 1);
    const lately = crew.confirmedCount - counts.confirmed;
    counts.confirmed = crew.confirmedCount;
    this.#options.tell(`kill ${counts.rounds}: ${phases}, after ${lately} confirmations`);
    crew.check();
  }

  /** A server that meets its aim meanwhile is started again. */
  async #audit(): Promise<void> {
    for (;;) {
      try {
        await this.#crew.audit();
        await this.#crew.sweep();
        break;
      } catch (error) {
        if (!(error instanceof ServerGone)) {
          throw new Error(`${(error as Error).message}\n${this.#server!.out}`, { cause: error });
        }
        await this.#kill();
        await this.#start();
      }
    }
    this.counts.audits++;
  }
}

function passServerGone(error: unknown): void {
  if (!(error instanceof ServerGone)) throw error;
}

/** A kill comes after so many confirmations, a hundred as often as ten: the machine may be slow. */
const CONFIRMATIONS_LOG2_MAX = 9;
const BUSY_MS = 10_000;
const AIMING_MS = 2500;
/** An aim is at the n-th time of its phase; a start has few of any. */
const AIM_LOG2_MAX = 7;
const EARLY_LOG2_MAX = 3;
const RECOVERY_AIMS: readonly Phase[] = ['recovery', 'log cut', 'segment made', 'folder sync', 'log write', 'log sync'];
