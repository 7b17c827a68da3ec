import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { TokenRefusal } from './token-refusal.ts';

/**
 * The public keys of one issuer, found by OpenID Connect discovery. They are fetched when a token first needs them, and again, while the old
 * ones go on, when they are KEPT_MS old; a token whose key is not among them has them fetched at once, but not more often than each
 * RETRY_MS. Without an answer of the issuer they are good for KEPT_MS_MAX.
 */
export class IssuerKeys {
  readonly issuer: string;
  readonly #fetchJson: (address: string) => Promise<unknown>;
  readonly #nowMs: () => number;
  #keys: ReturnType<typeof createLocalJWKSet> | null = null;
  #fetchedMs = -Infinity;
  /** Of the last attempt, whatever came of it. */
  #triedMs = -Infinity;
  #loading: Promise<void> | null = null;
  #failure = '';

  /** `nowMs`: a monotonic clock. */
  constructor(issuer: string, ports: IssuerPorts) {
    this.issuer = issuer;
    this.#fetchJson = ports.fetchJson;
    this.#nowMs = ports.nowMs;
  }

  /** The key that a token's head asks for. */
  async keyOf(head: { algorithm: string; keyId: string }): Promise<IssuerKey | TokenRefusal> {
    const ageMs = this.#nowMs() - this.#fetchedMs;
    if (ageMs > KEPT_MS_MAX) {
      if (this.#loading !== null || this.#mayTry(FIRST_RETRY_MS)) await this.#load();
      if (this.#nowMs() - this.#fetchedMs > KEPT_MS_MAX) {
        return new TokenRefusal('ISSUER_UNREACHABLE', `the keys of ${this.issuer} cannot be had now: ${this.#failure}`);
      }
    } else if (ageMs > KEPT_MS && this.#mayTry(RETRY_MS)) void this.#load();
    const key = await this.#find(head);
    if (key !== null || !(this.#loading !== null || this.#mayTry(RETRY_MS))) return key ?? this.#unknown();
    await this.#load();
    return (await this.#find(head)) ?? this.#unknown();
  }

  async #find({ algorithm, keyId }: { algorithm: string; keyId: string }): Promise<IssuerKey | null> {
    try {
      return await this.#keys!({ alg: algorithm, ...(keyId === '' ? {} : { kid: keyId }) });
    } catch {
      return null; // none, more than one, or one that is broken
    }
  }

  #mayTry(pauseMs: number): boolean {
    return this.#nowMs() - this.#triedMs >= pauseMs;
  }

  /** One at a time: who comes meanwhile waits for the same. */
  #load(): Promise<void> {
    this.#triedMs = this.#loading === null ? this.#nowMs() : this.#triedMs;
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #fetch(): Promise<void> {
    try {
      const base = this.issuer.replace(/\/$/, '');
      const about = (await this.#fetchJson(`${base}/.well-known/openid-configuration`)) as Discovery | null;
      if (about?.issuer !== this.issuer) throw new Error('what is found there is of another issuer');
      const { jwks_uri: address } = about;
      if (typeof address !== 'string' || !isSafeAddress(address))
        throw new Error('it names no safe address of its keys');
      const keys = await this.#fetchJson(address);
      this.#keys = createLocalJWKSet(keys as JSONWebKeySet);
      this.#fetchedMs = this.#nowMs();
    } catch (error) {
      this.#failure = (error as Error).message;
    }
  }

  #unknown(): TokenRefusal {
    return new TokenRefusal('TOKEN_KEY', `the key that signed the token is not one of ${this.issuer}`);
  }
}

export interface IssuerPorts {
  readonly fetchJson: (address: string) => Promise<unknown>;
  readonly nowMs: () => number;
}

type IssuerKey = Awaited<ReturnType<ReturnType<typeof createLocalJWKSet>>>;

/** What is used of a discovery document, unproved. */
interface Discovery {
  readonly issuer?: unknown;
  readonly jwks_uri?: unknown;
}

/** Whether tokens may name it as their issuer. A `|` would make two issuers and subjects one identity. */
export function isIssuer(address: string): boolean {
  return isSafeAddress(address) && !/[|?#]/.test(address) && Buffer.byteLength(address) <= 128;
}

/** Encrypted, or on this machine. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}

/** Age at which keys are fetched anew. */
export const KEPT_MS = 10 * 60_000;
/** Age up to which they are used when the issuer does not answer. */
export const KEPT_MS_MAX = 2 * 3_600_000;
export const RETRY_MS = 30_000;
/** While there are none at all. */
export const FIRST_RETRY_MS = 5_000;
