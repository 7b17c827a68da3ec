/**
 * Fetches a JSON document from a server that is not ours: no redirects, `FETCH_MS_MAX` for all of it, `DOCUMENT_BYTES_MAX` bytes at most.
 * Rejects with an Error that says why.
 */
export async function fetchJson(address: string): Promise<unknown> {
  const response = await fetch(address, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(FETCH_MS_MAX),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${address} answers with status ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > DOCUMENT_BYTES_MAX) throw new Error(`${address} answers with more than ${DOCUMENT_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
}

/** Shorter than `handshakeMs`, within which a client is to be in. */
export const FETCH_MS_MAX = 4_000;
/** A set of some hundred keys. */
export const DOCUMENT_BYTES_MAX = 256 * 1024;
