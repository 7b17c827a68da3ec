/** What a module threw, for the log: with its stack if it has one. Safe against accessors of the thrown thing. */
export function failureText(error: unknown): string {
  try {
    if (error instanceof Error) return typeof error.stack === 'string' ? error.stack : String(error.message);
    return `the module threw ${typeof error === 'string' ? JSON.stringify(error) : String(error)}`;
  } catch {
    return 'the module threw something that cannot be shown';
  }
}
