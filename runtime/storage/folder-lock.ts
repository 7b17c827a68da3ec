import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';

/**
 * One server per data folder. On Linux an abstract Unix socket that is named by the folder's device and inode: the kernel
 * drops it with the process, however that ends, and another path to the same folder has the same name. Elsewhere a
 * file with the owner's process id.
 */
export class FolderLock {
  readonly #release: () => Promise<void>;

  private constructor(release: () => Promise<void>) {
    this.#release = release;
  }

  /** Rejects with DATA_DIR_IN_USE when another process, or this one, has the folder. */
  static async take(folder: string): Promise<FolderLock> {
    if (process.platform !== 'linux') return new FolderLock(takeFile(folder));
    const { dev, ino } = statSync(folder);
    const server = createServer((socket) => socket.destroy());
    await listen(server, `\0tickbase-${dev}-${ino}`, folder);
    server.unref();
    return new FolderLock(() => new Promise((resolve) => server.close(() => resolve())));
  }

  release(): Promise<void> {
    return this.#release();
  }
}

function listen(server: Server, path: string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? inUse(folder) : error);
    });
    server.listen({ path }, resolve);
  });
}

function takeFile(folder: string): () => Promise<void> {
  const path = join(folder, 'lock');
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return async () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (isAlive(Number(readFileSync(path, 'utf8')))) throw inUse(folder);
      rmSync(path, { force: true }); // its process is gone
    }
  }
}

function isAlive(processId: number): boolean {
  try {
    return processId > 0 && process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(folder: string): TickbaseError {
  return new TickbaseError({
    code: 'DATA_DIR_IN_USE',
    what: 'another server runs on this data folder',
    where: folder,
    mend: 'stop that server, or give this one a folder of its own with --data-dir',
  });
}
