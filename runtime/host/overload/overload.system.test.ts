import { afterEach, expect, test } from 'vitest';
import type { RunningServer } from '../running-server.ts';
import { serverLog } from '../server-log.ts';
import { startServer } from '../start-server.ts';
import { WireClient } from '../testing/wire-client.ts';
import { writeModule } from '../testing/write-module.ts';
import { OVERLOAD_STEPS } from './overload-steps.ts';

/** A world whose system adds up as many roots as a client says, in each tick. */
const MILL = `import { schema, table, t } from '@tickbase/schema';
const wheel = table({ name: 'wheel', public: true }, { id: t.u32().primaryKey(), turns: t.u32(), sum: t.f64() });
const game = schema({ wheel }, { tickRate: 20 });
export default game;
export const begin = game.init((ctx) => void ctx.db.wheel.insert({ id: 7, turns: 0, sum: 0 }));
export const turn = game.reducer({ turns: t.u32() }, (ctx, { turns }) => {
  ctx.db.wheel.id.edit(7).turns = turns;
});
export const grind = game.system({ everyTicks: 1 }, (ctx) => {
  const mine = ctx.db.wheel.id.edit(7);
  let sum = 0;
  for (let i = 0; i < mine.turns; i++) sum += Math.sqrt(i);
  mine.sum = sum;
});
`;

const lines: { level: number; step?: number; msg: string }[] = [];
const running: RunningServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('the test is over');
  lines.length = 0;
});

async function start(overload: boolean): Promise<{ server: RunningServer; client: WireClient }> {
  const log = serverLog({ isForPeople: false, write: (text) => void lines.push(JSON.parse(text)) });
  const modulePath = writeModule(MILL);
  const server = await startServer({ modulePath, port: 0, database: 'mill', log, overload, overloadWindowMs: 200 });
  running.push(server);
  const client = new WireClient(server.address, 'mill');
  await client.until(() => client.welcome !== null);
  return { server, client };
}

/** Turns that take about so long here. */
function turnsOf(ms: number): number {
  const count = 2_000_000;
  const beganMs = performance.now();
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.sqrt(i);
  expect(sum).toBeGreaterThan(0);
  return Math.round((count * ms) / (performance.now() - beganMs));
}

function turn(client: WireClient, sequence: number, turns: number): Promise<void> {
  const args = new Uint8Array(4);
  new DataView(args.buffer).setUint32(0, turns, true);
  client.call(sequence, 'turn', args);
  return client.until(() => client.results.length === sequence);
}

async function figure(server: RunningServer, name: string): Promise<number> {
  const answer = await fetch(`${server.address}/v1/metrics`);
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(await answer.text())![1]);
}

async function untilStep(server: RunningServer, step: number): Promise<void> {
  while ((await figure(server, 'tickbase_overload_step')) !== step) await new Promise((done) => setTimeout(done, 50));
}

test('a world whose ticks are too full goes easy on itself step by step, says so, and comes back when they are not', async () => {
  const { server, client } = await start(true);
  await turn(client, 1, turnsOf(80));
  await untilStep(server, OVERLOAD_STEPS.length - 1);
  expect(await figure(server, 'tickbase_tick_load')).toBeGreaterThan(0.75);
  await turn(client, 2, 0);
  await untilStep(server, 0);
  const told = lines.filter(({ step }) => step !== undefined);
  const tops = told.map(({ step }) => step!);
  const last = OVERLOAD_STEPS.length - 1;
  expect(tops.slice(0, last)).toEqual([1, 2, 3, 4, 5]);
  expect(tops.slice(-last)).toEqual([4, 3, 2, 1, 0]);
  expect(told[0]).toMatchObject({ level: 40, msg: `ticks take most of their time: ${OVERLOAD_STEPS[1]!.what}` });
  expect(told.at(-1)).toMatchObject({ level: 30, msg: `ticks have time again: ${OVERLOAD_STEPS[0]!.what}` });
});

test('with the ladder switched off nothing is eased', async () => {
  const { server, client } = await start(false);
  await turn(client, 1, turnsOf(80));
  const before = await figure(server, 'tickbase_tick');
  while ((await figure(server, 'tickbase_tick')) < before + 5) await new Promise((done) => setTimeout(done, 100));
  expect(await figure(server, 'tickbase_overload_step')).toBe(0);
  expect(lines.filter(({ step }) => step !== undefined)).toEqual([]);
});
