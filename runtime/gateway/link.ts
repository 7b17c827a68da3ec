import type { GatewaySocket } from './socket-port.ts';
import type { Session } from './session.ts';

/** One socket's life at the gateway. A session outlives its links: each resume gives it a new one. */
export class Link {
  readonly socket: GatewaySocket;
  readonly openedAtMs: number;
  /** Null until the hello was accepted. */
  session: Session | null = null;
  /** Messages that wait until it is known who has said hello in the first of them; null: none do. */
  held: Uint8Array[] | null = null;
  /** No more is read from or sent to a closed link. */
  isClosed = false;

  constructor(socket: GatewaySocket, openedAtMs: number) {
    this.socket = socket;
    this.openedAtMs = openedAtMs;
  }
}
