import type { JsonObject, SenderAuth } from '@tickbase/schema';
import type { Identity } from '@tickbase/schema/values';

export type { SenderAuth };

/**
 * What a module learns of who calls. `claims`: those of the caller's token, which was proved, as JSON; empty: there is none. All of it is frozen,
 * down to the last list: what one transaction writes another one must not read.
 */
export function makeSenderAuth(isInternal: boolean, identity: Identity, claims: string): SenderAuth {
  if (claims === '') return Object.freeze({ isInternal, hasJWT: false, jwt: null });
  const fullPayload = deepFreeze(JSON.parse(claims) as JsonObject);
  const { iss, sub, aud } = fullPayload;
  const jwt = Object.freeze({
    rawPayload: claims,
    issuer: typeof iss === 'string' ? iss : '',
    subject: typeof sub === 'string' ? sub : '',
    audience: Object.freeze(typeof aud === 'string' ? [aud] : Array.isArray(aud) ? [...(aud as string[])] : []),
    identity,
    fullPayload,
  });
  return Object.freeze({ isInternal, hasJWT: true, jwt });
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
