/** The call failed for a reason that is not the module's answer: the reducer broke, a limit was passed, arguments were wrong. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
  readonly code: string;
  /** The reducer that was called, as `conn.reducers` names it; null: it was no call. */
  readonly reducer: string | null;

  constructor(message: string, code = 'INTERNAL_ERROR', reducer: string | null = null) {
    super(message);
    this.code = code;
    this.reducer = reducer;
  }
}
