import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from '../bench/child-process.ts';
import { AREA_M2, landOf, VIEW_RADIUS_M } from '../modules/crowd/src/motion.ts';
import type { Place } from './answer-lines.ts';
import { BotCrews } from './bot-crews.ts';
import { type CrowdKind, pathOf } from './bot-protocols.ts';
import { checkCrowd } from './check-crowd.ts';
import { CrowdLost } from './crowd-lost.ts';
import { type CrowdViewer, viewCrowd } from './crowd-viewer.ts';
import { LEAVE_RADIUS_M } from './leave-radius.ts';
import { type LoadFigures, loadWindow } from './load-window.ts';

export interface CrowdFigures extends LoadFigures {
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
  let bots: BotCrews | null = null;
  const viewers: CrowdViewer[] = [];
  try {
    const port = Number(await server.line('port '));
    const paths = await pathsOf(kind, players, server);
    const botCount = players - VIEWERS;
    for (let player = botCount; player < players; player++) {
      viewers.push(await CrowdLost.unless(viewCrowd(kind, { player, port, path: paths[player]!, landM })));
    }
    bots = new BotCrews(kind, port, paths.slice(0, botCount), landM);
    await bots.ready();
    await sleep(options.settleMs);
    const seenBefore = seenBy(viewers);
    const figures = await loadWindow(server, bots, players, options.windowMs);
    const seen = seenBy(viewers);
    server.say('where');
    const truth = JSON.parse(await server.line('where ')) as Place[];
    const rules = { radiusM: VIEW_RADIUS_M, leaveRadiusM: LEAVE_RADIUS_M[kind], slackM: SLACK_M };
    return {
      ...figures,
      bytesPerUpdate: (seen.bytes - seenBefore.bytes) / (seen.updates - seenBefore.updates),
      updatesPerMessage: (seen.updates - seenBefore.updates) / (seen.messages - seenBefore.messages),
      wrong: viewers.flatMap(({ player, lost, shown }) =>
        lost() === '' ? checkCrowd(player, truth, shown(), rules) : [`player ${player} was lost: ${lost()}`],
      ),
    };
  } finally {
    for (const viewer of viewers) viewer.close();
    await Promise.all([bots?.stop(), server.stop()]);
  }
}

async function pathsOf(kind: CrowdKind, players: number, server: BenchProcess): Promise<string[]> {
  if (kind !== 'colyseus') return Array.from({ length: players }, (_, player) => pathOf(kind, player));
  server.say(`seats 0 ${players}`);
  return JSON.parse(await server.line('seats ')) as string[];
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

/** Players that read all that they are sent. */
const VIEWERS = 3;
/** A second's way: the server told where all are some ticks before or after a client was shown it. */
const SLACK_M = 3;
