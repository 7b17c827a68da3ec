/** The call failed for a reason that is not the module's answer: the reducer broke, a limit was passed, arguments were wrong. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
  readonly code: string;

  constructor(message: string, code = 'INTERNAL_ERROR') {
    super(message);
    this.code = code;
  }
}
