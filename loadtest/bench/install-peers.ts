import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder and lockfile of their own, with which packages that figures are set beside are no dependencies of ours. */
export const PEERS_FOLDER = fileURLToPath(new URL('../peers/', import.meta.url));

/** Installs all of them if `name` is not there yet: better-sqlite3 may have to be compiled then, some minutes. */
export function installPeers(name: string, progress: (line: string) => void): void {
  if (existsSync(`${PEERS_FOLDER}node_modules/${name}/package.json`)) return;
  progress(`npm ci in ${PEERS_FOLDER}: once, some minutes`);
  // Colyseus asks for Node 22 and works with 20; a benchmark that npm started has this repository's settings, which are strict, and silent with -s.
  const flags = ['--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'];
  execFileSync('npm', ['ci', ...flags], { cwd: PEERS_FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
}
