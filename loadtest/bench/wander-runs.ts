import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@tickbase/base';
import { LightBot, type LightBotCounts } from '../light-bot.ts';
import { BenchProcess } from './child-process.ts';
import { sumOfCounts } from './sum-of-counts.ts';

/** Movers on the land of loadtest/modules/wander (20 × 20 cells), among them one for each client. */
export interface WanderScene {
  readonly clients: number;
  readonly wanderers: number;
  readonly runMs: number;
  /** Clients more that decode every piece, to count what one gets; none unless given. */
  readonly countingClients?: number;
}

export interface WanderRun {
  /** Of the server, all threads and the kernel's part for it, for each message that a client got: one a tick. */
  readonly cpuUs: number;
  /** A client's bytes in a tick, WebSocket headers included. */
  readonly bytesPerFrame: number;
  /** Of all clients together, as those that count have it; 0 without any. */
  readonly updatesPerSecond: number;
  /** Processor time over time. */
  readonly cores: number;
}

/** The server, and bots that steer 20 times a second each and count what comes. */
export async function runWander(scene: WanderScene): Promise<WanderRun> {
  const server = await startServer('wander');
  await populate(server.uri, scene.wanderers);
  const { countingClients = 0 } = scene;
  const bots = new Crew(server.uri, scene.clients, 'wander');
  await bots.ready();
  const counting = countingClients > 0 ? new Crew(server.uri, countingClients, 'counting') : null;
  await counting?.ready();
  const run = await measure(server.process, bots, counting, scene);
  await counting?.stop();
  await bots.stop();
  await server.process.stop();
  return run;
}

/** The floor: a bare uWebSockets.js program with messages of this size, their headers included, and as many clients. */
export async function runFloor(scene: WanderScene, frameBytes: number): Promise<WanderRun> {
  const server = new BenchProcess(file('../crowd/bare-server.ts'), [String(frameBytes - HEADER_BYTES)]);
  const bots = new Crew(`ws://127.0.0.1:${await server.line('port ')}`, scene.clients, 'bare');
  await bots.ready();
  const run = await measure(server, bots, null, scene);
  await bots.stop();
  await server.stop();
  return run;
}

/** All bytes that one client gets, over the updates of movers in them, ten movers a cell. */
export async function bytesPerMover(): Promise<number> {
  const server = await startServer('wander');
  await populate(server.uri, DENSE_MOVERS);
  const bot = new LightBot(server.uri, true);
  await bot.live();
  bot.send([
    bot.callItem('join', new Uint8Array(0)),
    { kind: 'subscribe', querySetId: 1, queries: ['SELECT * FROM mover'] },
  ]);
  await sleep(2000);
  const { bytes, updates } = bot.counts;
  await sleep(4000);
  const perMover = (bot.counts.bytes - bytes) / (bot.counts.updates - updates);
  bot.close();
  await server.process.stop();
  return perMover;
}

/** A module of loadtest/modules in a process of its own. */
export async function startServer(module: 'wander' | 'transfer'): Promise<{ process: BenchProcess; uri: string }> {
  const process = new BenchProcess(file('./serve-module.ts'), [file(`../modules/${module}`)]);
  const port = await process.line('port ');
  return { process, uri: `ws://127.0.0.1:${port}/v1/database/${module}/subscribe` };
}

/** Bots in as many processes as keep up with them. */
class Crew {
  readonly #processes: BenchProcess[] = [];

  constructor(uri: string, count: number, mode: 'wander' | 'counting' | 'bare') {
    const processCount = Math.ceil(count / BOTS_A_PROCESS);
    for (let i = 0; i < processCount; i++) {
      const part = Math.floor(((i + 1) * count) / processCount) - Math.floor((i * count) / processCount);
      this.#processes.push(new BenchProcess(file('./bots-process.ts'), [uri, String(part), mode]));
    }
  }

  async ready(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.line('ready')));
  }

  async counts(): Promise<LightBotCounts> {
    for (const process of this.#processes) process.say('counts');
    const lines = await Promise.all(this.#processes.map((process) => process.line('counts ')));
    return sumOfCounts(lines.map((line) => JSON.parse(line) as LightBotCounts));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
  }
}

async function measure(
  server: BenchProcess,
  bots: Crew,
  counting: Crew | null,
  { clients, runMs, countingClients = 0 }: WanderScene,
): Promise<WanderRun> {
  await sleep(SETTLE_MS);
  const before = await bots.counts();
  const countedBefore = await counting?.counts();
  const startMs = performance.now();
  const startCpuMs = server.cpuMs();
  await sleep(runMs - SETTLE_MS);
  const cpuMs = server.cpuMs() - startCpuMs;
  const elapsedMs = performance.now() - startMs;
  const after = await bots.counts();
  const countedAfter = await counting?.counts();
  const messages = after.messages - before.messages;
  const share = (clients + countingClients) / clients;
  const updates = (countedAfter?.updates ?? 0) - (countedBefore?.updates ?? 0);
  return {
    cpuUs: (cpuMs * 1000) / (messages * share),
    bytesPerFrame: (after.bytes - before.bytes) / messages,
    updatesPerSecond: countingClients === 0 ? 0 : ((updates / countingClients) * clients * share * 1000) / elapsedMs,
    cores: cpuMs / elapsedMs,
  };
}

async function populate(uri: string, count: number): Promise<void> {
  const bot = new LightBot(uri, false);
  await bot.live();
  const args = new ByteWriter(8);
  args.u32(count);
  const done = new Promise<void>((resolve) => (bot.onResult = () => resolve()));
  bot.send([bot.callItem('populate', args.copy())]);
  await done;
  bot.close();
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Of a WebSocket message of 126 bytes to 64 KB. */
const HEADER_BYTES = 4;
const SETTLE_MS = 5000;
const BOTS_A_PROCESS = 750;
/** Ten in each cell. */
const DENSE_MOVERS = 4000;
