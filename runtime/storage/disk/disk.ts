/**
 * What the commit log and the snapshots need of a disk. Two implementations pass one suite: the real one, and the simulated one, on
 * which crashes, torn writes and full disks are ordered by a seed. Nothing here is retried and nothing is hidden: a call that fails rejects
 * with an error that has Node's `code` (ENOSPC, EIO, …).
 */
export interface Disk {
  /** 'read': the file must exist. 'write': for reading and writing, it must exist. 'create': the same, and it must not exist. Mode 0600. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile>;
  /** Replaces `to`. Durable only after `syncFolder`. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names of the entries, ascending; empty when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Mode 0700. Makes the folders above it, too; no error when it is there. */
  makeFolder(path: string): Promise<void>;
  /** A new, renamed or removed entry of the folder is on the disk only after this. */
  syncFolder(folder: string): Promise<void>;
}

export interface DiskFile {
  length(): Promise<number>;
  /** Fills `into` from `offset` on as far as the file goes; returns the bytes read. */
  read(into: Uint8Array, offset: number): Promise<number>;
  /** Returns the bytes written, which may be fewer than asked for without an error: a full disk shows itself so. `bytes` must stand still until then. */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  /**
   * `write`, then `sync` unless it took less than it was given, in one step: nothing comes back to this thread in between. Returns the bytes
   * written. A failure tells by its `syscall` whether it is the sync's ('fdatasync').
   */
  writeDurably(bytes: Uint8Array, offset: number): Promise<number>;
  /** What was written is on the disk (fdatasync). After a failure the state of the file's pages is unknown: never to be called again. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}
