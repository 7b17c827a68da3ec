import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Gives `use` an empty folder on the disk of the checkout (in .cache/), and removes it afterwards. Refuses memory that looks like a disk: a
 * sync costs nothing there.
 */
export async function onDisk<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const cache = fileURLToPath(new URL('../../.cache', import.meta.url));
  mkdirSync(cache, { recursive: true });
  if (MEMORY_FILE_SYSTEMS.has(statfsSync(cache).type)) {
    throw new Error(`${cache} is in memory: a benchmark of the disk needs a checkout on a disk`);
  }
  const folder = mkdtempSync(join(cache, 'durability-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The numbers that Linux gives tmpfs and ramfs. */
const MEMORY_FILE_SYSTEMS = new Set([0x0102_1994, 0x8584_58f6]);
