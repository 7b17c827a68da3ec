import { SUBPROTOCOL } from '@tickbase/protocol';
import { asError } from '../errors/as-error.ts';
import { Backoff } from './backoff.ts';
import type { ConnectionEnvironment, Socket } from './connection-environment.ts';

/** An attempt that has not got through the handshake by then has failed. */
const HANDSHAKE_MS_MAX = 15_000;

/** The registered close code for a timeout. */
const TIMED_OUT = 3008;

/** No server's wish keeps a client away for longer. */
const ASKED_MS_MAX = 60_000;

/** Part of the asked time over which clients spread after it. */
const ASKED_SPREAD = 0.5;

export interface LinkEvents {
  opened(): void;
  message(bytes: Uint8Array): void;
  /** The attempt or the established link is over. Told once for each `open`, unless the link was dropped before. */
  lost(loss: LinkLoss): void;
}

export interface LinkLoss {
  /** Of the WebSocket's close; 1006 when there was none. */
  readonly code: number;
  readonly reason: string;
  readonly error: Error | null;
  readonly isTimeout: boolean;
}

/** One socket at a time to one address: attempts, waits between them, and deafness to sockets that were given up. */
export class Link {
  readonly #environment: ConnectionEnvironment;
  readonly #url: string;
  readonly #events: LinkEvents;
  readonly #prepare: (() => Promise<void>) | null;
  readonly #backoff: Backoff;
  #socket: Socket | null = null;
  #attempt = 0;
  #cancelHandshake: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;
  #stopWatching: (() => void) | null = null;

  /** `prepare`: what each attempt begins with; one that it throws in has failed. */
  constructor(
    environment: ConnectionEnvironment,
    url: string,
    events: LinkEvents,
    prepare: (() => Promise<void>) | null = null,
  ) {
    this.#environment = environment;
    this.#url = url;
    this.#events = events;
    this.#prepare = prepare;
    this.#backoff = new Backoff(() => environment.random());
  }

  open(): void {
    this.#stopWaiting();
    const attempt = ++this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt;
    this.#cancelHandshake = this.#environment.setTimer(HANDSHAKE_MS_MAX, () => this.#giveUp(true));
    const closed = (code: number, reason: string, error: Error | null): void => {
      if (!isCurrent()) return;
      this.#forget();
      this.#events.lost({ code, reason, error, isTimeout: false });
    };
    const connect = (): void => {
      if (!isCurrent()) return;
      this.#socket = this.#environment.openSocket(this.#url, SUBPROTOCOL, {
        opened: () => {
          if (isCurrent()) this.#events.opened();
        },
        message: (bytes) => {
          if (isCurrent()) this.#events.message(bytes);
        },
        closed,
      });
    };
    if (this.#prepare === null) connect();
    else void this.#prepare().then(connect, (error: unknown) => closed(1006, '', asError(error)));
  }

  /**
   * Opens again after a while, or at once when the network or the page comes back to life. `askedMs`: the server wants the
   * client to stay away so long. It is stretched by up to a half, so that a world's clients do not come back all at once.
   */
  openLater(askedMs: number): void {
    this.#stopWaiting();
    const spread = 1 + ASKED_SPREAD * this.#environment.random();
    const waitMs = Math.min(askedMs, ASKED_MS_MAX) * spread + this.#backoff.nextDelayMs();
    this.#cancelRetry = this.#environment.setTimer(waitMs, () => this.open());
    this.#stopWatching = this.#environment.onWakeUp(() => this.open());
  }

  /** The handshake is done. */
  established(): void {
    this.#cancelHandshake?.();
    this.#cancelHandshake = null;
    this.#backoff.reset();
    this.#stopWatching = this.#environment.onWakeUp((isNetwork) => {
      if (isNetwork) this.#giveUp(false);
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket?.send(bytes);
  }

  /** Gives the socket up; nothing more is heard of it. */
  drop(code: number, reason: string): void {
    const socket = this.#socket;
    this.#forget();
    socket?.close(code, reason);
  }

  /** Ends everything. */
  end(code: number, reason: string): void {
    this.#stopWaiting();
    this.drop(code, reason);
  }

  #giveUp(isTimeout: boolean): void {
    // Not 1000: to the server that would be a goodbye, and end a session that may yet be resumed.
    this.drop(TIMED_OUT, '');
    this.#events.lost({ code: 1006, reason: '', error: null, isTimeout });
  }

  #forget(): void {
    this.#attempt++;
    this.#socket = null;
    this.#cancelHandshake?.();
    this.#cancelHandshake = null;
  }

  #stopWaiting(): void {
    this.#cancelRetry?.();
    this.#stopWatching?.();
    this.#cancelRetry = null;
    this.#stopWatching = null;
  }
}
