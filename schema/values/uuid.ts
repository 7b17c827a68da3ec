import { assert } from '@tickbase/base';
import { queryError } from '../errors/query-error.ts';
import { bigIntFromHex } from './big-int-from-hex.ts';
import { bytesFromBigInt } from './bytes-from-big-int.ts';
import { checkBigInt } from './check-big-int.ts';
import { hexFromBigInt } from './hex-from-big-int.ts';

const UUID_MAX = (1n << 128n) - 1n;

/** A universally unique identifier, 128 bits; the first hex digit of its text is the highest. Immutable. */
export class Uuid {
  static readonly NIL = new Uuid(0n);
  static readonly MAX = new Uuid(UUID_MAX);

  readonly __uuid__: bigint;

  constructor(value: bigint) {
    this.__uuid__ = checkBigInt(value, 0n, UUID_MAX, 'Uuid');
    Object.freeze(this);
  }

  /** A version 4 UUID from 16 random bytes. */
  static fromRandomBytesV4(bytes: Uint8Array): Uuid {
    assert(bytes.length === 16, 'a UUID of version 4 takes 16 random bytes');
    return new Uuid(withVersion(bigIntFromBytes(bytes), 4n));
  }

  /** A version 7 UUID from milliseconds since the Unix epoch (48 bits) and 10 random bytes. */
  static fromUnixMillisV7(millisSinceUnixEpoch: bigint, randomBytes: Uint8Array): Uuid {
    assert(randomBytes.length === 10, 'a UUID of version 7 takes 10 random bytes');
    return new Uuid(withVersion((BigInt.asUintN(48, millisSinceUnixEpoch) << 80n) | bigIntFromBytes(randomBytes), 7n));
  }

  /** From its 32 hex digits, with or without hyphens. Throws VALUE_CLASS_INVALID. */
  static parse(text: string): Uuid {
    return new Uuid(bigIntFromHex(text.replaceAll('-', ''), 32, 'Uuid'));
  }

  asBigInt(): bigint {
    return this.__uuid__;
  }

  /** Throws VALUE_CLASS_INVALID for a version that is neither 4 nor 7. */
  getVersion(): UuidVersion {
    if (this.__uuid__ === 0n) return 'Nil';
    if (this.__uuid__ === UUID_MAX) return 'Max';
    const version = (this.__uuid__ >> 76n) & 0xfn;
    if (version === 4n) return 'V4';
    if (version === 7n) return 'V7';
    throw queryError('VALUE_CLASS_INVALID', 'Uuid', `version ${version} is neither 4 nor 7`);
  }

  isEqual(other: Uuid): boolean {
    return this.__uuid__ === other.__uuid__;
  }

  compareTo(other: Uuid): -1 | 0 | 1 {
    return this.__uuid__ < other.__uuid__ ? -1 : this.__uuid__ > other.__uuid__ ? 1 : 0;
  }

  /** 16 bytes, highest first, as RFC 9562 writes them. */
  toBytes(): Uint8Array {
    return bytesFromBigInt(this.__uuid__, 16).toReversed();
  }

  /** The usual text with hyphens, in lower case. */
  toString(): string {
    const hex = hexFromBigInt(this.__uuid__, 32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export type UuidVersion = 'Nil' | 'V4' | 'V7' | 'Max';

function bigIntFromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** Writes the version into bits 48…51 and the variant into bits 64 and 65, counted from the highest. */
function withVersion(value: bigint, version: bigint): bigint {
  const cleared = value & ~((0xfn << 76n) | (0x3n << 62n));
  return cleared | (version << 76n) | (0x2n << 62n);
}
