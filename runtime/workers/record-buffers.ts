import type { CommitRecord } from '../store/index.ts';

/** Copies of records for workers, in memory that is used again as soon as all of them are past it. */
export class RecordBuffers {
  /** Of the last `take`. */
  current!: RecordCopy;
  readonly #copies: RecordCopy[] = [];
  #nextNumber = 0;

  /** Copies a record for the entry before `serial`. `isPast`: all workers have done the entries before a serial. */
  take(record: CommitRecord, serial: number, isPast: (serial: number) => boolean): void {
    const logged = record.logged();
    const wireOnly = record.wireOnly();
    const needed = logged.length + wireOnly.length;
    let copy = this.#copies.find((known) => known.buffer.byteLength >= needed && isPast(known.serial));
    if (copy === undefined) {
      // One that is too short gives way: there are never more than can wait at a time.
      const short = this.#copies.findIndex((known) => isPast(known.serial));
      const capacity = 2 ** Math.ceil(Math.log2(Math.max(needed, RECORD_BYTES_MIN)));
      const drops = this.#copies[short]?.number ?? -1;
      copy = {
        number: this.#nextNumber++,
        drops,
        buffer: new SharedArrayBuffer(capacity),
        serial,
        loggedBytes: 0,
        wireBytes: 0,
      };
      if (short >= 0) this.#copies[short] = copy;
      else this.#copies.push(copy);
    }
    copy.serial = serial;
    copy.loggedBytes = logged.length;
    copy.wireBytes = wireOnly.length;
    const bytes = new Uint8Array(copy.buffer);
    bytes.set(logged);
    bytes.set(wireOnly, logged.length);
    this.current = copy;
  }
}

export interface RecordCopy {
  readonly number: number;
  /** Number of the copy in whose place it came; -1: of none. */
  readonly drops: number;
  readonly buffer: SharedArrayBuffer;
  /** Behind the entry that has it. */
  serial: number;
  loggedBytes: number;
  wireBytes: number;
}

const RECORD_BYTES_MIN = 65_536;
