/** Thrown by module code to refuse a call: the transaction is undone and the caller gets this text. */
export class SenderError extends Error {
  override readonly name = 'SenderError';
}
