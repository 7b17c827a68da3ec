import { audiencesOf } from './audiences-of.ts';
import { checkClaims } from './check-claims.ts';
import type { CryptoGate } from './crypto-gate.ts';
import { deriveIdentity } from './derive-identity.ts';
import { IssuerKeys, type IssuerPorts } from './issuer-keys.ts';
import type { ProvedToken } from './proved-token.ts';
import { BAD_SIGNATURE, isSigned, TOO_MANY } from './server-tokens.ts';
import type { TokenParts } from './token-parts.ts';
import { TokenRefusal } from './token-refusal.ts';

/** Tokens of the issuers that the configuration names, each for one of the audiences that it names. */
export class ForeignTokens {
  readonly #issuers = new Map<string, { readonly keys: IssuerKeys; readonly audiences: readonly string[] }>();
  readonly #gate: CryptoGate;
  readonly #nowS: () => number;

  constructor(options: ForeignOptions) {
    const { issuers } = options;
    for (const issuer of issuers) {
      const audiences = audiencesOf(issuer, options.audiences, issuers);
      this.#issuers.set(issuer, { keys: new IssuerKeys(issuer, options), audiences });
    }
    this.#gate = options.gate;
    this.#nowS = options.nowS;
  }

  async prove(token: string, parts: TokenParts): Promise<ProvedToken | TokenRefusal> {
    const { algorithm, claims, payload } = parts;
    if (token.length > FOREIGN_LENGTH_MAX) {
      return new TokenRefusal(
        'TOKEN_MALFORMED',
        `the token has ${token.length} characters, ${FOREIGN_LENGTH_MAX} at most`,
      );
    }
    const issuer = typeof claims['iss'] === 'string' ? this.#issuers.get(claims['iss']) : undefined;
    if (issuer === undefined)
      return new TokenRefusal('TOKEN_ISSUER', 'the issuer of the token is not one that this server knows');
    if (!FOREIGN_ALGORITHMS.includes(algorithm)) {
      return new TokenRefusal(
        'TOKEN_ALGORITHM',
        `tokens are to be signed with one of ${FOREIGN_ALGORITHMS.join(', ')}`,
      );
    }
    // Before anything is fetched for it: what could not be accepted costs little.
    const rules = { nowS: this.#nowS(), mustExpire: true, mustHaveBegun: true, audiences: issuer.audiences };
    const checked = checkClaims(claims, rules);
    if (checked instanceof TokenRefusal) return checked;
    const key = await issuer.keys.keyOf(parts);
    if (key instanceof TokenRefusal) return key;
    const signed = await this.#gate.run(() => isSigned(token, key, [algorithm]));
    if (signed === null) return TOO_MANY;
    if (!signed) return BAD_SIGNATURE;
    const { subject, expiresAtS } = checked;
    return { identity: deriveIdentity(checked.issuer, subject), token, claims: payload, expiresAtS, isPass: false };
  }
}

export interface ForeignOptions extends IssuerPorts {
  /** Addresses as `iss` names them, to the letter. */
  readonly issuers: readonly string[];
  /** Names for the tokens of all, or of one: `NAME@ISSUER`. */
  readonly audiences: readonly string[];
  readonly gate: CryptoGate;
  readonly nowS: () => number;
}

/** Signatures with a public key alone: with a secret that both sides know, whoever may check may also sign. */
export const FOREIGN_ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** So that a pass, which holds its claims once more, is no longer than a token may be. */
const FOREIGN_LENGTH_MAX = 5_120;
