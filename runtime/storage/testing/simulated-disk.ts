import { Prng } from '@tickbase/base';
import type { Disk, DiskFile } from '../disk/disk.ts';

export type DiskOperation = {
  readonly kind: OperationKind;
  readonly path: string;
  /** Bytes asked for by a read or write, otherwise 0. */
  readonly bytes: number;
  /** How many operations of this kind came before, over the disk's life. */
  readonly place: number;
};

export type OperationKind =
  | 'open'
  | 'rename'
  | 'remove'
  | 'list'
  | 'makeFolder'
  | 'syncFolder'
  | 'length'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'close';

/** What becomes of one operation. */
export interface DiskFault {
  /** It rejects with this code of Node. A failed sync loses what it was to keep, and the next one says success, as Linux does. */
  readonly code?: string;
  /** A write takes only so many bytes, without an error. */
  readonly shortBytes?: number;
  /** A sync says success and keeps nothing. */
  readonly isLie?: boolean;
  /** It is done, and answered, only after so long; with Infinity never. */
  readonly delayMs?: number;
}

export interface SimulatedDiskOptions {
  readonly seed: number;
  readonly capacityBytes?: number;
  /** Asked before each operation. */
  readonly fault?: (operation: DiskOperation) => DiskFault | null;
  /** Runs something later. Unless given, an operation is done in the next microtask, and delays count as none. */
  readonly later?: (run: () => void, delayMs: number) => void;
}

/**
 * A disk in memory that keeps apart what was written and what is durable. Operations take effect one after another when they are done, not
 * when they are asked for. A crash may come at any moment: what is under way is then half done, by the seed.
 */
export class SimulatedDisk implements Disk {
  capacityBytes: number;
  fault: (operation: DiskOperation) => DiskFault | null;
  readonly counts = new Map<OperationKind, number>();
  readonly #prng: Prng;
  readonly #later: (run: () => void, delayMs: number) => void;
  /** Entries as processes see them, and as a power cut would leave them if nothing more came through. */
  #entries = new Map<string, Inode>();
  #durableEntries = new Map<string, Inode>();
  /** Changes of entries that no syncFolder has covered, in order. */
  #entryChanges: EntryChange[] = [];
  readonly #folders = new Set<string>();
  /** Grows with each crash: operations of a process that is gone end in nothing. */
  #life = 0;
  #underWay: Pending[] = [];

  constructor(options: SimulatedDiskOptions) {
    this.#prng = new Prng(options.seed);
    this.capacityBytes = options.capacityBytes ?? Infinity;
    this.fault = options.fault ?? (() => null);
    this.#later = options.later ?? ((run) => queueMicrotask(run));
  }

