import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { TickbaseError } from '@tickbase/base';
import { SUBPROTOCOL } from '@tickbase/protocol';
import type {
  AppOptions,
  HttpRequest,
  HttpResponse,
  TemplatedApp,
  us_listen_socket,
  us_socket_context_t,
  WebSocket,
} from 'uWebSockets.js';
import { addressText } from './address-text.ts';
import type { Api } from './api-port.ts';
import { addApi } from './api-routes.ts';
import { isLoopbackKey } from './connection-counter.ts';
import { freePort } from './free-port.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import { endWith, type HttpRefusal, INTERNAL, refuse, writeJson } from './http-refusal.ts';
import { ListenFailure } from './listen-failure.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { NameThrottle } from './name-throttle.ts';
import { isOriginAllowed } from './origin-policy.ts';
import { sendFile, sendHead, type ReplyState } from './send-file.ts';
import type { HeldSocket, SocketEvents } from './socket-port.ts';
import { startPage } from './start-page.ts';
import { StaticFiles } from './static-files.ts';
import { type NativeSocket, UwsSocket } from './uws-socket.ts';

/**
 * Sockets and HTTP on uWebSockets.js: `/v1/database/NAME/subscribe`, `/v1/health`, `/v1/ping`, `/v1/metrics`, and a folder of static
 * files.
 * Resolves once it listens; rejects with a ListenFailure (a port in use, …), or a TickbaseError where this Node has no build of it.
 */
export async function listenUws(options: UwsTransportOptions): Promise<UwsTransport> {
  const uws = await loadUws();
  uws._cfg('silent'); // no header that names the library
  const app = options.tls === undefined ? uws.App() : uws.SSLApp(secured(options.tls));
  addSubscribe(app, uws.DISABLED, options);
  if (options.api !== undefined) addApi(app, options.database, options.limits, options.api);
  addEndpoints(app, options);
  if (options.staticDir === undefined) addStartPage(app, options.database);
  addFiles(app, options.staticDir);

  // Without the exclusive flag two servers share a port, and each gets some of the clients.
  const listen = app.listen.bind(app) as unknown as ListenOnHost;
  const asked = options.port === 0 ? await freePort(options.host) : options.port;
  const flags = options.sharesPort === true ? 0 : uws.LIBUS_LISTEN_EXCLUSIVE_PORT;
  const token = await new Promise<us_listen_socket | false>((settle) => listen(options.host, asked, flags, settle));
  if (token === false) {
    app.close();
    throw await ListenFailure.explain(options.host, options.port);
  }
  const port = uws.us_socket_local_port(token);
  let isListening = true;
  return {
    port,
    threadCount: 0,
    waitingBytes: () => 0,
    flushed: () => Promise.resolve(monotonicMs()),
    stopListening() {
      if (isListening) uws.us_listen_socket_close(token);
      isListening = false;
    },
    close() {
      isListening = false;
      app.close();
      return Promise.resolve();
    },
  };
}

export interface UwsTransportOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Others of this process listen on the port, too. */
  readonly sharesPort?: boolean;
  readonly database: string;
  readonly limits: GatewayLimits;
  readonly events: SocketEvents;
  /** Encrypted sockets and HTTP, and no others; left out: neither is. */
  readonly tls?: TlsFiles;
  /** Served at `/`; undefined: nothing is. */
  readonly staticDir?: string;
  /** Origins of pages that may open sockets beside the server's own; '*': all. */
  readonly allowedOrigins?: readonly string[];
  /** Seconds without a sign of life after which a socket is given up; pings go out by themselves. 9 to 960, 16 unless given. */
  readonly idleTimeoutS?: number;
  /**
   * Told of a client that asked for a database which this server does not have: 64 characters of the name at most, printable ASCII, each
   * name once a second and 16 names a second at most.
   */
  readonly refusedDatabase?: (name: string) => void;
  /** What `/v1/health` answers, as plain JSON. */
  readonly health: () => HealthReport | Promise<HealthReport>;
  /** What the other addresses under `/v1/` do; left out: there are none. */
  readonly api?: Api;
  /** What `/v1/metrics` answers, in the text format of Prometheus; left out: there is no such address. */
  readonly metrics?: () => string | Promise<string>;
  /** Who may read it: requests from this machine, all, or none. */
  readonly metricsFor?: 'local' | 'all' | 'none';
}

