import { bigIntFromHex } from './big-int-from-hex.ts';
import { bytesFromBigInt } from './bytes-from-big-int.ts';
import { checkBigInt } from './check-big-int.ts';
import { hexFromBigInt } from './hex-from-big-int.ts';

const CONNECTION_ID_MAX = (1n << 128n) - 1n;

/** One session of a client: 128 bits; it stays over resumes of a dropped link. Immutable; compare with `isEqual`. */
export class ConnectionId {
  readonly __connection_id__: bigint;

  /** From its number or its 32 hex digits. Throws VALUE_CLASS_INVALID. */
  constructor(value: bigint | string) {
    this.__connection_id__ =
      typeof value === 'string'
        ? bigIntFromHex(value, 32, 'ConnectionId')
        : checkBigInt(value, 0n, CONNECTION_ID_MAX, 'ConnectionId');
    Object.freeze(this);
  }

  static fromString(hex: string): ConnectionId {
    return new ConnectionId(hex);
  }

  /** Null for the text of zero. */
  static fromStringOrNull(hex: string): ConnectionId | null {
    return ConnectionId.nullIfZero(new ConnectionId(hex));
  }

  static nullIfZero(id: ConnectionId): ConnectionId | null {
    return id.isZero() ? null : id;
  }

  isZero(): boolean {
    return this.__connection_id__ === 0n;
  }

  isEqual(other: ConnectionId): boolean {
    return this.__connection_id__ === other.__connection_id__;
  }

  equals(other: ConnectionId): boolean {
    return this.isEqual(other);
  }

  /** 32 lower-case hex digits. */
  toHexString(): string {
    return hexFromBigInt(this.__connection_id__, 32);
  }

  /** 16 bytes, little-endian. */
  toUint8Array(): Uint8Array {
    return bytesFromBigInt(this.__connection_id__, 16);
  }

  toString(): string {
    return this.toHexString();
  }

  toJSON(): string {
    return this.toHexString();
  }
}
