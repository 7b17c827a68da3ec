/** Told to clients while the log accepts no writes (`CommitLog.acceptsWrites`), by the tick and by whoever stands before its inbox. */
export const DISK_FULL = 'DISK_FULL';
export const DISK_FULL_CALL = 'the disk of the server is full: calls are not run until there is room';
export const DISK_FULL_CONNECT = 'the disk of the server is full: nobody is let in until there is room';
