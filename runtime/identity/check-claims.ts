import { CLOCK_SKEW_S } from '@tickbase/base';
import { TokenRefusal } from './token-refusal.ts';

/** What the claims of every token say, checked. */
export interface CheckedClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: readonly string[];
  /** Seconds since the Unix epoch; Infinity: never. */
  readonly expiresAtS: number;
}

/**
 * Checks the claims of a token whose signature is good: who it is, for whom, and from when until when. A number that is no number of seconds
 * within the next centuries is refused, not read as one.
 */
export function checkClaims(
  claims: Readonly<Record<string, unknown>>,
  rules: ClaimRules,
): CheckedClaims | TokenRefusal {
  const { iss, sub, aud, exp, nbf, iat } = claims;
  const { nowS, mustExpire, mustHaveBegun, audiences } = rules;
  if (!isName(iss)) return wrong('iss is no text of 1 to 128 bytes without control characters');
  if (!isName(sub)) return wrong('sub is no text of 1 to 128 bytes without control characters');
  const audience = audienceOf(aud);
  if (audience === null) return wrong('aud is neither a text nor a list of texts');
  if (audiences !== null && !audience.some((name) => audiences.includes(name))) {
    return new TokenRefusal(
      'TOKEN_AUDIENCE',
      'the token is for somebody else: aud names none that this server answers to',
    );
  }
  if (exp === undefined && mustExpire) return wrong('exp is missing: a token of another issuer must expire');
  for (const [name, time] of Object.entries({ exp, nbf, iat })) {
    if (time !== undefined && !isTime(time)) return wrong(`${name} is no number of seconds`);
  }
  if (exp !== undefined && (exp as number) + CLOCK_SKEW_S <= nowS)
    return new TokenRefusal('TOKEN_EXPIRED', 'the token has expired');
  if (mustHaveBegun && [nbf, iat].some((time) => time !== undefined && (time as number) - CLOCK_SKEW_S > nowS)) {
    return new TokenRefusal('TOKEN_NOT_YET_VALID', 'the token is of a time to come: nbf or iat lies ahead');
  }
  return { issuer: iss, subject: sub, audience, expiresAtS: exp === undefined ? Infinity : (exp as number) };
}

export interface ClaimRules {
  /** Seconds since the Unix epoch. */
  readonly nowS: number;
  readonly mustExpire: boolean;
  /** Its beginning lies not ahead. Not of a token of our own: the machine's clock may have been set back since. */
  readonly mustHaveBegun: boolean;
  /** One of them must be named; null: whoever may be. */
  readonly audiences: readonly string[] | null;
}

function wrong(why: string): TokenRefusal {
  return new TokenRefusal('TOKEN_CLAIMS', `the claims of the token are not accepted: ${why}`);
}

function isName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > NAME_BYTES_MAX) return false;
  return !UNSEEN.test(value);
}

/** Control characters, those that turn or hide text, and halves of a pair: a name is shown to people, and an identity is made of it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function audienceOf(aud: unknown): readonly string[] | null {
  if (aud === undefined) return [];
  if (typeof aud === 'string') return [aud];
  if (!Array.isArray(aud) || !aud.every((name) => typeof name === 'string')) return null;
  return aud as string[];
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= TIME_S_MAX;
}

const NAME_BYTES_MAX = 128;
/** The year 5138. */
const TIME_S_MAX = 100_000_000_000;
