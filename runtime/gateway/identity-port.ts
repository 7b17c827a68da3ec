/**
 * Who a client is. The server gives identities, or an issuer that it knows does; a client never chooses its own. Both methods return at once
 * and call `done` exactly once: at once, or later between two ticks.
 */
export interface IdentitySource {
  /** A new identity with the secret token that proves it. The token outlives restarts. */
  issue(done: (outcome: Admitted | NotAdmitted) => void): void;
  /** Who a token is for. */
  authenticate(token: string, done: (outcome: Admitted | NotAdmitted) => void): void;
}

export interface Admitted {
  readonly identity: bigint;
  /** What the client is to come back with: the token that it has shown, or another one. */
  readonly token: string;
  /** What the token says of its subject, a JSON object as its issuer wrote it; empty: nothing. */
  readonly claims: string;
  /** Seconds since the Unix epoch, after which the token proves nothing any more; Infinity: never. */
  readonly expiresAtS: number;
}

export interface NotAdmitted {
  /** TOO_MANY_TOKENS and ISSUER_UNREACHABLE pass: the client may come again with the same token. */
  readonly code: string;
  readonly message: string;
}
