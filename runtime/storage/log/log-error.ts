import { TickbaseError } from '@tickbase/base';

/** A record, or the head of the segment that holds it, is not what was written, and it was once durable: records follow it. */
export function checksumMismatch(sequence: number, file: string, offset: number): LogDamage {
  return new LogDamage(sequence, file, offset, {
    code: 'LOG_CHECKSUM_MISMATCH',
    what: `record ${sequence} of the commit log does not match its checksum, and the log goes on behind it`,
    where: `${file}, byte ${offset}`,
    mend: `restore the file from a backup, or restart with --cut-log-at=${sequence} to lose it and all after it`,
  });
}

export function segmentMissing(sequence: number, file: string): LogDamage {
  return new LogDamage(sequence, file, 0, {
    code: 'LOG_SEGMENT_MISSING',
    what: `record ${sequence} of the commit log and some after it are in no file, though later ones are`,
    where: file,
    mend: `restore the file from a backup, or restart with --cut-log-at=${sequence} to lose what it held and all after it`,
  });
}

export function sequenceGap(sequence: number, found: number, file: string, offset: number): LogDamage {
  return new LogDamage(sequence, file, offset, {
    code: 'LOG_SEQUENCE_GAP',
    what: `the commit log goes on with record ${found} where record ${sequence} is due`,
    where: `${file}, byte ${offset}`,
    mend: `restore the folder from a backup, or restart with --cut-log-at=${sequence} to lose all from there on`,
  });
}

export function recordMalformed(sequence: number, file: string, offset: number, why: string): LogDamage {
  return new LogDamage(sequence, file, offset, {
    code: 'LOG_RECORD_MALFORMED',
    what: `record ${sequence} of the commit log has a fitting checksum, but cannot be read: ${why}`,
    where: `${file}, frame at byte ${offset}`,
    mend: 'start the version of the server that wrote the log',
  });
}

export function recordsNotThere(from: number, first: number | null, folder: string): TickbaseError {
  return new TickbaseError({
    code: 'LOG_START_MISSING',
    what: `the commit log is needed from record ${from} on, but ${first === null ? 'has no records' : `begins with record ${first}`}`,
    where: folder,
    mend: 'restore the folder from a backup, or bring back the snapshot that the log follows',
  });
}

export function endsEarly(from: number, last: number, folder: string): TickbaseError {
  return new TickbaseError({
    code: 'LOG_ENDS_EARLY',
    what: `the commit log ends with record ${last}, but a snapshot holds all up to record ${from - 1}: the disk lost what it had acknowledged`,
    where: folder,
    mend: `check the disk; restart with --cut-log-at=${from} to go on from the snapshot`,
  });
}

export function fileForeign(file: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'LOG_FILE_FOREIGN',
    what: `a file of the commit log is none of its segments: ${why}`,
    where: file,
    mend: 'move the file to another folder',
  });
}

export function formatUnknown(file: string, version: number, known: number): TickbaseError {
  return new TickbaseError({
    code: 'LOG_FORMAT_UNKNOWN',
    what: `a segment of the commit log has format ${version}, this server reads format ${known}`,
    where: file,
    mend: 'start the version of the server that wrote it',
  });
}

export function readFailed(where: string, error: unknown): TickbaseError {
  return new TickbaseError({
    code: 'LOG_READ_FAILED',
    what: `the disk does not give a part of the commit log: ${textOf(error)}`,
    where,
    mend: 'check the disk and the rights of this user, or restore the folder from a backup',
  });
}

export function writeFailed(where: string, error: unknown): TickbaseError {
  return new TickbaseError({
    code: 'LOG_WRITE_FAILED',
    what: `the disk refused a part of the commit log: ${textOf(error)}`,
    where,
    mend: 'check the disk, then start again: everything that was confirmed is recovered',
  });
}

export function diskFull(where: string, what: string): TickbaseError {
  return new TickbaseError({
    code: 'LOG_DISK_FULL',
    what,
    where,
    mend: 'make room on the disk, then start again: everything that was confirmed is recovered',
  });
}

export function recordTooLarge(where: string, byteLength: number, bytesMax: number): TickbaseError {
  return new TickbaseError({
    code: 'LOG_RECORD_TOO_LARGE',
    what: `one tick changed so much that its record has ${byteLength} bytes; the commit log takes ${bytesMax}`,
    where,
    mend: 'change fewer rows in one call, or spread the work over several ticks',
  });
}

export function cutImpossible(sequence: number, why: string, folder: string, mend: string): TickbaseError {
  return new TickbaseError({
    code: 'LOG_CUT_IMPOSSIBLE',
    what: `the commit log is not cut at record ${sequence}: ${why}`,
    where: folder,
    mend,
  });
}

/** Damage in the middle of the log, with the place from which on it may be cut off. */
export class LogDamage extends TickbaseError {
  /** The first record that is lost. */
  readonly sequence: number;
  readonly file: string;
  readonly offset: number;

  constructor(sequence: number, file: string, offset: number, report: ConstructorParameters<typeof TickbaseError>[0]) {
    super(report);
    this.sequence = sequence;
    this.file = file;
    this.offset = offset;
  }
}

/** Node's code where there is one: its English is for people only. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}
