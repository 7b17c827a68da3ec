import type { ErrorCode } from './error-code.ts';

export const SNAPSHOT_CODES = [
  {
    code: 'RECORD_MISFIT',
    what: 'a commit record or a snapshot is intact, but is not one of the world that was recovered so far',
    mend: 'start the server version that wrote it; if that was this one, restore a backup and report the error',
  },
  {
    code: 'SNAPSHOT_DAMAGED',
    what: 'a snapshot does not match its checksums, or is not whole; recovery passes over it while an older one is whole',
    mend: 'none is needed while an older snapshot is whole; otherwise restore the file from a backup',
  },
  {
    code: 'SNAPSHOT_VERSION',
    what: 'a snapshot was written by a server whose format this one does not read',
    mend: 'start the server version that wrote it',
  },
  {
    code: 'SNAPSHOT_NONE_WHOLE',
    what: 'every snapshot is damaged, and the log does not reach back to its first record',
    mend: 'restore the data folder from a backup',
  },
  {
    code: 'SNAPSHOT_NOT_WRITTEN',
    what: 'a snapshot could not be written; the world goes on, and the log keeps everything until one is',
    mend: 'make room on the disk, or look after the disk’s errors; another one is tried by itself',
  },
] as const satisfies readonly ErrorCode[];
