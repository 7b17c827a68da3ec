import { checkBigInt } from './check-big-int.ts';
import { I64_MAX, I64_MIN } from './i64.ts';

/** A span of time in microseconds (64 bits, signed; beyond them VALUE_CLASS_INVALID). Immutable. */
export class TimeDuration {
  readonly __time_duration_micros__: bigint;

  constructor(micros: bigint) {
    this.__time_duration_micros__ = checkBigInt(micros, I64_MIN, I64_MAX, 'TimeDuration');
    Object.freeze(this);
  }

  static fromMillis(millis: number): TimeDuration {
    return new TimeDuration(BigInt(Math.trunc(millis * 1000)));
  }

  get micros(): bigint {
    return this.__time_duration_micros__;
  }

  /** Whole milliseconds, cut toward zero. */
  get millis(): number {
    return Number(this.__time_duration_micros__ / 1000n);
  }

  isEqual(other: TimeDuration): boolean {
    return this.__time_duration_micros__ === other.__time_duration_micros__;
  }

  /** Seconds with six decimals, signed: `+1.500000`. */
  toString(): string {
    const micros = this.__time_duration_micros__;
    const size = micros < 0n ? -micros : micros;
    return `${micros < 0n ? '-' : '+'}${size / 1_000_000n}.${(size % 1_000_000n).toString().padStart(6, '0')}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
