import type { ConnectionEnvironment } from './connection-environment.ts';

/** How many milliseconds the answer took; or why there is none: the server's refusal, or without a code that nobody answered. */
export type HttpOutcome = number | { readonly code?: string; readonly message: string };

/** Asks a server beside the socket. It imports nothing, so that bundlers need no chunk for what it would share with all that is loaded first. */
export async function httpRequest(
  environment: ConnectionEnvironment,
  url: string,
  init: RequestInit,
): Promise<HttpOutcome> {
  const sentMs = environment.nowMs();
  try {
    const response = await environment.request(url, init);
    return response.ok ? environment.nowMs() - sentMs : ((await response.json()) as { code: string; message: string });
  } catch (error) {
    return { message: `${url} did not answer (${(error as Error).message})` };
  }
}
