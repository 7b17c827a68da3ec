/** Answers the requests of tools and pages; what it rejects with is a fault of ours. */
export type Api = (request: ApiRequest) => Promise<ApiAnswer>;

export interface ApiRequest {
  readonly route: ApiRoute;
  /** What the address names beside the database; empty: nothing. */
  readonly name: string;
  /** Of `Authorization: Bearer`; empty: there is none. */
  readonly token: string;
  readonly body: Uint8Array;
}

export type ApiRoute = 'identity' | 'websocket-token' | 'call' | 'sql' | 'schema' | 'renew';

export interface ApiAnswer {
  readonly status: ApiStatus;
  /** As JSON; a refusal has `code` and `message`. */
  readonly body: object;
}

export type ApiStatus = 200 | 400 | 401 | 403 | 404 | 422 | 429 | 500 | 503;
