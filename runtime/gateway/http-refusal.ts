import type { HttpResponse } from 'uWebSockets.js';
import { utf8Of } from './utf8-of.ts';

/** An answer that says no. */
export interface HttpRefusal {
  readonly status: string;
  readonly code: string;
  readonly message: string;
}

export const INTERNAL: HttpRefusal = {
  status: '500 Internal Server Error',
  code: 'INTERNAL_ERROR',
  message: 'the server had an error',
};

export function refuse(res: HttpResponse, { status, code, message }: HttpRefusal, isHeadOnly = false): void {
  writeJson(res, status, { code, message }, isHeadOnly);
}

export function writeJson(res: HttpResponse, status: string, body: object, isHeadOnly = false): void {
  res.writeStatus(status).writeHeader('content-type', 'application/json; charset=utf-8');
  res.writeHeader('access-control-allow-origin', '*').writeHeader('cache-control', 'no-store');
  endWith(res, JSON.stringify(body), isHeadOnly);
}

/** Ends an answer with its body, or of a HEAD request with the body's length alone. */
export function endWith(res: HttpResponse, text: string, isHeadOnly: boolean): void {
  const body = utf8Of(text);
  // With a length of its own endWithoutBody would wait for a body for ever.
  if (isHeadOnly) res.writeHeader('content-length', String(body.length)).endWithoutBody();
  else res.end(body);
}
