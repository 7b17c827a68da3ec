import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@tickbase/schema/plan';
import { ChildProgram } from './child-program.ts';
import type { FromServer, ToServer } from './process-messages.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { ServerFigures, ServerSecond } from './server-figures.ts';

/** A server of the load test's own, in another process, on a free port, with an empty data folder that goes with it. */
export class OwnServer {
  readonly plan: Plan;
  /** The whole address that clients open. */
  readonly uri: string;
  /** Settles when the process is gone, with how it ended. */
  readonly ended: Promise<string>;
  readonly #started: Started;

  private constructor(started: Started, scenario: Scenario, port: number, plan: Plan) {
    this.plan = plan;
    this.uri = `ws://127.0.0.1:${port}/v1/database/${scenario.database}/subscribe`;
    this.ended = started.program.ended;
    this.#started = started;
  }

  /** Rejects when the server does not start; nothing is left then. */
  static async start(scenario: Scenario, options: OwnServerOptions, events: OwnServerEvents): Promise<OwnServer> {
    const { profileDir } = options;
    const dataDir = mkdtempSync(join(tmpdir(), `tickbase-loadtest-${process.pid}-`));
    const program = new ChildProgram<ToServer, FromServer>(
      './serve-program.ts',
      [
        scenario.modulePath,
        scenario.database,
        dataDir,
        options.hasOverload ? 'on' : 'off',
        scenario.http?.staticDir ?? '',
        String(options.socketThreads),
      ],
      profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, '--cpu-prof-interval=200'],
      (message) => started.hear(message),
    );
    const started: Started = { program, dataDir, hear: () => {}, takeFigures: null };
    program.samples.on('data', (chunk: Uint8Array) => events.sample(chunk));
    try {
      return await new Promise<OwnServer>((resolve, reject) => {
        started.hear = (message) => {
          if (message.kind === 'pace') events.pace(message.tickP99Ms, message.second);
          else if (message.kind === 'logged') events.logged(message.level, message.text);
          else if (message.kind === 'figures') started.takeFigures?.(message.figures);
          else if (message.kind === 'failed') reject(new Error(message.text));
          else resolve(new OwnServer(started, scenario, message.port, message.plan));
        };
        void program.ended.then((how) => reject(new Error(`the server ended with ${how} before it listened`)));
      });
    } catch (error) {
      await leave(started);
      throw error;
    }
  }

  begin(): void {
    this.#started.program.tell({ kind: 'begin' });
  }

  /** What it measured since `begin`; null when it is gone. */
  figures(): Promise<ServerFigures | null> {
    const { program } = this.#started;
    const told = new Promise<ServerFigures>((settle) => (this.#started.takeFigures = settle));
    program.tell({ kind: 'end' });
    return Promise.race([told, this.ended.then(() => null)]);
  }

  stop(): Promise<void> {
    return leave(this.#started);
  }
}

export interface OwnServerOptions {
  /** Where a CPU profile goes; null: none is made. */
  readonly profileDir: string | null;
  /** It sends clients less when ticks take most of their time. */
  readonly hasOverload: boolean;
  readonly socketThreads: number;
}

export interface OwnServerEvents {
  /** Once a second, of the last seconds, and of the last one alone. */
  pace(tickP99Ms: number, second: ServerSecond): void;
  logged(level: 'warn' | 'error', text: string): void;
  /** A part of the stream of samples. */
  sample(chunk: Uint8Array): void;
}

interface Started {
  readonly program: ChildProgram<ToServer, FromServer>;
  readonly dataDir: string;
  hear: (message: FromServer) => void;
  takeFigures: ((figures: ServerFigures) => void) | null;
}

async function leave({ program, dataDir }: Started): Promise<void> {
  await program.leave({ kind: 'leave' });
  rmSync(dataDir, { recursive: true, force: true });
}