/** Paths of PEM files. */
export interface TlsFiles {
  /** The server's certificate, and those between it and a known one. */
  readonly certificate: string;
  readonly key: string;
}

export interface HealthReport {
  readonly status: 'ok' | 'starting' | 'stopping';
  readonly database: string;
  readonly epoch: string;
  readonly tick: number;
  readonly tickRate: number;
  readonly tickP99Ms: number;
  readonly clients: number;
}

export interface UwsTransport {
  readonly port: number;
  /** Threads that the sockets have to themselves; 0: they are on this one. */
  readonly threadCount: number;
  /** Bytes that were handed to such threads, and that the kernel has not taken. */
  waitingBytes(): number;
  /** Fulfilled with the `monotonicMs` at which all that was sent before had been given to the kernel, but for what clients do not take. */
  flushed(): Promise<number>;
  /** Takes no more connections; those that stand go on. Frees the port. */
  stopListening(): void;
  /** Ends everything: at once, or when threads have sent what they were given. */
  close(): Promise<void>;
}

type Uws = typeof import('uWebSockets.js') & { _cfg(key: string): void; LIBUS_LISTEN_EXCLUSIVE_PORT: number };
/** An overload that the native side has and the declarations lack. */
type ListenOnHost = (
  host: string,
  port: number,
  flags: number,
  done: (token: us_listen_socket | false) => void,
) => void;

/**
 * To be called by the first thread, whose environment is the process's, before the library is loaded, which reads it once. Its own 4 KB are less than the
 * cookies that pages of other servers leave on `localhost`, which all ports share.
 */
export function allowLongHeaders(): void {
  process.env['UWS_HTTP_MAX_HEADERS_SIZE'] ??= String(HEADER_BYTES_MAX);
}

async function loadUws(): Promise<Uws> {
  allowLongHeaders();
  try {
    return ((await import('uWebSockets.js')) as unknown as { default: Uws }).default;
  } catch (error) {
    throw new TickbaseError({
      code: 'SOCKETS_NOT_BUILT',
      what: `uWebSockets.js has no build for Node ${process.versions.node} here`,
      where: String(error).split('\n').at(-1)!,
      mend: 'use Node 20, or Node 22, 24 or 25 on a system with glibc 2.38 or newer (Debian 13, Ubuntu 24.04)',
    });
  }
}

/** The library says nothing of files that it cannot use. Throws TLS_FILES. */
function secured({ certificate, key }: TlsFiles): AppOptions {
  try {
    createSecureContext({ cert: readFileSync(certificate), key: readFileSync(key), minVersion: 'TLSv1.2' });
  } catch (error) {
    throw new TickbaseError({
      code: 'TLS_FILES',
      what: `the certificate and its key cannot be used: ${(error as Error).message}`,
      where: `${certificate}, ${key}`,
      mend: 'give PEM files that this user may read, a certificate with --tls-cert and its own key with --tls-key',
    });
  }
  return { cert_file_name: certificate, key_file_name: key };
}

function addSubscribe(app: TemplatedApp, compression: number, options: UwsTransportOptions): void {
  const { events, limits } = options;
  const throttle = new NameThrottle(REFUSED_NAMES_MAX);
  app.ws<SocketData>('/v1/database/:name/subscribe', {
    compression,
    // Messages a little too long are closed with a code by the gateway, longer ones without one here.
    maxPayloadLength: 2 * limits.messageBytesMax,
    maxBackpressure: limits.bufferedBytesHard,
    closeOnBackpressureLimit: 1,
    idleTimeout: options.idleTimeoutS ?? IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    upgrade: (res, req, context) => {
      const name = databaseOf(req);
      if (name === options.database) return upgrade(res, req, context, options);
      const shown = name.slice(0, NAME_LENGTH_SHOWN).replace(/[^\x21-\x7e]/g, '?');
      if (throttle.passes(shown, performance.now())) options.refusedDatabase?.(shown);
      refuse(res, unknownDatabase(name, options.database));
    },
    open: (ws) => {
      const socket = socketOf(ws);
      socket.native = ws as unknown as NativeSocket;
      events.opened(socket);
    },
    message: (ws, message, isBinary) => events.message(heldOf(ws), new Uint8Array(message), isBinary),
    ping: (ws) => socketOf(ws).pinged(performance.now()),
    drain: (ws) => socketOf(ws).drained(),
    close: (ws, code) => {
      const socket = socketOf(ws);
      socket.native = null;
      events.closed(socket, code === 1000 || code === 1001);
    },
  });
  app.any('/v1/database/:name/subscribe', (res, req) => {
    const name = databaseOf(req);
    refuse(res, name === options.database ? UPGRADE_REQUIRED : unknownDatabase(name, options.database), isHead(req));
  });
}

