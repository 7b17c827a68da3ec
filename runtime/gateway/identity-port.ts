/** Who a client is. The server gives identities; a client never chooses its own. Both methods return at once. */
export interface IdentitySource {
  /** A new random 256-bit identity with the secret token that proves it. The token outlives restarts. */
  issue(): IssuedIdentity;
  /** The identity that a token proves; null for any token that was not issued here. Compares in constant time. */
  identityOf(token: string): bigint | null;
}

export interface IssuedIdentity {
  readonly identity: bigint;
  readonly token: string;
}
