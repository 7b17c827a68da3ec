import { type ConnectionState, SenderError, TickbaseError } from '@tickbase/client';
import { DbConnection } from '../module_bindings/index.ts';

export type ConnectionWord = ConnectionState;

const TOKEN_KEY = 'sample-game token';
const DATABASE = 'sample-game';
/** Bytes of the WebSocket header by payload length; the server's rule of counting. */
const headerBytes = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

export interface ConnectionWatcher {
  stateChanged(word: ConnectionWord, detail: string): void;
  /** A message came in, of so many bytes. */
  received(bytes: number): void;
}

/** Opens the connection to the server that this page came from, as whoever this browser was the last time. */
export function connect(watcher: ConnectionWatcher): DbConnection {
  let reason = 'reload the page to come back';
  return DbConnection.builder()
    .withUri(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`)
    .withDatabaseName(DATABASE)
    .withToken(localStorage.getItem(TOKEN_KEY) ?? undefined)
    .withWSFn((url, protocol) => {
      const socket = new WebSocket(url, protocol);
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        watcher.received(data.byteLength + headerBytes(data.byteLength));
      });
      return socket;
    })
    .onConnect((_connection, _identity, token) => localStorage.setItem(TOKEN_KEY, token))
    .onConnectError((_context, error) => {
      if (hasBadToken(error)) return startAnew();
      reason = textOf(error);
      watcher.stateChanged('closed', reason);
    })
    .onDisconnect((_context, error) => {
      if (error !== undefined && hasBadToken(error)) return startAnew();
      if (error !== undefined) reason = textOf(error);
      watcher.stateChanged('closed', reason);
    })
    .onStateChange((state) => watcher.stateChanged(state, state === 'closed' ? reason : ''))
    .build();
}

/** The server did not issue the token that this browser keeps, or no longer takes it: its data folder is a new one. */
function hasBadToken(error: Error): boolean {
  return error instanceof TickbaseError && error.code === 'BAD_TOKEN';
}

/** As somebody new. */
function startAnew(): void {
  localStorage.removeItem(TOKEN_KEY);
  location.reload();
}

function textOf(error: Error): string {
  return error instanceof TickbaseError ? error.what : error.message;
}

/** What a refused call says, in words for the player. */
export function refusalText(error: unknown): string {
  if (error instanceof SenderError) return error.message;
  return 'that did not reach the server';
}
