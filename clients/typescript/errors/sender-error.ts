/** The module refused the call: the reducer threw a SenderError with this message. */
export class SenderError extends Error {
  override readonly name = 'SenderError';
  readonly code: string;

  constructor(message: string, code = 'SENDER_ERROR') {
    super(message);
    this.code = code;
  }
}
