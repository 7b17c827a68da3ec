import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { TickbaseError } from '@tickbase/base';
import { writeDurably } from './write-durably.ts';

/**
 * The private keys with which a server signs tokens: `identity-keys.json` of the data folder, mode 0600. The newest signs, all of them prove;
 * to rotate is to add one, and to take an old one out ends the tokens that it has signed.
 */
export class KeyFile {
  readonly path: string;
  /** ECDSA keys on P-256, the newest last. */
  readonly keys: readonly SigningKey[];

  private constructor(path: string, keys: readonly SigningKey[]) {
    this.path = path;
    this.keys = keys;
  }

  /** Reads the keys, or makes the first when there is no file. `nowMs`: milliseconds since the Unix epoch. */
  static open(path: string, nowMs: number): KeyFile {
    if (!existsSync(path)) write(path, [newKey(nowMs)]);
    return new KeyFile(path, read(path).map(withPrivateKey));

    function withPrivateKey({ id, madeAt, pem }: StoredKey): SigningKey {
      try {
        const privateKey = createPrivateKey(pem);
        if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('it is not on P-256');
        return { id, madeAt, privateKey };
      } catch (error) {
        throw broken(path, `its key ${id} cannot be used: ${(error as Error).message}`);
      }
    }
  }

  /** Adds a key, which signs from the next start on; returns its id. Throws DATA_FILE_BROKEN when there is no file to add it to. */
  static rotate(path: string, nowMs: number): string {
    const key = newKey(nowMs);
    write(path, [...read(path), key]);
    return key.id;
  }
}

export interface SigningKey {
  /** 16 hex digits: `kid` in the head of a token. */
  readonly id: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly privateKey: KeyObject;
}

interface StoredKey {
  readonly id: string;
  readonly madeAt: string;
  /** PKCS #8. */
  readonly pem: string;
}

function newKey(nowMs: number): StoredKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    id: randomBytes(8).toString('hex'),
    madeAt: new Date(nowMs).toISOString(),
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function write(path: string, keys: readonly StoredKey[]): void {
  writeDurably(path, `${JSON.stringify({ formatVersion: 1, keys }, null, 2)}\n`);
}

function read(path: string): readonly StoredKey[] {
  let content: { formatVersion?: unknown; keys?: unknown } | null;
  try {
    content = JSON.parse(readFileSync(path, 'utf8')) as typeof content;
  } catch (error) {
    throw broken(path, `cannot be read: ${(error as Error).message}`);
  }
  if (content?.formatVersion !== 1)
    throw broken(path, `has formatVersion ${content?.formatVersion}, this server reads 1`);
  const { keys } = content;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isStored)) throw broken(path, 'holds no list of keys');
  return keys;
}

function isStored(key: unknown): key is StoredKey {
  const { id, madeAt, pem } = (key ?? {}) as Partial<StoredKey>;
  return typeof id === 'string' && /^[0-9a-f]{16}$/.test(id) && typeof madeAt === 'string' && typeof pem === 'string';
}

function broken(path: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'DATA_FILE_BROKEN',
    what: `the file of the keys that sign tokens ${why}`,
    where: path,
    mend: 'restore the file from a backup, or delete it: all clients without a token of another issuer then get new identities',
  });
}