  /** All processes end: what they wrote stays, what was under way may be half done. */
  kill(): void {
    this.#life++;
    for (const pending of this.#underWay.splice(0)) {
      const word = this.#prng.u32() % 3;
      if (word === 0) pending.cut?.(this.#prng);
      else if (word === 1) pending.effect();
    }
  }

  /** The power goes: of all that no sync has covered any sectors, entries and lengths stay. */
  powerCut(): void {
    this.kill();
    for (const change of this.#entryChanges.splice(0))
      if (this.#prng.u32() % 2 === 0) change.apply(this.#durableEntries);
    for (const inode of new Set(this.#durableEntries.values())) inode.losePower(this.#prng);
    this.#entries = new Map(this.#durableEntries);
  }

  /** The disk as one process has it: after the next crash its calls end in nothing, and no promise of them is ever settled. */
  process(): Disk {
    const life = this.#life;
    const alive = <T>(work: () => Promise<T>): Promise<T> => (life === this.#life ? work() : new Promise(() => {}));
    return {
      open: (path, mode) => alive(() => this.open(path, mode)),
      rename: (from, to) => alive(() => this.rename(from, to)),
      remove: (path) => alive(() => this.remove(path)),
      list: (folder) => alive(() => this.list(folder)),
      makeFolder: (path) => alive(() => this.makeFolder(path)),
      syncFolder: (folder) => alive(() => this.syncFolder(folder)),
    };
  }

  /** The bytes of a file as a process would read them now; for tests that damage them. */
  bytesOf(path: string): Uint8Array {
    return this.#find(path).seen();
  }

  /** Replaces a file, durably, or makes one. */
  put(path: string, bytes: Uint8Array): void {
    const inode = new Inode();
    inode.writeAt(bytes, 0);
    inode.keepAll();
    this.#entries.set(path, inode);
    this.#durableEntries.set(path, inode);
    this.#addFolder(folderOf(path));
  }

  /** Takes a file away, durably. */
  drop(path: string): void {
    this.#entries.delete(path);
    this.#durableEntries.delete(path);
  }

  paths(): string[] {
    return [...this.#entries.keys()].sort();
  }

  /** Bytes that files take, in whole sectors. */
  get usedBytes(): number {
    let bytes = 0;
    for (const inode of new Set(this.#entries.values())) bytes += inode.allocatedBytes;
    return bytes;
  }

  open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    return this.#do('open', path, 0, () => {
      const found = this.#entries.get(path);
      if (mode === 'create') {
        if (found !== undefined) throw diskError('EEXIST', path);
        if (!this.#folders.has(folderOf(path))) throw diskError('ENOENT', path);
        const inode = new Inode();
        this.#change(folderOf(path), (entries) => entries.set(path, inode));
        return this.#fileOf(inode, path);
      }
      return this.#fileOf(this.#find(path), path);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do('rename', from, 0, () => {
      const inode = this.#find(from);
      this.#change(folderOf(to), (entries) => {
        if (entries.get(from) === inode) entries.delete(from);
        entries.set(to, inode);
      });
    });
  }

  remove(path: string): Promise<void> {
    return this.#do('remove', path, 0, () => {
      const inode = this.#find(path);
      this.#change(folderOf(path), (entries) => {
        if (entries.get(path) === inode) entries.delete(path);
      });
    });
  }

  list(folder: string): Promise<string[]> {
    return this.#do('list', folder, 0, () => {
      const names = [...this.#entries.keys()].filter((path) => folderOf(path) === folder);
      return names.map((path) => path.slice(folder.length + 1)).sort();
    });
  }

  /** Folders are durable at once: what they hold is what counts. */
  makeFolder(path: string): Promise<void> {
    return this.#do('makeFolder', path, 0, () => this.#addFolder(path));
  }

