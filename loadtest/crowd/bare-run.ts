import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from '../bench/child-process.ts';
import { BotCrews } from './bot-crews.ts';
import { type LoadFigures, loadWindow } from './load-window.ts';

/** As runCrowd, of a program that sends each client so many bytes a tick and does nothing else: what no server can do better. Nobody looks at what it shows. */
export async function runBare(
  bytesPerMessage: number,
  players: number,
  { settleMs, windowMs }: { settleMs: number; windowMs: number },
): Promise<LoadFigures> {
  const payloadBytes = Math.round(bytesPerMessage) - HEADER_BYTES;
  const server = new BenchProcess(SERVER, [String(payloadBytes)]);
  let bots: BotCrews | null = null;
  try {
    const port = Number(await server.line('port '));
    bots = new BotCrews('bare', port, Array<string>(players).fill('/'), 0);
    await bots.ready();
    await sleep(settleMs);
    return await loadWindow(server, bots, players, windowMs);
  } finally {
    await Promise.all([bots?.stop(), server.stop()]);
  }
}

const SERVER = fileURLToPath(new URL('./bare-server.ts', import.meta.url));
/** Of a message of 126 bytes to 64 KB. */
const HEADER_BYTES = 4;
