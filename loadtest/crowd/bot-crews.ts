import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from '../bench/child-process.ts';
import type { BotKind } from './bot-protocols.ts';
import { CrowdLost } from './crowd-lost.ts';

/** Of all bots together, since they came. */
export interface BotCounts {
  readonly inputs: number;
  readonly messages: number;
  /** Payload and headers of those messages. */
  readonly bytes: number;
}

/** The light bots of a run, in as many processes as they need: players from 0 on, one for each path. What goes wrong with them is a CrowdLost. */
export class BotCrews {
  readonly botCount: number;
  readonly #crews: BenchProcess[] = [];

  constructor(kind: BotKind, port: number, paths: readonly string[], landM: number) {
    this.botCount = paths.length;
    const crewCount = Math.ceil(paths.length / BOTS_A_PROCESS);
    for (let i = 0; i < crewCount; i++) {
      const from = Math.floor((i * paths.length) / crewCount);
      const to = Math.floor(((i + 1) * paths.length) / crewCount);
      const crew = new BenchProcess(BOTS, [kind, String(port), String(from), String(to), String(landM)]);
      crew.say(`paths ${JSON.stringify(paths.slice(from, to))}`);
      this.#crews.push(crew);
    }
  }

  /** Fulfilled when all are in. */
  async ready(): Promise<void> {
    await CrowdLost.unless(Promise.race([Promise.all(this.#crews.map((crew) => crew.line('ready'))), tooLong()]));
  }

  async counts(): Promise<BotCounts> {
    const total = { inputs: 0, messages: 0, bytes: 0 };
    for (const crew of this.#crews) crew.say('counts');
    for (const crew of this.#crews) {
      const counts = JSON.parse(await CrowdLost.unless(crew.line('counts '))) as BotCounts;
      total.inputs += counts.inputs;
      total.messages += counts.messages;
      total.bytes += counts.bytes;
    }
    return total;
  }

  cpuMs(): number {
    return this.#crews.reduce((sum, crew) => sum + crew.cpuMs(), 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#crews.map((crew) => crew.stop()));
  }
}

async function tooLong(): Promise<never> {
  await sleep(JOINS_MS_MAX, undefined, { ref: false });
  throw new Error(`not all clients are in after ${JOINS_MS_MAX / 1000} s`);
}

const BOTS = fileURLToPath(new URL('./bots-program.ts', import.meta.url));
const BOTS_A_PROCESS = 1000;
const JOINS_MS_MAX = 60_000;
