import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A running `npm start`. */
export interface StartedGame {
  readonly address: string;
  readonly port: number;
  /** Of its world: GAME_SEED in the environment makes the like of it again. */
  readonly seed: number;
  /** All that it has printed so far, both streams. */
  readonly output: () => string;
  /** Sends TERM to npm and waits for its end: the exit code, or the signal that ended it. */
  readonly stop: () => Promise<number | NodeJS.Signals>;
}

/**
 * Runs `npm start -- FLAGS` on a new data folder and settles when the address was printed and so many bots were reported. What stands where
 * in the world follows from its seed, which is a new one, or that of the environment's GAME_SEED.
 */
export async function npmStart(flags: readonly string[], botCount: number): Promise<StartedGame> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sample-game-'));
  const databaseFile = join(dataDir, 'database.json');
  const wantedSeed = process.env['GAME_SEED'];
  if (wantedSeed !== undefined) {
    const identity = randomBytes(32).toString('hex');
    await writeFile(databaseFile, JSON.stringify({ formatVersion: 1, identity, seed: Number(wantedSeed) }));
  }
  const { child, ended, output } = runNpm(flags, dataDir);
  const failed = ended.then((how) => {
    throw new Error(`npm start ended with ${how}:\n${output()}`);
  });
  const address = await Promise.race([said(child, output, /at (http:\/\/\S+)/), failed]);
  if (botCount > 0) await Promise.race([said(child, output, new RegExp(`(${botCount} of ${botCount}) bots`)), failed]);
  failed.catch(() => undefined);
  const { seed } = JSON.parse(await readFile(databaseFile, 'utf8')) as { seed: number };
  return {
    address,
    seed,
    port: Number(new URL(address).port),
    output,
    stop: async () => {
      child.kill('SIGTERM');
      const how = await ended;
      await rm(dataDir, { recursive: true, force: true });
      return how;
    },
  };
}

/** Runs `npm start -- FLAGS`, which are expected to be refused, to its end. */
export async function npmStartToEnd(
  flags: readonly string[],
): Promise<{ status: number | NodeJS.Signals; output: string }> {
  const { ended, output } = runNpm(flags, tmpdir());
  const status = await ended;
  return { status, output: output() };
}

/** Whether anybody listens on a port of this machine. */
export function isPortOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function runNpm(
  flags: readonly string[],
  dataDir: string,
): {
  child: ChildProcess;
  ended: Promise<number | NodeJS.Signals>;
  output: () => string;
} {
  let text = '';
  const child = spawn('npm', ['start', '--', ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TICKBASE_DATA_DIR: dataDir },
  });
  // A test that fails on the way leaves nothing running.
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', kill);
      resolve(signal ?? code ?? -1);
    });
  });
  return { child, ended, output: () => text };
}

/** Settles with the pattern's first group once it was printed. */
function said(child: ChildProcess, output: () => string, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = pattern.exec(output())?.[1];
      if (found === undefined) return;
      child.stdout?.off('data', look);
      resolve(found);
    };
    child.stdout?.on('data', look);
    look();
  });
}
