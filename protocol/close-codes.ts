/** Why a server closes a socket. 4000-4099 are final; after 4100-4199 a client comes back and resumes. */
export interface CloseCode {
  readonly code: number;
  readonly name: string;
  readonly what: string;
  readonly isResumable: boolean;
}

export const CLOSE_CODES = [
  final(4000, 'BAD_PROTOCOL', 'a message was not what WIRE.md allows'),
  final(4001, 'UNSUPPORTED_VERSION', 'the server does not speak this protocol version'),
  final(4002, 'BAD_TOKEN', 'the token is not one that this server accepts'),
  final(4003, 'REFUSED', 'the module refused the connection'),
  final(4004, 'REPLACED', 'the same identity or resume token opened another connection'),
  final(4005, 'BANNED', 'the identity may not connect'),
  final(4006, 'DISCONNECTED', 'the module ended the connection; the reason is its own'),
  final(4007, 'TOO_MUCH', 'a limit was passed: message size, messages, bytes or calls a second'),
  final(4008, 'HELLO_TIMEOUT', 'no hello came in time'),
  final(4009, 'UNKNOWN_DATABASE', 'this server has no database of that name'),
  final(4010, 'RESUME_EXPIRED', 'the connection to be resumed is gone: connect anew'),
  final(4011, 'GOODBYE', 'the client said goodbye'),
  resumable(4100, 'SLOW', 'the client fell too far behind'),
  resumable(4101, 'RESTART', 'the server restarts; the reason tells after how many milliseconds to come back'),
  resumable(4102, 'MOVED', 'the world has moved; the reason tells where to'),
  resumable(4103, 'SILENT', 'nothing came from the client for too long'),
  resumable(4104, 'OVERLOADED', 'the server has no room now; come back after a while'),
  resumable(4105, 'INTERNAL', 'the server failed; the connection may be resumed'),
] as const;

export type CloseName = (typeof CLOSE_CODES)[number]['name'];

/** The code of a name. */
export function closeCode(name: CloseName): number {
  return CLOSE_CODES.find((entry) => entry.name === name)!.code;
}

/** What a close code means for a client; codes outside of the table (network failures, proxies) may be resumed. */
export function isResumableClose(code: number): boolean {
  return CLOSE_CODES.find((entry) => entry.code === code)?.isResumable ?? !(code >= 4000 && code < 4100);
}

function final<Name extends string>(code: number, name: Name, what: string) {
  return { code, name, what, isResumable: false } as const;
}

function resumable<Name extends string>(code: number, name: Name, what: string) {
  return { code, name, what, isResumable: true } as const;
}
