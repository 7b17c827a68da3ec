import { type Disk, type DiskFile, NodeDisk } from '../../runtime/storage/index.ts';

/** The real disk, on which writes wait while it is told to stall. */
export class StalledDisk implements Disk {
  readonly #disk = new NodeDisk();
  #wake: (() => void) | null = null;
  #isOpen: Promise<void> = Promise.resolve();

  stall(): void {
    this.#isOpen = new Promise((resolve) => (this.#wake = resolve));
  }

  goOn(): void {
    this.#wake?.();
    this.#wake = null;
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await this.#disk.open(path, mode);
    return {
      length: () => file.length(),
      read: (into, offset) => file.read(into, offset),
      write: async (bytes, offset) => {
        await this.#isOpen;
        return file.write(bytes, offset);
      },
      writeDurably: async (bytes, offset) => {
        await this.#isOpen;
        return file.writeDurably(bytes, offset);
      },
      sync: () => file.sync(),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  }

  rename(from: string, to: string): Promise<void> {
    return this.#disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path);
  }

  list(folder: string): Promise<string[]> {
    return this.#disk.list(folder);
  }

  makeFolder(path: string): Promise<void> {
    return this.#disk.makeFolder(path);
  }

  syncFolder(folder: string): Promise<void> {
    return this.#disk.syncFolder(folder);
  }
}
