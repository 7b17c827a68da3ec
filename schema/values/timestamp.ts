import { queryError } from '../errors/query-error.ts';
import { checkBigInt } from './check-big-int.ts';
import { I64_MAX, I64_MIN } from './i64.ts';
import { isoFromMicros } from './iso-from-micros.ts';
import { TimeDuration } from './time-duration.ts';

/** A point in time: microseconds since the Unix epoch (64 bits, signed; beyond them VALUE_CLASS_INVALID). Immutable. */
export class Timestamp {
  static readonly UNIX_EPOCH = new Timestamp(0n);

  readonly __timestamp_micros_since_unix_epoch__: bigint;

  constructor(micros: bigint) {
    this.__timestamp_micros_since_unix_epoch__ = checkBigInt(micros, I64_MIN, I64_MAX, 'Timestamp');
    Object.freeze(this);
  }

  /**
   * The present by the environment's clock: for clients. A module's time is `ctx.timestamp`; the runtime leaves no Date.now in
   * module contexts, and this throws CLOCK_MISSING there.
   */
  static now(): Timestamp {
    if (typeof Date !== 'function' || typeof Date.now !== 'function')
      throw queryError('CLOCK_MISSING', 'Timestamp.now()', 'there is no clock here');
    return new Timestamp(BigInt(Date.now()) * 1000n);
  }

  static fromDate(date: Date): Timestamp {
    return new Timestamp(BigInt(date.getTime()) * 1000n);
  }

  get microsSinceUnixEpoch(): bigint {
    return this.__timestamp_micros_since_unix_epoch__;
  }

  /** Whole milliseconds since the Unix epoch, rounded down. */
  toMillis(): bigint {
    const micros = this.__timestamp_micros_since_unix_epoch__;
    return (micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n;
  }

  /** The same time, rounded down to the millisecond. Throws RangeError beyond what a Date can hold. */
  toDate(): Date {
    const date = new Date(Number(this.toMillis()));
    if (Number.isNaN(date.getTime())) throw new RangeError('the timestamp is beyond what a Date can hold');
    return date;
  }

  /** ISO 8601 in UTC with microseconds: `2026-01-02T03:04:05.678901Z`. Needs no Date. */
  toISOString(): string {
    return isoFromMicros(this.__timestamp_micros_since_unix_epoch__);
  }

  since(other: Timestamp): TimeDuration {
    return new TimeDuration(this.__timestamp_micros_since_unix_epoch__ - other.__timestamp_micros_since_unix_epoch__);
  }

  isEqual(other: Timestamp): boolean {
    return this.__timestamp_micros_since_unix_epoch__ === other.__timestamp_micros_since_unix_epoch__;
  }

  toString(): string {
    return this.toISOString();
  }

  toJSON(): string {
    return this.toISOString();
  }
}
