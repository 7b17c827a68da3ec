/**
 * Bots of a load test, in a process of their own. Started by the load test alone: it speaks by messages (process-messages.ts), reads samples
 * of the world from a pipe, and ends with the process that started it.
 */
import { Socket } from 'node:net';
import type { Plan } from '@tickbase/schema/plan';
import { BotRun } from './bots/bot-run.ts';
import { CheckingPlayer, type CheckingPlace } from './bots/checking-player.ts';
import { LightPlayer } from './bots/light-player.ts';
import { remoteModuleOf } from './bots/remote-module-of.ts';
import { cellPositions } from './check/world-sample.ts';
import { keyTexts } from './check/sampled-world.ts';
import { ViewChecker, type CheckCounts } from './check/view-checker.ts';
import { giveWay } from './give-way.ts';
import { isChecking } from './is-checking.ts';
import { SAMPLE_FD, type FromBots, type ToBots } from './process-messages.ts';
import { SampleReader } from './sample-reader.ts';
import { SCENARIOS } from './scenarios.ts';

const PACE_MS = 1000;
const JOIN_TURN_MS = 10;
const NO_CHECKS: CheckCounts = { checks: 0, rowsChecked: 0, rowsUnchecked: 0, mismatches: 0, texts: [] };

giveWay();
const run = new BotRun();
const players: (LightPlayer | CheckingPlayer)[] = [];
let checker: ViewChecker | null = null;
let isLeaving = false;

const samples = new Socket({ fd: SAMPLE_FD });
const reader = new SampleReader((sample) => checker?.takeSample(sample));
samples.on('data', (chunk) => reader.push(chunk)).on('error', () => {});

// The terminal sends Ctrl-C to all processes; the load test says when it is time to go.
process.on('SIGINT', () => {});
process.once('disconnect', leave);
process.on('message', (message: ToBots) => {
  if (message.kind === 'start') void enter(message);
  else if (message.kind === 'begin') run.begin();
  else if (message.kind === 'end') tellFigures();
  else leave();
});
const pace = setInterval(tellPace, PACE_MS);

/** Lets the bots in one after another, at an even pace. */
async function enter(start: Extract<ToBots, { kind: 'start' }>): Promise<void> {
  const scenario = SCENARIOS.get(start.scenario)!;
  if (start.plan !== null) checker = new ViewChecker(start.plan, scenario, start.mayWait);
  const place = {
    uri: new URL(start.uri).origin,
    database: start.database,
    module: remoteModuleOf(start.schema),
    witnessed: start.plan === null ? null : witnessedIn(start.plan),
  };
  const tables = scenario.tables === 'all' ? start.schema.tables.map(({ name }) => name) : scenario.tables;
  const startMs = performance.now();
  const entering: Promise<boolean>[] = [];
  for (let number = start.from; number < start.to;) {
    // A busy process comes late to this: then all that are due go in at once.
    const dueCount = 1 + Math.floor(((performance.now() - startMs) / 1000) * start.joinsPerSecond);
    for (; number < Math.min(start.to, start.from + dueCount); number++) entering.push(enterOne(number));
    await new Promise((resolve) => setTimeout(resolve, JOIN_TURN_MS));
    if (isLeaving) return;
  }
  await Promise.all(entering);
  tellPace();
  tell({ kind: 'entered' });

  async function enterOne(number: number): Promise<boolean> {
    const slow = start.hasSlow ? scenario.slowReaders : undefined;
    const isSlow = slow !== undefined && number % slow.oneIn === slow.oneIn - 1;
    const player = isChecking(number, start.bots)
      ? new CheckingPlayer(number, place, run)
      : new LightPlayer(number, start.uri, run, isSlow ? slow.bytesPerSecond : null);
    players.push(player);
    const isIn = await player.enter(scenario, tables, checker);
    run.joined += Number(isIn);
    return isIn;
  }
}

/** By name of each table whose rows are in cells and have a key: what tells its rows from each other. */
function witnessedIn(plan: Plan): CheckingPlace['witnessed'] {
  const tables = plan.interest === null ? [] : cellPositions(plan).map((position) => plan.tables[position]!);
  return new Map(tables.filter(({ primaryKey }) => primaryKey !== null).map((table) => [table.name, keyTexts(table)]));
}

function tellPace(): void {
  const { mismatches } = checker?.counts ?? NO_CHECKS;
  const { joined, errors } = run;
  tell({ kind: 'pace', joined, mismatches, second: run.second(), errors: errors.kinds(), errorCount: errors.count });
}

function tellFigures(): void {
  const checks = checker?.counts ?? NO_CHECKS;
  const { errors } = run;
  tell({ kind: 'figures', figures: run.figures(), checks, errors: errors.kinds(), errorCount: errors.count });
}

function leave(): void {
  if (isLeaving) return;
  isLeaving = true;
  clearInterval(pace);
  for (const player of players) player.leave();
  samples.destroy();
  if (process.connected) process.disconnect();
}

function tell(message: FromBots): void {
  // A load test that has just been killed takes no more; `disconnect` tells.
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
