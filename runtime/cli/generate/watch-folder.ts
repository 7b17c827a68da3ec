import { watch } from 'node:fs/promises';

/** An editor saves a file in several steps, and often several files. */
const SETTLE_MS = 100;

/**
 * Runs `changed` after each burst of changes of files in a folder and below, one after another, until `until` is aborted. Settles when the last
 * run has ended. `changed` does not reject. Rejects when the folder cannot be watched.
 */
export async function watchFolder(folder: string, changed: () => Promise<unknown>, until: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> = Promise.resolve();
  try {
    for await (const _ of watch(folder, { recursive: true, signal: until })) {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => (running = running.then(changed)), SETTLE_MS);
    }
  } catch (error) {
    if (!until.aborted) throw error;
  } finally {
    if (timer !== null) clearTimeout(timer);
    await running;
  }
}
