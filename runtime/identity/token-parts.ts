import { parseStrictObject } from './strict-json.ts';
import { TokenRefusal } from './token-refusal.ts';

/** A JSON Web Token in its compact form, taken apart and not proved yet. */
export interface TokenParts {
  readonly algorithm: string;
  /** Empty: it names none. */
  readonly keyId: string;
  /** `typ`; empty: none. */
  readonly type: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The claims as they were written. */
  readonly payload: string;
}

/** Takes a token apart, of which nobody has said yet that it is one. Refuses with TOKEN_MALFORMED. */
export function splitToken(token: string): TokenParts | TokenRefusal {
  if (token.length > TOKEN_LENGTH_MAX) {
    return malformed(`it has ${token.length} characters, ${TOKEN_LENGTH_MAX} at most`);
  }
  const parts = token.split('.');
  if (parts.length !== 3) return malformed('it has not the three parts of a signed token');
  if (!parts.every(isBase64Url)) return malformed('one of its parts is no base64url');
  const head = parseStrictObject(Buffer.from(parts[0]!, 'base64url'), HEAD_DEPTH_MAX);
  const payload = Buffer.from(parts[1]!, 'base64url');
  const claims = parseStrictObject(payload, CLAIMS_DEPTH_MAX);
  if (head === null) return malformed('its head is no plain JSON object');
  if (claims === null) return malformed('its claims are no plain JSON object');
  const { alg, kid = '', typ = '', crit, b64 } = head;
  if (typeof alg !== 'string' || typeof kid !== 'string' || typeof typ !== 'string') {
    return malformed('its head has an alg, kid or typ that is no text');
  }
  if (kid.length > KEY_ID_LENGTH_MAX) return malformed('its head names a key by too long a name');
  if (crit !== undefined || b64 !== undefined)
    return malformed('its head asks for extensions that nobody uses for tokens');
  return { algorithm: alg, keyId: kid, type: typ, claims, payload: payload.toString('utf8') };
}

/** Canonical: the bits that a last character has beyond the bytes are 0, so that no two texts are one token. */
function isBase64Url(part: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part;
}

function malformed(why: string): TokenRefusal {
  return new TokenRefusal('TOKEN_MALFORMED', `the token cannot be read: ${why}`);
}

/** What fits into a client's first message: `tokenBytesMax` of the gateway. */
export const TOKEN_LENGTH_MAX = 7_680;
const KEY_ID_LENGTH_MAX = 256;
const HEAD_DEPTH_MAX = 4;
const CLAIMS_DEPTH_MAX = 16;
