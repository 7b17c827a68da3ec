import { open } from 'node:fs/promises';
import type { StaticFile } from './static-files.ts';

/**
 * Answers a request with a file, in chunks as the client takes them; at most one chunk is in memory. Never throws.
 * The reply must have its abort handler already; `hasEnded` of `state` is set there.
 */
export async function sendFile(reply: HttpReply, state: ReplyState, file: StaticFile): Promise<void> {
  const handle = await open(file.path).catch(() => null);
  if (handle === null) return endEmpty(reply, state, '404 Not Found');
  try {
    reply.onWritable(() => {
      state.wake();
      return true;
    });
    if (file.length === 0) return endEmpty(reply, state, '200 OK', file);
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, file.length));
    let offset = 0;
    for (let isFirst = true; !state.hasEnded; isFirst = false) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
      if (state.hasEnded) return;
      if (bytesRead === 0) return abandon(reply, state); // it has shrunk since its length was told
      const writable = new Promise<void>((settle) => (state.wake = settle));
      let isTaken = false;
      reply.cork(() => {
        if (isFirst) writeHead(reply, '200 OK', file);
        const [ok, isDone] = reply.tryEnd(chunk.subarray(0, bytesRead), file.length);
        isTaken = ok;
        if (isDone) state.hasEnded = true;
      });
      if (!isTaken && !state.hasEnded) await writable;
      if (!state.hasEnded) offset = reply.getWriteOffset();
    }
  } catch {
    abandon(reply, state);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** The same without a body: HEAD requests, and files that the client has already. */
export function sendHead(
  reply: HttpReply,
  state: ReplyState,
  file: StaticFile,
  status: '200 OK' | '304 Not Modified',
): void {
  if (state.hasEnded) return;
  state.hasEnded = true;
  reply.cork(() => {
    writeHead(reply, status, file);
    if (status === '200 OK') reply.writeHeader('content-length', String(file.length));
    reply.endWithoutBody();
  });
}

/** What is used of uWebSockets.js's own response. */
export interface HttpReply {
  cork(write: () => void): unknown;
  writeStatus(status: string): unknown;
  writeHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
  endWithoutBody(): unknown;
  tryEnd(chunk: Uint8Array, totalSize: number): [boolean, boolean];
  getWriteOffset(): number;
  onWritable(handler: (offset: number) => boolean): unknown;
  close(): unknown;
}

/** An ended or aborted reply must not be touched again. */
export interface ReplyState {
  hasEnded: boolean;
  /** Goes on with a file that waits for the client; the abort handler calls it, too. */
  wake: () => void;
}

const CHUNK_BYTES = 64 * 1024;

function writeHead(reply: HttpReply, status: string, file: StaticFile): void {
  reply.writeStatus(status);
  reply.writeHeader('content-type', file.contentType);
  reply.writeHeader('etag', file.etag);
  reply.writeHeader('last-modified', file.lastModified);
  reply.writeHeader('cache-control', 'no-cache');
  reply.writeHeader('x-content-type-options', 'nosniff');
}

function endEmpty(reply: HttpReply, state: ReplyState, status: string, file?: StaticFile): void {
  if (state.hasEnded) return;
  state.hasEnded = true;
  reply.cork(() => {
    if (file === undefined) reply.writeStatus(status);
    else writeHead(reply, status, file);
    reply.end();
  });
}

function abandon(reply: HttpReply, state: ReplyState): void {
  if (state.hasEnded) return;
  state.hasEnded = true;
  reply.close();
}
