import { runBare } from '../crowd/bare-run.ts';
import type { CrowdKind } from '../crowd/bot-protocols.ts';
import { type CrowdFigures, runCrowd } from '../crowd/crowd-run.ts';
import { tryPlayers } from '../crowd/try-players.ts';
import type { WhatWasSeen } from '../crowd/why-not-kept.ts';
import { AREA_M2 } from '../modules/crowd/src/motion.ts';
import { findMax, type SearchStep } from '../find-max.ts';
import { installPeers } from './install-peers.ts';
import { type Benchmark, type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';

/** All three keep up with so many. */
const PLAYERS = 400;
const ROUNDS = 3;
/** By then so few players have made a server's code warm; till then a fifth of what they cost is V8's compiler and first collections. */
const WARM_MS = 6000;
const PLAYERS_MAX = 5000;
/** How exactly a search ends. */
const GAP_SHARE = 0.12;
/** Where each search begins. */
const FIRST: Readonly<Record<CrowdKind, number>> = { tickbase: 1000, colyseus: 500, json: 1000 };

const NAMES: Readonly<Record<CrowdKind, string>> = {
  tickbase: 'Tickbase',
  colyseus: 'Colyseus, StateView',
  json: 'ws and JSON',
};
const KINDS = Object.keys(NAMES) as CrowdKind[];
/** With no world and no views: more players than it holds cannot be had on this machine with these bots, by whatever server. */
const BARE = 'bare uWebSockets.js, equal bytes';
const BARE_FIRST = 2000;

/**
 * One scene on Tickbase, on Colyseus with its view filters, and on `ws` with JSON: players who walk over a land, each of whom sees those within 80 m. The land
 * grows with the players, so that each sees as many however many there are: some 80, or four times as many. The same light bots play in all three, and some clients check what they are shown.
 * What these bots and the kernel leave room for shows a bare program that only sends as much.
 */
export const besidePeers: Benchmark = async (options) => {
  installPeers('@colyseus/core', options.progress);
  return [
    ...(await sideBySide(options, `${PLAYERS} players`, AREA_M2)),
    ...(await sideBySide(options, `${PLAYERS} players on a quarter of the land`, AREA_M2 / 4)),
    ...(await held(options, 'some 80 within the radius', AREA_M2)),
    ...(await held(options, 'some 300 within the radius', AREA_M2 / 4)),
  ];
};

/** What a player costs, with as many players for all, by turns. */
async function sideBySide({ isLong, progress }: BenchOptions, scene: string, areaM2: number): Promise<BenchRow[]> {
  const runs: Record<CrowdKind, CrowdFigures[]> = { tickbase: [], colyseus: [], json: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    for (const kind of KINDS) {
      progress(`${scene}, round ${round} of ${ROUNDS}: ${NAMES[kind]}`);
      const figures = await runCrowd(kind, PLAYERS, { ...windowOf(isLong), settleMs: WARM_MS, areaM2 });
      if (figures.wrong.length > 0) throw new Error(`${NAMES[kind]} shows what is not so: ${figures.wrong[0]}`);
      runs[kind].push(figures);
    }
  }
  const row = (what: string, unit: string, of: (figures: CrowdFigures) => number): BenchRow => {
    const [ours, colyseus, json] = KINDS.map((kind) => runs[kind].map(of));
    return rowOf(`${scene}: ${what}`, unit, ours!, { [NAMES.colyseus]: colyseus!, [NAMES.json]: json! });
  };
  return [
    row('server CPU per client and tick', 'µs', ({ cpuUs }) => cpuUs),
    row('CPU of the bots, on the same cores, per client and tick', 'µs', ({ botsCpuUs }) => botsCpuUs),
    row('server CPU per update of a player that a client is sent', 'µs', (run) => run.cpuUs / run.updatesPerMessage),
    row('bytes per update of a player, all framing', 'B', ({ bytesPerUpdate }) => bytesPerUpdate),
    row('updates of players that a client is sent in a tick', '', ({ updatesPerMessage }) => updatesPerMessage),
    row('tick p50, from its due time to its last frame', 'ms', ({ ticks }) => ticks.p50Ms),
  ];
}

/** How many players each holds at 20 Hz, with so much land for each. */
async function held({ isLong, progress }: BenchOptions, inView: string, areaM2: number): Promise<BenchRow[]> {
  const window = windowOf(isLong);
  const search = async (
    name: string,
    first: number,
    run: (players: number) => Promise<WhatWasSeen>,
  ): Promise<number> => {
    const tryOne = async (bots: number): Promise<SearchStep> => {
      const step = await tryPlayers(bots, () => run(bots));
      const p99 = step.tickP99Ms === null ? '' : `tick p99 ${step.tickP99Ms.toFixed(1)} ms; `;
      progress(`${name}, ${bots} players, ${inView}: ${p99}${step.why || 'held'}`);
      return step;
    };
    return (await findMax(PLAYERS_MAX, tryOne, { first, gapShare: GAP_SHARE }))!.held;
  };
  const most: Record<CrowdKind, number> = { tickbase: 0, colyseus: 0, json: 0 };
  /** Of Tickbase's messages, by players. */
  const bytes = new Map<number, number>();
  for (const kind of KINDS) {
    most[kind] = await search(NAMES[kind], FIRST[kind], async (players) => {
      const figures = await runCrowd(kind, players, { ...window, areaM2 });
      if (kind === 'tickbase') bytes.set(players, figures.bytesPerMessage);
      return figures;
    });
  }
  const { tickbase, colyseus, json } = most;
  if (tickbase === 0) throw new Error('not even the fewest players were held: this machine has too much else to do');
  const frameBytes = bytes.get(tickbase)!;
  const bare = await search(`${BARE}: ${Math.round(frameBytes)} a tick`, BARE_FIRST, (players) =>
    runBare(frameBytes, players, window),
  );
  return [
    rowOf(
      `players held at 20 Hz with a tick p99 under 50 ms, ${inView}`,
      '',
      [tickbase],
      { [NAMES.colyseus]: [colyseus], [NAMES.json]: [json], [BARE]: [bare] },
      { atLeast: 4 * colyseus },
    ),
  ];
}

/** The joins are over by then; what they cost in garbage is cleared away. */
function windowOf(isLong: boolean): { settleMs: number; windowMs: number } {
  return { settleMs: isLong ? 5000 : 1500, windowMs: isLong ? 30_000 : 5000 };
}
