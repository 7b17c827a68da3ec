import { Identity } from '@tickbase/schema/values';
import { CryptoGate } from './crypto-gate.ts';
import { ForeignTokens } from './foreign-tokens.ts';
import { fetchJson } from './limited-fetch.ts';
import type { ProvedToken } from './proved-token.ts';
import { type ServerKey, ServerTokens } from './server-tokens.ts';
import { splitToken } from './token-parts.ts';
import { TokenRefusal } from './token-refusal.ts';

/**
 * Knows who a token is for, whoever signed it, and gives names to those who have none. Nothing is stored for a client: a flood of new ones grows
 * neither memory nor disk. Signatures are worked on beside the tick thread, CRYPTO_AT_ONCE at a time.
 */
export class Authenticator {
  readonly #own: ServerTokens;
  readonly #foreign: ForeignTokens;

  constructor(options: AuthenticatorOptions) {
    const { keys, databaseIdentity, issuers = [], audiences = [] } = options;
    const wallMs = options.wallMs ?? Date.now;
    const nowS = (): number => wallMs() / 1_000;
    const gate = new CryptoGate(CRYPTO_AT_ONCE, WAITING_MAX);
    const issuer = `tickbase:${new Identity(databaseIdentity).toHexString()}`;
    this.#own = new ServerTokens(issuer, keys, gate, nowS);
    const ports = {
      fetchJson: options.fetchJson ?? fetchJson,
      nowMs: options.nowMs ?? ((): number => performance.now()),
    };
    this.#foreign = new ForeignTokens({ issuers, audiences, gate, nowS, ...ports });
  }

  /** `iss` of the tokens that this server signs. */
  get issuer(): string {
    return this.#own.issuer;
  }

  /** Calls `done` once, later, with a new identity and the token that proves it. */
  issue(done: (outcome: ProvedToken | TokenRefusal) => void): void {
    void this.#own.name().then(done);
  }

  /**
   * Calls `done` once, later, with who the token is for. A client that shows a pass is to be told of a token that lives longer: `token` of
   * the outcome is that one then.
   */
  authenticate(token: string, done: (outcome: ProvedToken | TokenRefusal) => void): void {
    void this.#admit(token).then(done);
  }

  /** Who the token is for. */
  async prove(token: string): Promise<ProvedToken | TokenRefusal> {
    const parts = splitToken(token);
    if (parts instanceof TokenRefusal) return parts;
    const tokens = parts.claims['iss'] === this.#own.issuer ? this.#own : this.#foreign;
    return tokens.prove(token, parts);
  }

  /** A token for a subject of this server's own. */
  name(subject?: string): Promise<ProvedToken | TokenRefusal> {
    return this.#own.name(subject);
  }

  /** A token that stands for one that was proved, for PASS_S seconds. */
  pass(of: ProvedToken): Promise<string | TokenRefusal> {
    return this.#own.pass(of, PASS_S);
  }

  async #admit(token: string): Promise<ProvedToken | TokenRefusal> {
    const proved = await this.prove(token);
    if (proved instanceof TokenRefusal || !proved.isPass) return proved;
    const longer = await this.#own.pass(proved, LONG_PASS_S);
    return longer instanceof TokenRefusal ? longer : { ...proved, token: longer };
  }
}

export interface AuthenticatorOptions {
  /** With which it signs; the newest last. */
  readonly keys: readonly ServerKey[];
  /** A part of the issuer's name: tokens of one database prove nothing to another one. */
  readonly databaseIdentity: bigint;
  /** Issuers beside this server; none unless given. */
  readonly issuers?: readonly string[];
  /** Names for the tokens of all of them, or of one: `NAME@ISSUER`. */
  readonly audiences?: readonly string[];
  /** The network unless given. */
  readonly fetchJson?: (address: string) => Promise<unknown>;
  /** Milliseconds since the Unix epoch. */
  readonly wallMs?: () => number;
  /** A monotonic clock, in milliseconds. */
  readonly nowMs?: () => number;
}

/** Half of the threads that Node has for it: the other half is the disk's. */
const CRYPTO_AT_ONCE = 2;
/** A second of them, or more. */
const WAITING_MAX = 8_192;
/** From a page's request for a pass to its socket's first message. */
export const PASS_S = 60;
/** For a session that began with a pass, when what that stood for has no end of its own. */
const LONG_PASS_S = 30 * 86_400;
