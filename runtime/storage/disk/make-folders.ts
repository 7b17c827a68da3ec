import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing, for this user alone. One after the other: Node's own recursion never ends where the system
 * has no folder to make, as in /proc. Throws what the system says.
 */
export function makeFolders(path: string): void {
  const dir = resolve(path);
  if (existsSync(dir)) return;
  makeFolders(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}
