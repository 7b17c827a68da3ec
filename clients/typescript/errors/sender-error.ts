/** The module refused the call: the reducer threw a SenderError with this message. */
export class SenderError extends Error {
  override readonly name = 'SenderError';
  readonly code: string;
  /** The reducer that was called, as `conn.reducers` names it; null: the error was made without one. */
  readonly reducer: string | null;

  constructor(message: string, code = 'SENDER_ERROR', reducer: string | null = null) {
    super(message);
    this.code = code;
    this.reducer = reducer;
  }
}
