import { ByteWriter } from '@tickbase/base';
import type { CommitRecord } from '../../store/commit-record.ts';
import { RECORD_VERSION } from '../../store/encode-record.ts';
import { SessionMarks } from '../../tick/session-marks.ts';
import type { Disk } from '../disk/disk.ts';
import { DiskCommitLog, type DiskCommitLogOptions } from '../log/disk-commit-log.ts';
import { type LogEnd, readLog, type ReadLogOptions } from '../log/read-log.ts';
import type { LogEntry } from '../log-entry.ts';

export const LOG_FOLDER = '/data/log';

/** A sealed record whose logged section is `byteLength` bytes that follow from its tick; a short one from SHORT_BYTES_MIN to SHORT_BYTES_MAX. */
export function commitOf(tick: number, byteLength: number): CommitRecord {
  return {
    tick,
    timestampUs: timeOf(tick),
    tables: [],
    isLogEmpty: byteLength === 0,
    logged: () => loggedOf(tick, byteLength),
    putLogged: (bytes, at) => {
      if (byteLength < SHORT_BYTES_MIN || byteLength > SHORT_BYTES_MAX) return -1;
      bytes.set(loggedOf(tick, byteLength), at);
      return at + byteLength;
    },
    wireOnly: () => new Uint8Array(0),
  };
}

/** A head and a byte. */
const SHORT_BYTES_MIN = 18;
const SHORT_BYTES_MAX = 96;

function timeOf(tick: number): number {
  return tick * 1000 + 7;
}

/** Begins as a record does, as far as it goes. */
export function loggedOf(tick: number, byteLength: number): Uint8Array {
  const head = new ByteWriter(SHORT_BYTES_MIN);
  head.u8(RECORD_VERSION);
  head.varint(tick);
  head.i64(BigInt(timeOf(tick)));
  const logged = Uint8Array.from({ length: byteLength }, (_, i) => (tick * 31 + i * 7 + (i >> 8) + 1) & 0xff);
  logged.set(head.view().subarray(0, byteLength));
  return logged;
}

export function marksOf(
  part: Partial<Pick<SessionMarks, 'opened' | 'closed' | 'processed' | 'claims'>> = {},
): SessionMarks {
  const marks = new SessionMarks();
  marks.opened.push(...(part.opened ?? []));
  marks.closed.push(...(part.closed ?? []));
  marks.processed.push(...(part.processed ?? []));
  marks.claims.push(...(part.claims ?? []));
  return marks;
}

/** All that the log holds, copied, and its end. */
export async function readAll(
  disk: Disk,
  options: ReadLogOptions = {},
  folder = LOG_FOLDER,
): Promise<{ entries: LogEntry[]; end: LogEnd }> {
  const entries: LogEntry[] = [];
  const end = await readLog(disk, folder, options, (entry) => {
    entries.push(entry.kind === 'commit' ? { ...entry, logged: entry.logged.slice() } : entry);
  });
  return { entries, end };
}

/** The next life of the log on that disk. Timers run only where `later` is given. */
export async function openLog(disk: Disk, options: Partial<DiskCommitLogOptions> = {}): Promise<DiskCommitLog> {
  const folder = options.folder ?? LOG_FOLDER;
  const end = options.end ?? (await readLog(disk, folder, {}, () => {}));
  return DiskCommitLog.open({
    disk,
    folder,
    end,
    epoch: 0x1234_5678_9abcn + BigInt(end.segments.length),
    segmentBytes: 4096,
    later: () => () => {},
    onFailure: (error) => {
      throw error;
    },
    ...options,
  });
}

/** Commits as text, which compares a hundred times faster than bytes one by one. */
export function textsOf(entries: readonly LogEntry[]): string[] {
  return entries.map((entry) => {
    const bytes = entry.kind === 'commit' ? Buffer.from(entry.logged).toString('base64') : entry.kind;
    return `${entry.sequence} ${entry.tick} ${bytes}`;
  });
}

/** What `textsOf` gives for `commitOf(tick, byteLength)`. */
export function textOfCommit(sequence: number, tick: number, byteLength: number): string {
  return `${sequence} ${tick} ${Buffer.from(loggedOf(tick, byteLength)).toString('base64')}`;
}
