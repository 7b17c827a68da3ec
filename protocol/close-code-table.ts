import { type CloseName, closeCode, isResumableClose } from './close-codes.ts';

/** Why a server closes a socket, in words: apart from the codes because those stand in every client's bundle. */
export interface CloseCode {
  readonly code: number;
  readonly name: CloseName;
  readonly what: string;
  readonly isResumable: boolean;
}

const WHAT: Readonly<Record<CloseName, string>> = {
  BAD_PROTOCOL: 'a message was not what WIRE.md allows',
  UNSUPPORTED_VERSION: 'the server does not speak this protocol version',
  BAD_TOKEN: 'the token is not one that this server accepts',
  REFUSED: 'the module refused the connection',
  REPLACED: 'the same identity or resume token opened another connection',
  DISCONNECTED: 'the module ended the connection; the reason is its own',
  TOO_MUCH: 'a limit was passed: message size, messages, bytes or calls a second',
  UNKNOWN_DATABASE: 'this server has no database of that name',
  RESUME_EXPIRED: 'the connection to be resumed is gone: connect anew',
  GOODBYE: 'the client said goodbye',
  SLOW: 'the client fell too far behind',
  RESTART: 'the server restarts; the reason tells after how many milliseconds to come back',
  MOVED: 'the world has moved; the reason tells where to',
  SILENT: 'nothing came from the client for too long',
  OVERLOADED: 'the server has no room now; come back after a while',
  INTERNAL: 'the server failed; the connection may be resumed',
  HELLO_TIMEOUT: 'no hello came in time: the link is slow, or nobody speaks on it',
};

/** By code. */
export const CLOSE_CODES: readonly CloseCode[] = Object.entries(WHAT).map(([key, what]) => {
  const name = key as CloseName;
  const code = closeCode(name);
  return { code, name, what, isResumable: isResumableClose(code) };
});
