/**
 * The load test's server: `serve-program.ts MODULE_DIR DATABASE DATA_DIR OVERLOAD STATIC_DIR`, on a free port, at the default limits. Started by the load test
 * alone: it speaks by messages (process-messages.ts), sends samples of the world over a pipe, and ends with the process that started it.
 */
import { rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { type ObservedTick, type RunningServer, serverLog, startServer } from '@tickbase/runtime';
import { SAMPLE_TICKS, windowTicksOf } from './check/sampled-window.ts';
import { cellPositions, encodeSample, sampledPositions } from './check/world-sample.ts';
import { percentile } from './percentile.ts';
import { SAMPLE_FD, type FromServer, type ToServer } from './process-messages.ts';
import { TickWindow } from './tick-window.ts';

/** The progress line's p99 is of so many ticks. */
const PACE_TICKS = 100;
const PACE_MS = 1000;
const LEVEL_WARN = 40;
const LEVEL_ERROR = 50;

const [modulePath = '', database = '', dataDir = '', overload = 'off', staticDir = '', socketThreads = '0'] =
  process.argv.slice(2);
const samples = new Socket({ fd: SAMPLE_FD });
samples.on('error', () => {}); // its reader ended first; the channel tells
/** Tables that are sampled in a tick in which clients are compared, and in the ticks just before it. */
let positions: readonly number[] = [];
let earlierPositions: readonly number[] = [];
let windowTicks = 1;
let window = new TickWindow();
let second = new TickWindow();
const paceMs: number[] = [];

// The terminal sends Ctrl-C to all processes; the load test says when it is time to go.
process.on('SIGINT', () => {});

const server = await start();
if (server !== null) serve(server);

async function start(): Promise<RunningServer | null> {
  try {
    return await startServer({
      modulePath,
      database,
      dataDir,
      port: 0,
      overload: overload === 'on',
      socketThreads: Number(socketThreads),
      ...(staticDir === '' ? {} : { staticDir }),
      log: serverLog({ isForPeople: false, level: 'warn', write: tellLogged }),
      observeTick: observe,
    });
  } catch (error) {
    tell({ kind: 'failed', text: String(error) });
    process.exitCode = 1;
    process.disconnect();
    return null;
  }
}

function serve(server: RunningServer): void {
  positions = sampledPositions(server.plan);
  earlierPositions = cellPositions(server.plan);
  windowTicks = windowTicksOf(server.plan);
  const pace = setInterval(() => {
    const { ticks, tickP50Ms, tickP99Ms, tickMaxMs, cpuPercent, rssMb } = second.figures();
    second = new TickWindow();
    const told = { ticks, tickP50Ms, tickP99Ms, tickMaxMs, cpuPercent, rssMb, clients: server.health().clients };
    tell({ kind: 'pace', tickP99Ms: percentile(paceMs, 0.99), second: told });
  }, PACE_MS);
  process.on('message', (message: ToServer) => {
    if (message.kind === 'begin') window = new TickWindow();
    else if (message.kind === 'end') tell({ kind: 'figures', figures: window.figures() });
    else void server.stop('the load test is over');
  });
  process.once('disconnect', () => void server.stop('the load test has ended'));
  void server.ended.then((fault) => {
    clearInterval(pace);
    samples.destroy();
    rmSync(dataDir, { recursive: true, force: true }); // nobody else does when the load test was killed
    if (fault !== null) process.exitCode = 1;
    if (process.connected) process.disconnect();
  });
  tell({ kind: 'listening', port: server.port, plan: server.plan });
}

function observe({ tick, tables, tookUs }: ObservedTick): void {
  window.add(tookUs);
  second.add(tookUs);
  paceMs.push(tookUs.whole / 1000);
  if (paceMs.length > PACE_TICKS) paceMs.shift();
  // How many ticks from now clients are compared.
  const ahead = (SAMPLE_TICKS - (tick % SAMPLE_TICKS)) % SAMPLE_TICKS;
  const sampled = ahead === 0 ? positions : earlierPositions;
  if (ahead >= windowTicks || sampled.length === 0) return;
  const startMs = performance.now();
  const bytes = encodeSample(tick, tables, sampled);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  samples.cork();
  samples.write(length);
  samples.write(bytes);
  samples.uncork();
  window.addSample(performance.now() - startMs);
}

function tellLogged(line: string): void {
  const { level, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  if ((level as number) < LEVEL_WARN) return;
  const { origin, reason } = fields as { origin?: string; reason?: string };
  const place = origin === undefined ? '' : ` (${origin})`;
  const cause = (err as { message?: string } | undefined)?.message ?? reason;
  const text = `${String(msg).split('\n')[0]}${place}${cause === undefined ? '' : `: ${cause}`}`;
  tell({ kind: 'logged', level: (level as number) >= LEVEL_ERROR ? 'error' : 'warn', text });
}

function tell(message: FromServer): void {
  // A load test that has just been killed takes no more; `disconnect` tells.
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
