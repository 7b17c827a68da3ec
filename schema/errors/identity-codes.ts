import type { ErrorCode } from './error-code.ts';

/** Tokens, and who may do what. */
export const IDENTITY_CODES = [
  {
    code: 'TOKEN_MALFORMED',
    what: 'What was shown is no signed JSON Web Token, or one that is too long, names a claim twice, or nests its claims too deep.',
    mend: 'Pass on the token as its issuer has given it, without `Bearer` or quotes; forget a stored one to get a new identity.',
  },
  {
    code: 'TOKEN_ALGORITHM',
    what: 'The token is signed in a way that is not accepted: not at all, with a shared secret, or other than its issuer signs.',
    mend: 'Let the issuer sign with a key pair: RS256 and its like, PS256, ES256 or EdDSA.',
  },
  {
    code: 'TOKEN_ISSUER',
    what: 'The issuer of the token is neither this server nor one that its settings name. Other databases and other data folders are other issuers.',
    mend: 'Name the issuer with `--issuers`, letter by letter as its tokens do; forget a token of another server.',
  },
  {
    code: 'TOKEN_KEY',
    what: 'The key that signed the token is not, or no longer, one of its issuer.',
    mend: 'Get a new token. A key that an issuer has only just begun to use is found within 30 seconds.',
  },
  {
    code: 'TOKEN_SIGNATURE',
    what: 'The signature of the token does not fit: it was made up, or changed.',
    mend: 'Get a new token from the issuer.',
  },
  {
    code: 'TOKEN_CLAIMS',
    what: 'A claim that each token needs is missing or is not what it should be: `iss`, `sub`, `aud`, `exp`, `nbf`, `iat`.',
    mend: 'The message names the claim; a token of another issuer needs an end, and a subject of at most 128 bytes.',
  },
  {
    code: 'TOKEN_AUDIENCE',
    what: 'The token was given for another service.',
    mend: 'Ask the issuer for one whose `aud` is what `--audience` names.',
  },
  {
    code: 'TOKEN_EXPIRED',
    what: 'The time of the token is over; also told to a connection whose token has ended and was not renewed.',
    mend: 'Get a new token and connect with it; to keep a connection, renew its token before it ends.',
  },
  {
    code: 'TOKEN_NOT_YET_VALID',
    what: 'The token says that it begins, or was made, in the future.',
    mend: "Set the clocks of the issuer and of the server; up to 5 seconds' difference is passed over.",
  },
  {
    code: 'ISSUER_UNREACHABLE',
    what: 'The keys of an issuer could not be fetched, so that its tokens cannot be looked at now. The client may come again.',
    mend: "See the message: the issuer's `/.well-known/openid-configuration` must be reachable from the server, within 4 seconds.",
  },
  {
    code: 'KEYS_MISSING',
    what: '`tickbase keys` finds no `identity-keys.json` in the data folder.',
    mend: 'Give the data folder of a server that was started once, with `--data-dir`.',
  },
  {
    code: 'TOO_MANY_TOKENS',
    what: 'So many tokens wait to be looked at that no more are taken. The client may come again.',
    mend: 'Come back after a while; when no flood is the cause, the machine has too few cores for its clients.',
  },
] as const satisfies readonly ErrorCode[];
