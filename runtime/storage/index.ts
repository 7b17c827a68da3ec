export type { Disk, DiskFile } from './disk/disk.ts';
export { DataFolder } from './data-folder.ts';
export { FolderLock } from './folder-lock.ts';
export { IdentityStore } from './identity-store.ts';
export { MemoryCommitLog } from './memory-commit-log.ts';
export type { LogEntry, LoggedInput } from './log-entry.ts';
