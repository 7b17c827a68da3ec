/** Why a token proves nothing. */
export class TokenRefusal {
  readonly code: TokenCode;
  readonly message: string;

  constructor(code: TokenCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** Each stands in the table of errors, too. */
export type TokenCode =
  | 'TOKEN_MALFORMED'
  | 'TOKEN_ALGORITHM'
  | 'TOKEN_ISSUER'
  | 'TOKEN_KEY'
  | 'TOKEN_SIGNATURE'
  | 'TOKEN_CLAIMS'
  | 'TOKEN_AUDIENCE'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET_VALID'
  | 'ISSUER_UNREACHABLE'
  | 'TOO_MANY_TOKENS';
