import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { TickbaseError } from '@tickbase/base';
import { writeDurably } from './write-durably.ts';

/**
 * Gives identities and knows them again by their tokens. A token is the identity with its HMAC-SHA256 under a key of the
 * data folder (256 bits, mode 0600), so that nothing is stored for a client: a flood of new ones grows neither memory
 * nor disk, and no sync of the disk stands in a handshake. Who replaces the key ends all tokens.
 */
export class IdentityStore {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Reads the key, or makes it when there is none. */
  static open(path: string): IdentityStore {
    if (!existsSync(path)) writeDurably(path, `${randomBytes(IDENTITY_BYTES).toString('hex')}\n`);
    let text: string;
    try {
      text = readFileSync(path, 'utf8').trim();
    } catch (error) {
      throw broken(path, `cannot be read: ${(error as Error).message}`);
    }
    if (!/^[0-9a-f]{64}$/.test(text)) throw broken(path, 'is not 64 hex digits');
    return new IdentityStore(Buffer.from(text, 'hex'));
  }

  /** A new random identity, with the secret that proves it. */
  issue(): { identity: bigint; token: string } {
    const identity = randomBytes(IDENTITY_BYTES);
    const token = Buffer.concat([identity, this.#seal(identity)]).toString('base64url');
    return { identity: toBigInt(identity), token };
  }

  /** The identity that a token proves; null for any other text. Compares in constant time. */
  identityOf(token: string): bigint | null {
    if (token.length !== TOKEN_LENGTH) return null;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== 2 * IDENTITY_BYTES) return null;
    const identity = bytes.subarray(0, IDENTITY_BYTES);
    if (!timingSafeEqual(bytes.subarray(IDENTITY_BYTES), this.#seal(identity))) return null;
    return toBigInt(identity);
  }

  #seal(identity: Buffer): Buffer {
    return createHmac('sha256', this.#key).update('tickbase identity 1').update(identity).digest();
  }
}

const IDENTITY_BYTES = 32;
/** 64 bytes in base64url. */
const TOKEN_LENGTH = 86;

function broken(path: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'DATA_FILE_BROKEN',
    what: `the key of the identities ${why}`,
    where: path,
    mend: 'restore the file from a backup, or delete it: all clients then get new identities',
  });
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}