  syncFolder(folder: string): Promise<void> {
    return this.#do('syncFolder', folder, 0, (fault) => {
      if (fault?.isLie === true) return;
      const left: EntryChange[] = [];
      for (const change of this.#entryChanges) {
        if (change.folder === folder) change.apply(this.#durableEntries);
        else left.push(change);
      }
      this.#entryChanges = left;
    });
  }

  #fileOf(inode: Inode, path: string): DiskFile {
    const life = this.#life;
    let isOpen = true;
    const on = <T>(
      kind: OperationKind,
      bytes: number,
      effect: (fault: DiskFault | null) => T,
      cut?: (prng: Prng) => void,
    ): Promise<T> => {
      if (life !== this.#life) return new Promise(() => {});
      if (!isOpen) return Promise.reject(diskError('EBADF', path));
      return this.#do(kind, path, bytes, effect, cut);
    };
    const write = (bytes: Uint8Array, offset: number): Promise<number> =>
      on(
        'write',
        bytes.length,
        (fault) => {
          const free = this.capacityBytes - this.usedBytes;
          const fits = inode.roomFor(bytes.length, offset, free);
          const count = Math.min(bytes.length, fault?.shortBytes ?? bytes.length, fits);
          if (count === 0 && bytes.length > 0) throw diskError('ENOSPC', path);
          inode.writeAt(bytes.subarray(0, count), offset);
          return count;
        },
        (prng) => {
          const fits = inode.roomFor(bytes.length, offset, this.capacityBytes - this.usedBytes);
          inode.writeAt(bytes.subarray(0, prng.int(0, fits)), offset);
        },
      );
    const sync = (): Promise<void> =>
      on('sync', 0, (fault) => {
        if (fault?.isLie !== true) inode.keepAll();
      });
    return {
      length: () => on('length', 0, () => inode.length),
      read: (into, offset) => on('read', into.length, () => inode.readAt(into, offset)),
      write,
      // Two operations, so that a crash or a fault can come between them: what a disk does in one step is one of the ways in which that ends.
      writeDurably: async (bytes, offset) => {
        const count = await write(bytes, offset);
        if (count === bytes.length) await sync();
        return count;
      },
      sync,
      truncate: (length) => on('truncate', 0, () => inode.truncate(length)),
      close: () =>
        on('close', 0, () => {
          isOpen = false;
        }),
    };
  }

  /** `effect` is the whole operation, `cut` what is left when a crash interrupts it. */
  #do<T>(
    kind: OperationKind,
    path: string,
    bytes: number,
    effect: (fault: DiskFault | null) => T,
    cut?: (prng: Prng) => void,
  ): Promise<T> {
    const place = this.counts.get(kind) ?? 0;
    this.counts.set(kind, place + 1);
    const fault = this.fault({ kind, path, bytes, place });
    const life = this.#life;
    return new Promise((resolve, reject) => {
      const pending: Pending = { effect: () => tryEffect(() => effect(fault)), cut };
      this.#underWay.push(pending);
      const finish = (): void => {
        if (life !== this.#life) return;
        this.#underWay.splice(this.#underWay.indexOf(pending), 1);
        if (fault?.code !== undefined) {
          if (kind === 'sync') this.#entries.get(path)?.loseDirty(this.#prng);
          reject(Object.assign(diskError(fault.code, path), kind === 'sync' ? { syscall: 'fdatasync' } : {}));
          return;
        }
        try {
          resolve(effect(fault));
        } catch (error) {
          reject(error as Error);
        }
      };
      const delayMs = fault?.delayMs ?? 0;
      if (delayMs !== Infinity) this.#later(finish, delayMs);
    });
  }

  #addFolder(path: string): void {
    for (let folder = path; folder !== ''; folder = folderOf(folder)) this.#folders.add(folder);
  }

  #change(folder: string, apply: (entries: Map<string, Inode>) => void): void {
    apply(this.#entries);
    this.#entryChanges.push({ folder, apply });
  }

  #find(path: string): Inode {
    const inode = this.#entries.get(path);
    if (inode === undefined) throw diskError('ENOENT', path);
    return inode;
  }
}

interface EntryChange {
  readonly folder: string;
  readonly apply: (entries: Map<string, Inode>) => void;
}

interface Pending {
  readonly effect: () => void;
  readonly cut?: ((prng: Prng) => void) | undefined;
}

/** A file's bytes, in sectors: as written, and as durable. A sector that is not there reads as zeros. */
class Inode {
  length = 0;
  #durableLength = 0;
  readonly #sectors = new Map<number, Uint8Array>();
  /** Of sectors that were changed since the last sync: what is durable of them, null for nothing. */
  readonly #durable = new Map<number, Uint8Array | null>();
  /** The same of sectors whose sync failed, and which count as clean. */
  readonly #lost = new Map<number, Uint8Array | null>();

  get allocatedBytes(): number {
    return this.#sectors.size * SECTOR_BYTES;
  }

  seen(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    this.readAt(bytes, 0);
    return bytes;
  }

  readAt(into: Uint8Array, offset: number): number {
    const count = Math.max(0, Math.min(into.length, this.length - offset));
    for (let done = 0; done < count;) {
      const at = offset + done;
      const within = at % SECTOR_BYTES;
      const part = Math.min(SECTOR_BYTES - within, count - done);
      const sector = this.#sectors.get((at - within) / SECTOR_BYTES);
      if (sector === undefined) into.fill(0, done, done + part);
      else into.set(sector.subarray(within, within + part), done);
      done += part;
    }
    return count;
  }

