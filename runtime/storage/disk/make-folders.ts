import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing, for this user alone. One after the other: Node's own recursion never ends where the system
 * has no folder to make, as in /proc. Throws what the system says.
 */
export function makeFolders(path: string): void {
  const dir = resolve(path);
  if (!existsSync(dirname(dir))) makeFolders(dirname(dir));
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    // It was there, or somebody else has made it just now.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
