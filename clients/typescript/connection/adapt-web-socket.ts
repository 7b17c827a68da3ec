import { asError } from '../errors/as-error.ts';
import type { Socket, SocketEvents } from './connection-environment.ts';
import type { WebSocketFactory, WebSocketLike } from './web-socket-like.ts';

/** Without a code of its own: the socket ended without a closing handshake. */
const CLOSED_ABNORMALLY = 1006;

/** UTF-16 units of a refusal's body that its error repeats. */
const REFUSAL_LENGTH_MAX = 300;

/** Opens a WebSocket by a factory that may need a while, as for a dynamic import. */
export function adaptWebSocket(factory: WebSocketFactory, url: string, protocol: string, events: SocketEvents): Socket {
  const waiting = new WaitingSocket(events);
  void open(factory, url, protocol, events, waiting);
  return waiting;
}

async function open(
  factory: WebSocketFactory,
  url: string,
  protocol: string,
  events: SocketEvents,
  waiting: WaitingSocket,
): Promise<void> {
  let socket: WebSocketLike;
  try {
    const made = factory(url, protocol);
    // Whoever waits even for what is there may miss that the platform has refused a port at once.
    socket = ('then' in made ? await made : made) as WebSocketLike;
  } catch (error) {
    queueMicrotask(() => waiting.end(CLOSED_ABNORMALLY, '', asError(error))); // not before the caller has the socket
    return;
  }
  let failure: Error | null = null;
  let isOpen = false;
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    isOpen = true;
    events.opened();
  });
  socket.addEventListener('message', ({ data }: { data: unknown }) => {
    // A text message has no meaning here; as bytes without one it ends in a coded error like any other broken message.
    events.message(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(0));
  });
  socket.addEventListener('error', ({ error, message }: { error?: unknown; message?: string }) => {
    failure = error instanceof Error ? error : new Error(message || 'the socket failed');
    // Node 22 tells of no close when it could not connect.
    if (!isOpen) waiting.end(CLOSED_ABNORMALLY, '', failure);
  });
  socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) => {
    waiting.end(code, reason, failure);
  });
  (socket as TellsRefusals).on?.('unexpected-response', (request, response) => {
    let body = '';
    response.on('data', (bytes) => (body = `${body}${bytes}`.slice(0, REFUSAL_LENGTH_MAX)));
    response.on('close', () => {
      waiting.end(CLOSED_ABNORMALLY, '', new Error(`HTTP ${response.statusCode}: ${body}`));
      request.destroy();
    });
  });
  waiting.attach(socket);
}

/** `ws` tells of an answer that is no upgrade, and leaves its end to the listener; a platform's WebSocket tells nobody. */
interface TellsRefusals {
  on?(type: 'unexpected-response', listener: (request: { destroy(): void }, response: HttpAnswer) => void): unknown;
}

interface HttpAnswer {
  readonly statusCode: number;
  on(type: 'data' | 'close', listener: (bytes: unknown) => void): unknown;
}

/** The socket before and after the factory has made it. Tells of its end once. */
class WaitingSocket implements Socket {
  readonly #events: SocketEvents;
  #socket: WebSocketLike | null = null;
  #closeAtOnce: { code: number; reason: string } | null = null;
  #hasEnded = false;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  attach(socket: WebSocketLike): void {
    this.#socket = socket;
    if (this.#closeAtOnce !== null) socket.close(this.#closeAtOnce.code, this.#closeAtOnce.reason);
  }

  send(bytes: Uint8Array): void {
    // A socket takes the bytes when it likes, and the caller's buffer is reused.
    this.#socket?.send(bytes.slice());
  }

  close(code: number, reason: string): void {
    if (this.#socket === null) this.#closeAtOnce = { code, reason };
    else this.#socket.close(code, reason);
  }

  end(code: number, reason: string, error: Error | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#events.closed(code, reason, error);
  }
}