  /** How many of `count` bytes at `offset` can be written when `freeBytes` are free. */
  roomFor(count: number, offset: number, freeBytes: number): number {
    let free = freeBytes;
    let done = 0;
    while (done < count) {
      const at = offset + done;
      const within = at % SECTOR_BYTES;
      if (!this.#sectors.has((at - within) / SECTOR_BYTES)) {
        if (free < SECTOR_BYTES) break;
        free -= SECTOR_BYTES;
      }
      done += Math.min(SECTOR_BYTES - within, count - done);
    }
    return done;
  }

  writeAt(bytes: Uint8Array, offset: number): void {
    for (let done = 0; done < bytes.length;) {
      const at = offset + done;
      const within = at % SECTOR_BYTES;
      const part = Math.min(SECTOR_BYTES - within, bytes.length - done);
      this.#touch((at - within) / SECTOR_BYTES).set(bytes.subarray(done, done + part), within);
      done += part;
    }
    if (bytes.length > 0) this.length = Math.max(this.length, offset + bytes.length);
  }

  truncate(length: number): void {
    const first = Math.ceil(length / SECTOR_BYTES);
    for (const index of this.#sectors.keys()) {
      if (index < first) continue;
      this.#keepDurable(index);
      this.#sectors.delete(index);
    }
    if (length % SECTOR_BYTES > 0 && this.#sectors.has(first - 1))
      this.#touch(first - 1).fill(0, length % SECTOR_BYTES);
    this.length = length;
  }

  keepAll(): void {
    this.#durable.clear();
    this.#durableLength = this.length;
  }

  /** A failed sync: some of it came through. What did not is still seen, but counts as clean. */
  loseDirty(prng: Prng): void {
    for (const [index, durable] of this.#durable) {
      if (prng.u32() % 2 === 0) this.#durable.delete(index);
      else this.#lost.set(index, durable);
    }
    this.#durable.clear();
  }

  losePower(prng: Prng): void {
    for (const [index, durable] of this.#lost) if (!this.#durable.has(index)) this.#set(index, durable);
    this.#lost.clear();
    for (const [index, durable] of this.#durable) if (prng.u32() % 2 === 0) this.#set(index, durable);
    this.#durable.clear();
    const [least, most] = [Math.min(this.length, this.#durableLength), Math.max(this.length, this.#durableLength)];
    const word = prng.u32() % 3;
    this.length = word === 0 ? this.#durableLength : word === 1 ? this.length : prng.int(least, most);
    this.#durableLength = this.length;
    const end = Math.ceil(this.length / SECTOR_BYTES);
    for (const index of this.#sectors.keys()) if (index >= end) this.#sectors.delete(index);
    if (this.length % SECTOR_BYTES > 0) this.#sectors.get(end - 1)?.fill(0, this.length % SECTOR_BYTES);
  }

  #keepDurable(index: number): void {
    if (this.#durable.has(index)) return;
    const lost = this.#lost.get(index);
    this.#durable.set(index, lost === undefined ? (this.#sectors.get(index) ?? null) : lost);
    this.#lost.delete(index);
  }

  #set(index: number, bytes: Uint8Array | null): void {
    if (bytes === null) this.#sectors.delete(index);
    else this.#sectors.set(index, bytes);
  }

  /** The sector, writable; what is durable of it is put aside. */
  #touch(index: number): Uint8Array {
    const sector = this.#sectors.get(index);
    if (this.#durable.has(index) && sector !== undefined) return sector;
    this.#keepDurable(index);
    const copy = sector === undefined ? new Uint8Array(SECTOR_BYTES) : sector.slice();
    this.#sectors.set(index, copy);
    return copy;
  }
}

const SECTOR_BYTES = 512;

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function diskError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code });
}

function tryEffect(effect: () => void): void {
  try {
    effect();
  } catch {
    // The process that would be told is gone.
  }
}