function upgrade(
  res: HttpResponse,
  req: HttpRequest,
  context: us_socket_context_t,
  options: UwsTransportOptions,
): void {
  const protocols = req.getHeader('sec-websocket-protocol');
  if (!protocols.split(',').some((protocol) => protocol.trim() === SUBPROTOCOL)) {
    const message = `this server speaks the subprotocol ${SUBPROTOCOL}`;
    return refuse(res, { status: '400 Bad Request', code: 'UNKNOWN_SUBPROTOCOL', message });
  }
  const origin = req.getHeader('origin');
  if (!isOriginAllowed(origin, req.getHeader('host'), options.allowedOrigins ?? [])) {
    const message = `pages of ${printable(origin)} may not connect; the server's allowedOrigins name those that may`;
    return refuse(res, { status: '403 Forbidden', code: 'FORBIDDEN_ORIGIN', message });
  }
  const address = addressText(new Uint8Array(res.getRemoteAddress()));
  const key = req.getHeader('sec-websocket-key');
  const extensions = req.getHeader('sec-websocket-extensions');
  res.upgrade<SocketData>({ holder: null, socket: new UwsSocket(address) }, key, SUBPROTOCOL, extensions, context);
}

function addEndpoints(app: TemplatedApp, options: UwsTransportOptions): void {
  app.get('/v1/health', (res) => {
    void answerWith(res, options.health, (report) => writeJson(res, '200 OK', report));
  });
  app.get('/v1/ping', (res) => {
    res.writeHeader('access-control-allow-origin', '*').end();
  });
  app.head('/v1/ping', (res) => {
    res.writeHeader('access-control-allow-origin', '*').endWithoutBody();
  });
  app.get('/v1/metrics', (res) => {
    const { metrics, metricsFor } = options;
    const isLocal = isLoopbackKey(addressText(new Uint8Array(res.getRemoteAddress())));
    if (metrics === undefined || metricsFor === 'none' || (metricsFor !== 'all' && !isLocal)) {
      return refuse(res, NOT_FOUND);
    }
    void answerWith(res, metrics, (text) => {
      res.writeHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      endWith(res.writeHeader('cache-control', 'no-store'), text, false);
    });
  });
  app.options('/v1/*', (res) => {
    res.writeStatus('204 No Content');
    res
      .writeHeader('access-control-allow-origin', '*')
      .writeHeader('access-control-allow-methods', 'GET, HEAD, POST, OPTIONS')
      .writeHeader('access-control-allow-headers', 'authorization, content-type');
    res.writeHeader('access-control-max-age', '86400').endWithoutBody();
  });
  app.any('/v1/database/:name/*', (res, req) => {
    const name = databaseOf(req);
    refuse(res, name === options.database ? NOT_FOUND : unknownDatabase(name, options.database), isHead(req));
  });
  app.any('/v1/*', (res, req) => refuse(res, NOT_FOUND, isHead(req)));
}

/** What is asked may be another thread's to say. A fault is an answer, too. */
async function answerWith<T>(res: HttpResponse, ask: () => T | Promise<T>, write: (told: T) => void): Promise<void> {
  let isGone = false;
  res.onAborted(() => (isGone = true));
  let told: T | null = null;
  try {
    told = await ask();
  } catch {
    // Told below.
  }
  if (isGone) return;
  res.cork(() => (told === null ? refuse(res, INTERNAL) : write(told)));
}

