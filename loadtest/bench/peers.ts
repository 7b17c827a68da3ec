import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../peers/', import.meta.url));

/**
 * A package that figures are set beside, from the folder and lockfile of its own (`loadtest/peers`), which is installed when it is first
 * needed: better-sqlite3 may have to be compiled then, some minutes.
 */
export async function peer<T>(name: string, progress: (line: string) => void): Promise<T> {
  if (!existsSync(`${FOLDER}node_modules/${name}/package.json`)) {
    progress(`npm ci in ${FOLDER}: once, some minutes`);
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return (await import(createRequire(`${FOLDER}package.json`).resolve(name))) as T;
}
