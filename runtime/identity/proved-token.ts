/** A token of which is known who signed it, for whom, and that its time has not passed. */
export interface ProvedToken {
  readonly identity: bigint;
  readonly token: string;
  /** The claims that it stands for, JSON as its issuer wrote it. */
  readonly claims: string;
  /** When what it stands for ends, in seconds since the Unix epoch; Infinity: never. */
  readonly expiresAtS: number;
  /** It is a pass of this server's for another token, and good for a short time only. */
  readonly isPass: boolean;
}
