import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { CompactSign, compactVerify } from 'jose';
import { checkClaims } from './check-claims.ts';
import type { CryptoGate } from './crypto-gate.ts';
import { deriveIdentity } from './derive-identity.ts';
import { parseStrictObject } from './strict-json.ts';
import { TOKEN_LENGTH_MAX, type TokenParts } from './token-parts.ts';
import { TokenRefusal } from './token-refusal.ts';
import type { ProvedToken } from './proved-token.ts';

/**
 * The tokens that this server signs, ES256, with the newest of its keys; it accepts those of all of them. There are two kinds. A *name* says that
 * its subject is one of this server's own, and does not expire. A *pass* stands for a token that was shown before, whosever, with its claims
 * inside: for sockets of pages that are not to hold the token itself.
 */
export class ServerTokens {
  /** `iss` of all of them. */
  readonly issuer: string;
  readonly #newest: ServerKey;
  readonly #publicKeys = new Map<string, KeyObject>();
  readonly #gate: CryptoGate;
  readonly #nowS: () => number;

  /** `keys`: the newest last. `nowS`: seconds since the Unix epoch. */
  constructor(issuer: string, keys: readonly ServerKey[], gate: CryptoGate, nowS: () => number) {
    this.issuer = issuer;
    this.#newest = keys.at(-1)!;
    for (const { id, privateKey } of keys) this.#publicKeys.set(id, createPublicKey(privateKey));
    this.#gate = gate;
    this.#nowS = nowS;
  }

  /** A token for a subject of this server's own; a new one unless it is given. */
  async name(subject: string = randomUUID()): Promise<ProvedToken | TokenRefusal> {
    const payload = JSON.stringify({ iss: this.issuer, sub: subject, iat: Math.floor(this.#nowS()) });
    const token = await this.#sign(payload, NAME_TYPE);
    if (token instanceof TokenRefusal) return token;
    return {
      identity: deriveIdentity(this.issuer, subject),
      token,
      claims: payload,
      expiresAtS: Infinity,
      isPass: false,
    };
  }

  /** A token that stands for another one for `lifetimeS` seconds, and no longer than that one does. */
  async pass(of: ProvedToken, lifetimeS: number): Promise<string | TokenRefusal> {
    const nowS = Math.floor(this.#nowS());
    const expiresAtS = Math.min(Math.floor(of.expiresAtS), nowS + lifetimeS);
    const claims = {
      iss: this.issuer,
      sub: 'pass',
      iat: nowS,
      exp: expiresAtS,
      until: finite(of.expiresAtS),
      of: of.claims,
    };
    const token = await this.#sign(JSON.stringify(claims), PASS_TYPE);
    if (token instanceof TokenRefusal || token.length <= TOKEN_LENGTH_MAX) return token;
    return new TokenRefusal('TOKEN_CLAIMS', 'the claims of the token are too many for a pass');
  }

  /** Of a token that names this server as its issuer. */
  async prove(token: string, parts: TokenParts): Promise<ProvedToken | TokenRefusal> {
    if (parts.algorithm !== ALGORITHM)
      return new TokenRefusal('TOKEN_ALGORITHM', `this server signs with ${ALGORITHM} alone`);
    const key = this.#publicKeys.get(parts.keyId);
    if (key === undefined)
      return new TokenRefusal('TOKEN_KEY', 'the key that signed the token is not one of this server');
    const signed = await this.#gate.run(() => isSigned(token, key, [ALGORITHM]));
    if (signed === null) return TOO_MANY;
    if (!signed) return BAD_SIGNATURE;
    const claims = checkClaims(parts.claims, {
      nowS: this.#nowS(),
      mustExpire: parts.type !== NAME_TYPE,
      mustHaveBegun: false,
      audiences: null,
    });
    if (claims instanceof TokenRefusal) return claims;
    if (parts.type === PASS_TYPE) return this.#provePass(token, parts);
    return {
      identity: deriveIdentity(claims.issuer, claims.subject),
      token,
      claims: parts.payload,
      expiresAtS: claims.expiresAtS,
      isPass: false,
    };
  }

  /** What it holds this server has proved before it signed it. */
  #provePass(token: string, { claims }: TokenParts): ProvedToken | TokenRefusal {
    const { of, until } = claims as { of: string; until: number | null };
    const inner = parseStrictObject(Buffer.from(of), Infinity);
    const named = checkClaims(inner ?? {}, {
      nowS: this.#nowS(),
      mustExpire: false,
      mustHaveBegun: false,
      audiences: null,
    });
    if (named instanceof TokenRefusal) return named;
    const { issuer, subject } = named;
    return {
      identity: deriveIdentity(issuer, subject),
      token,
      claims: of,
      expiresAtS: until ?? Infinity,
      isPass: true,
    };
  }

  async #sign(payload: string, type: string): Promise<string | TokenRefusal> {
    const { id, privateKey } = this.#newest;
    const signed = await this.#gate.run(() =>
      new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: ALGORITHM, kid: id, typ: type })
        .sign(privateKey),
    );
    return signed ?? TOO_MANY;
  }
}

export interface ServerKey {
  readonly id: string;
  /** ECDSA on P-256. */
  readonly privateKey: KeyObject;
}

/** Whether the key has signed the token. */
export async function isSigned(
  token: string,
  key: Parameters<typeof compactVerify>[1],
  algorithms: readonly string[],
): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [...algorithms] });
    return true;
  } catch {
    return false;
  }
}

export const BAD_SIGNATURE = new TokenRefusal('TOKEN_SIGNATURE', 'the signature of the token does not fit');
export const TOO_MANY = new TokenRefusal(
  'TOO_MANY_TOKENS',
  'too many tokens wait to be looked at: come back after a while',
);

const ALGORITHM = 'ES256';
const NAME_TYPE = 'JWT';
const PASS_TYPE = 'tickbase-pass';

function finite(time: number): number | null {
  return Number.isFinite(time) ? time : null;
}
