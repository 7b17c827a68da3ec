import { bigIntFromHex } from './big-int-from-hex.ts';
import { bytesFromBigInt } from './bytes-from-big-int.ts';
import { checkBigInt } from './check-big-int.ts';
import { hexFromBigInt } from './hex-from-big-int.ts';

const IDENTITY_MAX = (1n << 256n) - 1n;

/** Who a client is: 256 bits, the same in every session. Immutable; compare with `isEqual`. */
export class Identity {
  readonly __identity__: bigint;

  /** From its number or its 64 hex digits. Throws VALUE_CLASS_INVALID. */
  constructor(value: bigint | string) {
    this.__identity__ =
      typeof value === 'string'
        ? bigIntFromHex(value, 64, 'Identity')
        : checkBigInt(value, 0n, IDENTITY_MAX, 'Identity');
    Object.freeze(this);
  }

  static fromString(hex: string): Identity {
    return new Identity(hex);
  }

  static zero(): Identity {
    return new Identity(0n);
  }

  isEqual(other: Identity): boolean {
    return this.__identity__ === other.__identity__;
  }

  equals(other: Identity): boolean {
    return this.isEqual(other);
  }

  /** 64 lower-case hex digits. */
  toHexString(): string {
    return hexFromBigInt(this.__identity__, 64);
  }

  /** 32 bytes, little-endian. */
  toUint8Array(): Uint8Array {
    return bytesFromBigInt(this.__identity__, 32);
  }

  toString(): string {
    return this.toHexString();
  }

  toJSON(): string {
    return this.toHexString();
  }
}
