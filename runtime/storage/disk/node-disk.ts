import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';
import { SyncThread } from './sync-thread.ts';

/** The real disk. All work is done by other threads: Node's thread pool, but for what is to be durable at once. An error is passed on as Node made it, with its code. */
export class NodeDisk implements Disk {
  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const flags = { read: 'r', write: 'r+', create: 'wx+' }[mode];
    return new NodeFile(await done<number>((told) => fs.open(path, flags, 0o600, told)));
  }

  rename(from: string, to: string): Promise<void> {
    return done((told) => fs.rename(from, to, told));
  }

  remove(path: string): Promise<void> {
    return done((told) => fs.unlink(path, told));
  }

  async list(folder: string): Promise<string[]> {
    try {
      const names = await done<string[]>((told) => fs.readdir(folder, told));
      return names.sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async makeFolder(path: string): Promise<void> {
    const first = await done<string | undefined>((told) => fs.mkdir(path, { recursive: true, mode: 0o700 }, told));
    // The entry of a new folder is on the disk only when the folder above it is synced.
    if (first !== undefined) await this.syncFolder(join(first, '..'));
  }

  async syncFolder(folder: string): Promise<void> {
    const handle = await done<number>((told) => fs.open(folder, 'r', told));
    try {
      await done<void>((told) => fs.fsync(handle, told));
    } finally {
      await done<void>((told) => fs.close(handle, told));
    }
  }
}

class NodeFile implements DiskFile {
  readonly #handle: number;

  constructor(handle: number) {
    this.#handle = handle;
  }

  async length(): Promise<number> {
    return (await done<fs.Stats>((told) => fs.fstat(this.#handle, told))).size;
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    let count = 0;
    while (count < into.length) {
      const start = count;
      const got = await done<number>((told) =>
        fs.read(this.#handle, into, start, into.length - start, offset + start, told),
      );
      if (got === 0) break;
      count += got;
    }
    return count;
  }

  write(bytes: Uint8Array, offset: number): Promise<number> {
    return done((told) => fs.write(this.#handle, bytes, 0, bytes.length, offset, told));
  }

  writeDurably(bytes: Uint8Array, offset: number): Promise<number> {
    return syncThread.write(this.#handle, bytes, offset);
  }

  sync(): Promise<void> {
    return done((told) => fs.fdatasync(this.#handle, told));
  }

  truncate(length: number): Promise<void> {
    return done((told) => fs.ftruncate(this.#handle, length, told));
  }

  close(): Promise<void> {
    return done((told) => fs.close(this.#handle, told));
  }
}

/** One for the process: a server has one log. */
const syncThread = new SyncThread();

type Told<T> = (error: Error | null, value?: T) => void;

function done<T>(start: (told: Told<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null || error === undefined ? resolve(value as T) : reject(error)));
  });
}
