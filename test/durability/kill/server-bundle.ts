import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * The server program with all of the runtime's sources as one file, in the checkout's `.cache`: a process of it is up in a tenth of the time
 * that compiling the sources takes, and these tests start hundreds. Removed with this process.
 */
export function serverBundle(): Promise<string> {
  bundle ??= makeBundle();
  return bundle;
}

let bundle: Promise<string> | null = null;

async function makeBundle(): Promise<string> {
  const folder = fileURLToPath(new URL('../../../.cache/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  removeOld(folder);
  const outfile = join(folder, `${PREFIX}${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL('serve-program.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['tickbase-source'],
    // Prebuilt binaries, and what comes as CommonJS.
    external: ['uWebSockets.js', 'esbuild', 'pino', 'piscina', 'flatbuffers', '@jridgewell/*'],
    logLevel: 'error',
    plugins: [
      {
        name: 'own-places',
        setup({ onLoad }) {
          // Sources that look for files beside themselves still find them.
          onLoad({ filter: /\/(runtime|test)\/.*\.ts$/ }, ({ path }) => ({
            contents: readFileSync(path, 'utf8').replaceAll(
              'import.meta.url',
              JSON.stringify(pathToFileURL(path).href),
            ),
            loader: 'ts',
          }));
        },
      },
    ],
  });
  process.once('exit', () => rmSync(outfile, { force: true }));
  return outfile;
}

/** Those of processes that were ended before they could do it themselves. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const PREFIX = 'durability-server-';
