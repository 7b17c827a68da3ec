import type { ErrorCode } from './error-code.ts';

/** Of the addresses for tools and pages. */
export const HTTP_CODES = [
  {
    code: 'TOKEN_MISSING',
    what: 'This address wants to know who asks.',
    mend: 'Send `Authorization: Bearer TOKEN`; POST /v1/identity gives a token to who has none.',
  },
  {
    code: 'NOT_ALLOWED',
    what: 'Who asks may not do this: the owner and admins may.',
    mend: 'Use the token of `owner.token` in the data folder, or name the identity or a claim with `--admins`.',
  },
  {
    code: 'BODY_TOO_LONG',
    what: 'The body of a request has more bytes than are taken.',
    mend: 'Send less at once: 64 KB are taken.',
  },
  {
    code: 'BODY_MALFORMED',
    what: 'The body of a request is no JSON of the form that the address takes.',
    mend: 'For a call, send a list of the arguments, or an object with their names; for SQL, send the statement as text.',
  },
  {
    code: 'JSON_VALUE',
    what: 'A value written as JSON is none of the type that is wanted.',
    mend: 'The message says which and why; 64-bit integers and larger ones may be texts, bytes and identities are hex.',
  },
  {
    code: 'TOO_MANY_REQUESTS',
    what: 'More requests came from this address, or all together, than are taken.',
    mend: 'Come back after a while; programs that call often use a connection of the client library.',
  },
  {
    code: 'SQL_FAILED',
    what: 'A statement was read and could not be carried out: a key that is there already, for instance. Nothing was changed.',
    mend: 'The message says why.',
  },
  {
    code: 'HTTP_UNREACHABLE',
    what: 'A command got no answer of the server.',
    mend: 'Start the server, or say where it is with `--server`.',
  },
] as const satisfies readonly ErrorCode[];