/** For whoever opens the address that the server has printed. */
function addStartPage(app: TemplatedApp, database: string): void {
  app.any('/', (res, req) => {
    const isHeadOnly = isHead(req);
    if (!isHeadOnly && req.getMethod() !== 'get') return refuse(res, METHOD_NOT_ALLOWED);
    const page = startPage(database, req.getHeader('host'));
    res.writeHeader('content-type', 'text/html; charset=utf-8').writeHeader('cache-control', 'no-store');
    endWith(res, page, isHeadOnly);
  });
}

function addFiles(app: TemplatedApp, staticDir: string | undefined): void {
  const files = staticDir === undefined ? null : new StaticFiles(staticDir);
  app.any('/*', (res, req) => {
    const method = req.getMethod();
    if (files === null) return refuse(res, NOT_FOUND, isHead(req));
    if (method !== 'get' && method !== 'head') return refuse(res, METHOD_NOT_ALLOWED);
    const known = { etag: req.getHeader('if-none-match'), since: req.getHeader('if-modified-since') };
    const state: ReplyState = { hasEnded: false, wake: () => {} };
    res.onAborted(() => {
      state.hasEnded = true;
      state.wake();
    });
    void answerFile(res, state, files, req.getUrl(), method === 'head', known);
  });
}

async function answerFile(
  res: HttpResponse,
  state: ReplyState,
  files: StaticFiles,
  urlPath: string,
  isHeadOnly: boolean,
  known: { readonly etag: string; readonly since: string },
): Promise<void> {
  const file = await files.find(urlPath);
  if (state.hasEnded) return;
  if (file === null) {
    state.hasEnded = true;
    res.cork(() => refuse(res, NOT_FOUND, isHeadOnly));
    return;
  }
  const isKnown = known.etag === '' ? known.since === file.lastModified : known.etag.includes(file.etag);
  if (isKnown) sendHead(res, state, file, '304 Not Modified');
  else if (isHeadOnly) sendHead(res, state, file, '200 OK');
  else await sendFile(res, state, file);
}

/** The library copies the properties of what it is given onto its own socket. */
interface SocketData {
  /** See UwsSocket. */
  holder: object | null;
  readonly socket: UwsSocket;
}

/** As `ws.getUserData().socket`, which is a call into the native side. */
function socketOf(ws: WebSocket<SocketData>): UwsSocket {
  return (ws as unknown as SocketData).socket;
}

function heldOf(ws: WebSocket<SocketData>): HeldSocket {
  return ws as unknown as SocketData;
}

const HEADER_BYTES_MAX = 16 * 1024;
const IDLE_TIMEOUT_S = 16;
/** Names of databases that are told of within a second. */
const REFUSED_NAMES_MAX = 16;
/** UTF-16 units of a stranger's text in an answer or a log. */
const NAME_LENGTH_SHOWN = 64;
const NOT_FOUND: HttpRefusal = {
  status: '404 Not Found',
  code: 'NOT_FOUND',
  message: 'there is nothing at this address',
};

const UPGRADE_REQUIRED: HttpRefusal = {
  status: '426 Upgrade Required',
  code: 'UPGRADE_REQUIRED',
  message: 'this address speaks WebSocket only',
};
const METHOD_NOT_ALLOWED: HttpRefusal = {
  status: '405 Method Not Allowed',
  code: 'METHOD_NOT_ALLOWED',
  message: 'files can be read only',
};

function unknownDatabase(name: string, database: string): HttpRefusal {
  const message = `this server has no database ${printable(name)}, but ${printable(database)}`;
  return { status: '404 Not Found', code: 'UNKNOWN_DATABASE', message };
}

/** From `/v1/database/NAME/…`. The router's own parameters are lost when a route passes a request on. */
function databaseOf(req: HttpRequest): string {
  return req.getUrl().split('/')[3] ?? '';
}

function isHead(req: HttpRequest): boolean {
  return req.getMethod() === 'head';
}

/** A piece of a request as it may stand in an answer. */
function printable(text: string): string {
  return JSON.stringify(text.slice(0, NAME_LENGTH_SHOWN));
}
