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
    code: 'UNKNOWN_CONNECTION',
    what: 'A token was to be renewed for a connection that the identity does not have.',
    mend: 'Give the connection id of the welcome, and a token of the same issuer and subject; connect anew when the connection has ended.',
  },
  {
    code: 'TLS_FILES',
    what: 'The files of `--tls-cert` and `--tls-key` cannot be read, or do not belong together.',
    mend: 'Give PEM files that the server may read: a certificate, with those between it and a known one behind it, and its own key.',
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
    what: 'A statement could not be carried out, for a reason that has no code of its own. Nothing was changed.',
    mend: 'The message says why.',
  },
  {
    code: 'HTTP_UNREACHABLE',
    what: 'A command got no answer of the server.',
    mend: 'Start the server, or say where it is with `--server`.',
  },
] as const satisfies readonly ErrorCode[];
