/** Those that a client tells apart. They stand alone, so that a page need not load the whole table. */
export const CLOSE_BAD_TOKEN = 4002;
export const CLOSE_RESUME_EXPIRED = 4010;
export const CLOSE_RESTART = 4101;
export const CLOSE_OVERLOADED = 4104;

/** Why a server closes a socket. 4000-4099 are final; after 4100-4199 a client comes back and resumes. */
const CODES = {
  BAD_PROTOCOL: 4000,
  UNSUPPORTED_VERSION: 4001,
  BAD_TOKEN: CLOSE_BAD_TOKEN,
  REFUSED: 4003,
  REPLACED: 4004,
  DISCONNECTED: 4006,
  TOO_MUCH: 4007,
  UNKNOWN_DATABASE: 4009,
  RESUME_EXPIRED: CLOSE_RESUME_EXPIRED,
  GOODBYE: 4011,
  SLOW: 4100,
  RESTART: CLOSE_RESTART,
  MOVED: 4102,
  SILENT: 4103,
  OVERLOADED: CLOSE_OVERLOADED,
  INTERNAL: 4105,
  HELLO_TIMEOUT: 4106,
} as const;

export type CloseName = keyof typeof CODES;

/** The code of a name. */
export function closeCode(name: CloseName): number {
  return CODES[name];
}

/** What a close code means for a client; codes outside of the table (network failures, proxies) may be resumed. */
export function isResumableClose(code: number): boolean {
  return !(code >= 4000 && code < 4100);
}
