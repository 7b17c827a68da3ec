import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { addressText } from './address-text.ts';
import { AddressRates } from './address-rates.ts';
import type { Api, ApiAnswer, ApiRequest, ApiRoute, ApiStatus } from './api-port.ts';
import { type HttpRefusal, INTERNAL, refuse, writeJson } from './http-refusal.ts';

/** The addresses of the API: who may ask and how much is looked at here, what they do elsewhere. */
export function addApi(app: TemplatedApp, name: string, limits: ApiLimits, api: Api): void {
  const rates = new AddressRates(limits.requestsPerSecond, limits.requestsBurst);
  const load: Load = { requestCount: 0 };
  const take = (route: ApiRoute, cost: number) => (res: HttpResponse, req: HttpRequest) => {
    const address = addressText(new Uint8Array(res.getRemoteAddress()));
    const [, , , database, , last = ''] = req.getUrl().split('/');
    if (DATABASE_ROUTES.has(route) && database !== name) {
      req.setYield(true); // to who says that there is no such database
      return;
    }
    if (!rates.take(address, cost, performance.now())) return refuse(res, TOO_MANY);
    if (load.requestCount >= REQUESTS_MAX) return refuse(res, TOO_MANY_AT_ONCE);
    const token = /^Bearer +(\S+)$/i.exec(req.getHeader('authorization'))?.[1] ?? '';
    const state = new RequestState(load);
    res.onAborted(() => state.end());
    const answerWith = (body: Uint8Array): void => {
      void answer(res, state, api, { route, name: decoded(last), token, body });
    };
    if (req.getMethod() === 'get') answerWith(new Uint8Array(0));
    else readBody(res, state, answerWith);
  };
  app.post('/v1/identity', take('identity', IDENTITY_COST));
  app.post('/v1/identity/websocket-token', take('websocket-token', 1));
  app.post('/v1/database/:name/call/:reducer', take('call', 1));
  app.post('/v1/database/:name/sql', take('sql', 1));
  app.post('/v1/database/:name/renew', take('renew', 1));
  app.get('/v1/database/:name/schema', take('schema', 1));
}

export interface ApiLimits {
  readonly requestsPerSecond: number;
  readonly requestsBurst: number;
}

/** What all requests together hold. */
interface Load {
  requestCount: number;
}

class RequestState {
  /** It has been answered, or nobody waits for an answer. */
  isGone = false;
  readonly #load: Load;

  constructor(load: Load) {
    this.#load = load;
    load.requestCount++;
  }

  end(): void {
    if (!this.isGone) this.#load.requestCount--;
    this.isGone = true;
  }
}

/** Must be called at once: the library drops what comes before somebody listens. Too much of it ends in a refusal. */
function readBody(res: HttpResponse, state: RequestState, done: (body: Uint8Array) => void): void {
  const parts: Uint8Array[] = [];
  let length = 0;
  res.onData((part, isLast) => {
    if (state.isGone) return;
    length += part.byteLength;
    if (length > BODY_BYTES_MAX) {
      state.end();
      refuse(res, TOO_LONG);
      return;
    }
    parts.push(new Uint8Array(part.slice(0))); // the library's memory is its own again after this
    if (isLast) done(new Uint8Array(Buffer.concat(parts)));
  });
}

async function answer(res: HttpResponse, state: RequestState, api: Api, request: ApiRequest): Promise<void> {
  let told: ApiAnswer | null = null;
  try {
    told = await api(request);
  } catch {
    // Told below.
  }
  if (state.isGone) return;
  state.end();
  res.cork(() => (told === null ? refuse(res, INTERNAL) : writeJson(res, STATUS_LINES[told.status], told.body)));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const DATABASE_ROUTES: ReadonlySet<ApiRoute> = new Set<ApiRoute>(['call', 'sql', 'schema', 'renew']);

const STATUS_LINES: Readonly<Record<ApiStatus, string>> = {
  200: '200 OK',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 Not Found',
  422: '422 Unprocessable Content',
  429: '429 Too Many Requests',
  500: '500 Internal Server Error',
  503: '503 Service Unavailable',
};

/** A new identity is a signature. */
const IDENTITY_COST = 5;
export const BODY_BYTES_MAX = 64 * 1024;
const TOO_LONG: HttpRefusal = {
  status: '413 Content Too Large',
  code: 'BODY_TOO_LONG',
  message: `the body has more than ${BODY_BYTES_MAX} bytes`,
};
/** Each may hold a body. */
export const REQUESTS_MAX = 1_024;
const TOO_MANY_AT_ONCE: HttpRefusal = {
  status: '503 Service Unavailable',
  code: 'TOO_MANY_REQUESTS',
  message: `${REQUESTS_MAX} requests are being answered`,
};
const TOO_MANY: HttpRefusal = {
  status: '429 Too Many Requests',
  code: 'TOO_MANY_REQUESTS',
  message: 'this address asks too often (requestsPerSecond)',
};
