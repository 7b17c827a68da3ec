export { DataFolder } from './data-folder.ts';
export { FolderLock } from './folder-lock.ts';
export { IdentityStore } from './identity-store.ts';
export { MemoryCommitLog } from './memory-commit-log.ts';
