import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchProcess } from '../bench/child-process.ts';
import { TICK_RATE } from '../modules/crowd/src/motion.ts';
import type { BotCrews } from './bot-crews.ts';
import type { TickFigures } from './tick-loop.ts';

/** What a server and its light bots did and cost in a window of time. */
export interface LoadFigures {
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
  /** With the message's header. */
  readonly bytesPerMessage: number;
}

/** `players` are the bots, and who else plays. */
export async function loadWindow(
  server: BenchProcess,
  bots: BotCrews,
  players: number,
  windowMs: number,
): Promise<LoadFigures> {
  const before = await bots.counts();
  server.say('begin');
  const startCpuMs = server.cpuMs();
  const startBotsCpuMs = bots.cpuMs();
  const startMs = performance.now();
  await sleep(windowMs);
  const cpuMs = server.cpuMs() - startCpuMs;
  const botsCpuMs = bots.cpuMs() - startBotsCpuMs;
  const elapsedMs = performance.now() - startMs;
  server.say('ticks');
  const ticks = JSON.parse(await server.line('ticks ')) as TickFigures;
  const after = await bots.counts();
  const due = (elapsedMs * TICK_RATE) / 1000;
  const messages = after.messages - before.messages;
  return {
    ticks,
    ticksDue: Math.floor(due),
    cpuUs: (cpuMs * 1000) / (ticks.ticks * players),
    botsCpuUs: (botsCpuMs * 1000) / (due * bots.botCount),
    messageShare: messages / (due * bots.botCount),
    inputShare: (after.inputs - before.inputs) / (due * bots.botCount),
    bytesPerMessage: (after.bytes - before.bytes) / messages,
  };
}
