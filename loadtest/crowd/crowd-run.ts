import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from '../bench/child-process.ts';
import { AREA_M2, landOf, TICK_RATE, VIEW_RADIUS_M } from '../modules/crowd/src/motion.ts';
import type { Place } from './answer-lines.ts';
import { type CrowdKind, pathOf } from './bot-protocols.ts';
import { checkCrowd } from './check-crowd.ts';
import { CrowdLost } from './crowd-lost.ts';
import { type CrowdViewer, viewCrowd } from './crowd-viewer.ts';
import { LEAVE_RADIUS_M } from './leave-radius.ts';
import type { TickFigures } from './tick-loop.ts';

export interface CrowdFigures {
  readonly ticks: TickFigures;
  /** Ticks that the window had room for. */
  readonly ticksDue: number;
  /** Of the server's process, all threads and the kernel's part for it, for each player and tick. */
  readonly cpuUs: number;
  /** The same of the processes of its light bots. */
  readonly botsCpuUs: number;
  /** What a player got of the messages that it should have, inputs that it sent of those that it should have. */
  readonly messageShare: number;
  readonly inputShare: number;
  /** What a client is sent, over the players in it; players in a message. */
  readonly bytesPerUpdate: number;
  readonly updatesPerMessage: number;
  /** What was wrong with what the clients that look were shown. */
  readonly wrong: readonly string[];
}

interface CrowdOptions {
  readonly settleMs: number;
  readonly windowMs: number;
  /** Land for each player; AREA_M2 unless given. */
  readonly areaM2?: number;
}

/** The server with so many players, for a while: what its ticks took, what it used, what its clients got and saw. Rejects with CrowdLost when these cannot come in, or stay. */
export async function runCrowd(kind: CrowdKind, players: number, options: CrowdOptions): Promise<CrowdFigures> {
  const landM = landOf(players, options.areaM2 ?? AREA_M2);
  const server = new BenchProcess(fileURLToPath(new URL(`./${kind}-server.ts`, import.meta.url)), [String(landM)]);
  const crews: BenchProcess[] = [];
  const viewers: CrowdViewer[] = [];
  try {
    const port = Number(await server.line('port '));
    const paths = await pathsOf(kind, players, server);
    const botCount = players - VIEWERS;
    for (let player = botCount; player < players; player++) {
      viewers.push(await ofClients(viewCrowd(kind, { player, port, path: paths[player]!, landM })));
    }
    const crewCount = Math.ceil(botCount / BOTS_A_PROCESS);
    for (let i = 0; i < crewCount; i++) {
      const from = Math.floor((i * botCount) / crewCount);
      const to = Math.floor(((i + 1) * botCount) / crewCount);
      const crew = new BenchProcess(BOTS, [kind, String(port), String(from), String(to), String(landM)]);
      crew.say(`paths ${JSON.stringify(paths.slice(from, to))}`);
      crews.push(crew);
    }
    await ofClients(Promise.race([Promise.all(crews.map((crew) => crew.line('ready'))), tooLong()]));
    await sleep(options.settleMs);
    return await measure(kind, players, server, crews, viewers, options.windowMs);
  } finally {
    for (const viewer of viewers) viewer.close();
    await Promise.all([...crews, server].map((process) => process.stop()));
  }
}

async function measure(
  kind: CrowdKind,
  players: number,
  server: BenchProcess,
  crews: readonly BenchProcess[],
  viewers: readonly CrowdViewer[],
  windowMs: number,
): Promise<CrowdFigures> {
  const before = await countsOf(crews);
  const seenBefore = seenBy(viewers);
  server.say('begin');
  const startCpuMs = server.cpuMs();
  const startBotsCpuMs = cpuMsOf(crews);
  const startMs = performance.now();
  await sleep(windowMs);
  const cpuMs = server.cpuMs() - startCpuMs;
  const botsCpuMs = cpuMsOf(crews) - startBotsCpuMs;
  const elapsedMs = performance.now() - startMs;
  server.say('ticks');
  const ticks = JSON.parse(await server.line('ticks ')) as TickFigures;
  const after = await countsOf(crews);
  const seen = seenBy(viewers);
  server.say('where');
  const truth = JSON.parse(await server.line('where ')) as Place[];
  const rules = { radiusM: VIEW_RADIUS_M, leaveRadiusM: LEAVE_RADIUS_M[kind], slackM: SLACK_M };
  const due = (elapsedMs * TICK_RATE) / 1000;
  const bots = players - viewers.length;
  return {
    ticks,
    ticksDue: Math.floor(due),
    cpuUs: (cpuMs * 1000) / (ticks.ticks * players),
    botsCpuUs: (botsCpuMs * 1000) / (due * bots),
    messageShare: (after.messages - before.messages) / (due * bots),
    inputShare: (after.inputs - before.inputs) / (due * bots),
    bytesPerUpdate: (seen.bytes - seenBefore.bytes) / (seen.updates - seenBefore.updates),
    updatesPerMessage: (seen.updates - seenBefore.updates) / (seen.messages - seenBefore.messages),
    wrong: viewers.flatMap(({ player, lost, shown }) =>
      lost() === '' ? checkCrowd(player, truth, shown(), rules) : [`player ${player} was lost: ${lost()}`],
    ),
  };
}

function cpuMsOf(crews: readonly BenchProcess[]): number {
  return crews.reduce((sum, crew) => sum + crew.cpuMs(), 0);
}

async function pathsOf(kind: CrowdKind, players: number, server: BenchProcess): Promise<string[]> {
  if (kind !== 'colyseus') return Array.from({ length: players }, (_, player) => pathOf(kind, player));
  server.say(`seats 0 ${players}`);
  return JSON.parse(await server.line('seats ')) as string[];
}

async function countsOf(crews: readonly BenchProcess[]): Promise<{ inputs: number; messages: number }> {
  const total = { inputs: 0, messages: 0 };
  for (const crew of crews) crew.say('counts');
  for (const crew of crews) {
    const counts = JSON.parse(await ofClients(crew.line('counts '))) as typeof total;
    total.inputs += counts.inputs;
    total.messages += counts.messages;
  }
  return total;
}

function seenBy(viewers: readonly CrowdViewer[]): { bytes: number; messages: number; updates: number } {
  const total = { bytes: 0, messages: 0, updates: 0 };
  for (const { counts } of viewers) {
    total.bytes += counts.bytes;
    total.messages += counts.messages;
    total.updates += counts.updates;
  }
  return total;
}

/** What goes wrong with clients says that so many are not held. */
function ofClients<T>(promise: Promise<T>): Promise<T> {
  return promise.catch((error: unknown) => {
    throw new CrowdLost((error as Error).message);
  });
}

async function tooLong(): Promise<never> {
  await sleep(JOINS_MS_MAX, undefined, { ref: false });
  throw new Error(`not all clients are in after ${JOINS_MS_MAX / 1000} s`);
}

const BOTS = fileURLToPath(new URL('./bots-program.ts', import.meta.url));
const BOTS_A_PROCESS = 1000;
const JOINS_MS_MAX = 60_000;
/** Players that read all that they are sent. */
const VIEWERS = 3;
/** A second's way: the server told where all are some ticks before or after a client was shown it. */
const SLACK_M = 3;
