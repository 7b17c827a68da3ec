import type { ErrorCode } from './error-code.ts';

export const BACKUP_CODES = [
  {
    code: 'BACKUP_TARGET',
    what: 'A backup could not be written: its folder is not empty, may not be written, or its disk is full.',
    mend: 'Name a folder that is new or empty, that this user may write, on a disk with room for a snapshot.',
  },
  {
    code: 'BACKUP_MISSING',
    what: 'There is no backup at the path that `tickbase restore` was given.',
    mend: 'Give the folder that `tickbase backup` wrote.',
  },
  {
    code: 'BACKUP_DAMAGED',
    what: 'A backup is not whole, or one of its files does not match its checksum. Nothing was restored.',
    mend: 'Take another backup; one that was broken off has no backup.json.',
  },
  {
    code: 'RESTORE_TARGET',
    what: 'A backup could not be restored: the data folder is not empty, may not be written, or its disk is full.',
    mend: 'Name a folder that is new or empty with --data-dir.',
  },
  {
    code: 'RESTORE_UNFINISHED',
    what: 'The data folder holds a part of a backup: its restore was broken off. No server starts on it.',
    mend: 'Restore the backup again into the same folder, or delete the folder.',
  },
  {
    code: 'LOG_MISSING',
    what: '`tickbase log` was given a folder without a commit log.',
    mend: 'Give the data folder of a server with --data-dir.',
  },
] as const satisfies readonly ErrorCode[];
