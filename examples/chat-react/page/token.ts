const KEY = 'chat-token';

/** The secret by which the server knows this browser again. */
export function readToken(): string | undefined {
  return localStorage.getItem(KEY) ?? undefined;
}

export function keepToken(token: string): void {
  localStorage.setItem(KEY, token);
}

/** For a server that does not know the secret: another world, or another data folder. */
export function beSomebodyNew(): void {
  localStorage.removeItem(KEY);
  location.reload();
}
