/**
 * The comparison's scene on Tickbase: the module `crowd` on a free port with an empty, temporary data folder, as `npm start` of a game would serve it, but
 * for limits that bots would run into. Prints its port, and answers lines (answer-lines.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ObservedTick, serverLog, startServer, stopOnSignals } from '@tickbase/runtime';
import { BENCH_LIMITS } from '../bench/bench-limits.ts';
import { endWithParent } from '../bench/end-with-parent.ts';
import { LightBot } from '../light-bot.ts';
import { answerLines, type Place } from './answer-lines.ts';
import { TickTimes } from './tick-loop.ts';

endWithParent();
const times = new TickTimes();
let tables: ObservedTick['tables'] = [];
let lastTick = 0;
const dataDir = mkdtempSync(join(tmpdir(), 'tickbase-bench-'));
const server = await startServer({
  modulePath: fileURLToPath(new URL('../modules/crowd', import.meta.url)),
  port: 0,
  dataDir,
  limits: { ...BENCH_LIMITS, handshakeMs: 600_000 }, // bots that join may have to wait for a core; the others wait for ever
  socketThreads: 1,
  overload: false, // the others have no such thing: what is held is held with everything sent
  log: serverLog({ isForPeople: false, write: () => {} }),
  observeTick: (seen) => {
    if (lastTick !== 0) times.leaveOut(seen.tick - lastTick - 1);
    lastTick = seen.tick;
    tables = seen.tables;
    // As for the others: up to when the kernel has the last frame.
    const tookMs = seen.tookUs.whole / 1000;
    void seen.sentLaterMs.then((laterMs) => times.add(tookMs + laterMs));
  },
});
await setLand(Number(process.argv[2]));
answerLines({ times, places });
process.stdout.write(`port ${server.port}\n`);
await stopOnSignals(server);
rmSync(dataDir, { recursive: true, force: true });

async function setLand(edgeM: number): Promise<void> {
  const bot = new LightBot(`ws://127.0.0.1:${server.port}/v1/database/crowd/subscribe`, false);
  await bot.live();
  const done = new Promise<void>((resolve) => (bot.onResult = () => resolve()));
  bot.call('set_land', { edge_m: edgeM });
  await done;
  bot.close();
}

function places(): Place[] {
  const mover = tables.find(({ plan }) => plan.name === 'mover');
  if (mover === undefined) return [];
  const [id, x, y] = ['id', 'x', 'y'].map((column) => mover.plan.columns.findIndex(({ name }) => name === column));
  const rows: Place[] = [];
  for (let slot = 0; slot < mover.slotCount; slot++) {
    if (mover.live[slot] !== 1) continue;
    rows.push([id!, x!, y!].map((column) => Number(mover.valueAt(column, slot))) as unknown as Place);
  }
  return rows;
}
