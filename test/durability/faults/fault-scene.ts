import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Prng } from '@tickbase/base';
import { Crew } from '../kill/crew.ts';
import type { ServeOptions } from '../kill/serve-messages.ts';
import { type ProcessOptions, ServerProcess } from '../kill/server-process.ts';

export interface SceneOptions {
  readonly world?: 'ledger' | 'ledger/ticking';
  /** A folder in the temporary one unless given. */
  readonly dataDir?: string;
  readonly noteBytesMax?: number;
  readonly clientCount?: number;
  /** Codes with which the server may refuse calls. */
  readonly refusals?: readonly string[];
  readonly serve?: Partial<ServeOptions>;
}

/** One data folder, the lives of its server one after another, and the clients that stay over all of them. */
export class FaultScene {
  readonly crew: Crew;
  readonly dataDir: string;
  server!: ServerProcess;
  readonly #options: SceneOptions;
  readonly #folder: string;

  constructor(options: SceneOptions = {}) {
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'tickbase-fault-'));
    this.dataDir = options.dataDir ?? join(this.#folder, 'data');
    const { noteBytesMax = 60, clientCount, refusals } = options;
    this.crew = new Crew({
      prng: new Prng(Math.floor(Math.random() * 2 ** 32)),
      noteBytesMax,
      ...(clientCount === undefined ? {} : { clientCount }),
      ...(refusals === undefined ? {} : { refusals }),
    });
  }

  /** A server that may not come up: `told` says. */
  async launch(process: ProcessOptions = {}, serve: Partial<ServeOptions> = {}): Promise<ServerProcess> {
    const { world = 'ledger' } = this.#options;
    const modulePath = fileURLToPath(new URL(`../../worlds/${world}/`, import.meta.url));
    const { dataDir } = this;
    const options = { modulePath, dataDir, boardFile: null, aim: null, ...this.#options.serve, ...serve };
    this.server = await ServerProcess.start(options, process);
    void this.server.ended.then(() => this.crew.wake());
    return this.server;
  }

  /** A server that comes up, and clients that are there. */
  async start(process: ProcessOptions = {}, serve: Partial<ServeOptions> = {}): Promise<void> {
    const server = await this.launch(process, serve);
    await this.crew.board(await server.port());
  }

  /** Starts a server that is expected to refuse; returns what it said. */
  async refusal(process: ProcessOptions = {}, serve: Partial<ServeOptions> = {}): Promise<string> {
    const server = await this.launch(process, serve);
    const told = await server.told;
    const said = told === 'ended' ? server.out : told.kind === 'failed' ? told.text : 'it listens';
    await server.kill();
    return said;
  }

  /** Waits until this many more calls are confirmed. */
  async confirms(count: number): Promise<void> {
    const { crew } = this;
    const enough = crew.confirmedCount + count;
    crew.busy(true);
    await this.#orSay(crew.until(() => crew.confirmedCount >= enough || this.server.hasEnded));
    if (crew.confirmedCount < enough) throw new Error(`calls are not confirmed any more\n${this.server.out}`);
  }

  async kill(): Promise<void> {
    this.crew.disembark();
    await this.server.kill();
  }

  /** Waits until the server has ended by itself; returns its exit status. */
  async end(): Promise<number | string> {
    await this.#orSay(this.crew.until(() => this.server.hasEnded));
    this.crew.disembark();
    if (!this.server.hasEnded) throw new Error(`the server does not end\n${this.server.out}`);
    return this.server.ended;
  }

  /** A life that ends by itself, be it at the start: its exit status and what it said. */
  async lifeWith(process: ProcessOptions): Promise<{ readonly status: number | string; readonly said: string }> {
    const server = await this.launch(process);
    const told = await server.told;
    if (told !== 'ended' && told.kind === 'listening') {
      await this.crew.board(told.port);
      this.crew.busy(true);
    }
    const status = await this.end();
    return { status, said: told !== 'ended' && told.kind === 'failed' ? told.text : server.out };
  }

  audit(): Promise<void> {
    return this.#orSay(this.crew.audit());
  }

  async close(): Promise<void> {
    this.crew.leave();
    await this.server.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #orSay(promise: Promise<void>): Promise<void> {
    try {
      await promise;
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.server.out}`, { cause: error });
    }
  }
}
