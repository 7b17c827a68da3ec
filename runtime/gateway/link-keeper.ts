import { CLOCK_SKEW_S, type Clock } from '@tickbase/base';
import type { InboxWriter } from '../tick/index.ts';
import { closeCode, isResumableClose, type CloseName } from '@tickbase/protocol';
import { AddressRates } from './address-rates.ts';
import { closeReason } from './close-reason.ts';
import { ConnectionCounter } from './connection-counter.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { JoinQueue } from './join-queue.ts';
import type { LinkRefusal } from './link-refusal.ts';
import { Link } from './link.ts';
import type { SectionOutbox } from './section-outbox.ts';
import type { SessionRegistry } from './session-registry.ts';
import { Session } from './session.ts';
import type { GatewaySocket, HeldSocket } from './socket-port.ts';

/** The beginnings and ends of links and sessions: who has which socket, who waits for a resume, and who is over. */
export class LinkKeeper {
  isAccepting = true;
  readonly #ports: LinkKeeperPorts;
  readonly #links = new Set<Link>();
  /** Links that have not sent their hello, oldest first. */
  readonly #silent = new Set<Link>();
  readonly #counter: ConnectionCounter;
  readonly #rates: AddressRates;
  #expiriesSeenMs = -Infinity;

  constructor(ports: LinkKeeperPorts) {
    this.#ports = ports;
    this.#counter = new ConnectionCounter(ports.limits);
    this.#rates = new AddressRates(ports.limits.connectsPerSecond, ports.limits.connectsBurst);
  }

  /** Links that have a session. */
  get liveCount(): number {
    return this.#links.size - this.#silent.size;
  }

  /** Of a socket that is held: by its link, from the hello on by its session, which most messages need alone. Null: nobody holds it. */
  linkOf({ holder }: HeldSocket): Link | null {
    return holder instanceof Session ? holder.link : ((holder as Link | null | undefined) ?? null);
  }

  open(socket: GatewaySocket): void {
    const { clock, metrics } = this.#ports;
    metrics.socketsOpened++;
    if (!this.isAccepting) return this.#turnAway(socket, RESTARTING);
    const nowMs = clock.nowMs();
    const limit = this.#rates.take(socket.remoteAddress, 1, nowMs)
      ? this.#counter.enter(socket.remoteAddress)
      : 'this address connects too often (connectsPerSecond)';
    if (limit !== null) {
      return this.#turnAway(socket, { close: 'OVERLOADED', code: 'TOO_MANY_CONNECTIONS', message: limit });
    }
    const link = new Link(socket, nowMs);
    socket.holder = link;
    this.#links.add(link);
    this.#silent.add(link);
  }

  /** Gives a session the link whose hello asked for it. */
  attach(link: Link, session: Session): void {
    this.#silent.delete(link);
    link.session = session;
    session.link = link;
    session.socket = link.socket;
    link.socket.holder = session;
  }

  /** A resume takes the session over; its old socket, if it still stands, is closed. */
  release(session: Session): void {
    this.#ports.sessions.dropped.delete(session);
    const old = session.link;
    if (old === null) return;
    this.#detach(old);
    this.#closeSocket(old, 'REPLACED', 'REPLACED', 'the client has resumed on another connection');
  }

  /** The transport has lost the socket. */
  lose(link: Link, isClean: boolean): void {
    const session = this.#detach(link);
    if (session === null) return;
    if (isClean) this.end(session);
    else this.#drop(session);
  }

  close(link: Link, refusal: LinkRefusal): void {
    if (link.isClosed) return;
    this.#ports.metrics.countRefusal(refusal.code);
    const session = this.#detach(link);
    if (session !== null) {
      if (isResumableClose(closeCode(refusal.close))) this.#drop(session);
      else this.end(session);
    }
    this.#closeSocket(link, refusal.close, refusal.code, refusal.message);
  }

  /** Nothing more is taken from this link. It stays open for what is on its way to the client. */
  silence(link: Link): void {
    link.socket.holder = null;
  }

  /** The client said goodbye. */
  leave(session: Session): void {
    const link = session.link!;
    this.#detach(link);
    this.end(session);
    this.#closeSocket(link, 'GOODBYE', 'GOODBYE', '');
  }

  closeAll(refusal: LinkRefusal): void {
    for (const link of this.#links) this.close(link, refusal);
  }

  /** The session is over: its last item goes to the inbox. */
  end(session: Session): void {
    if (session.state === 'leaving') return;
    session.state = 'leaving';
    this.#ports.sessions.dropped.delete(session);
    if (this.#ports.joins.withdraw(session)) this.#ports.sessions.remove(session);
    else this.#ports.inbox.push({ kind: 'disconnect', client: session });
  }

  /** The tick has done with the session. */
  forget(session: Session, refusal: LinkRefusal): void {
    session.state = 'leaving';
    this.#ports.sessions.remove(session);
    if (session.link !== null) this.close(session.link, refusal);
  }

  /** Ends silent links and dropped sessions whose time is over. */
  sweep(nowMs: number, resumeGraceMs: number): void {
    const { handshakeMs } = this.#ports.limits;
    for (const link of this.#silent) {
      if (nowMs - link.openedAtMs < handshakeMs) break;
      const message = `no hello within ${handshakeMs} ms (handshakeMs)`;
      this.close(link, { close: 'HELLO_TIMEOUT', code: 'HELLO_TIMEOUT', message });
    }
    for (const session of this.#ports.sessions.dropped) {
      if (nowMs - session.droppedAtMs < resumeGraceMs) break;
      this.end(session);
    }
    const { expiring } = this.#ports.sessions;
    if (expiring.size === 0 || nowMs - this.#expiriesSeenMs < EXPIRY_LOOK_MS) return;
    this.#expiriesSeenMs = nowMs;
    const nowS = this.#ports.clock.wallUs() / 1e6;
    for (const session of expiring) if (session.expiresAtS + CLOCK_SKEW_S < nowS) this.#expire(session);
  }

  #expire(session: Session): void {
    const { link } = session;
    this.#ports.sessions.expiring.delete(session);
    if (link === null) return this.end(session);
    const message = 'the token of this connection has expired, and was not renewed';
    this.close(link, { close: 'BAD_TOKEN', code: 'TOKEN_EXPIRED', message });
  }

  /** The link was lost: the session waits for a resume. */
  #drop(session: Session): void {
    if (session.state === 'joining') return this.end(session);
    if (session.state === 'leaving') return;
    session.state = 'dropped';
    session.droppedAtMs = this.#ports.clock.nowMs();
    this.#ports.metrics.sessionsDropped++;
    const { dropped } = this.#ports.sessions;
    dropped.add(session);
    if (dropped.size <= this.#ports.limits.droppedSessionsMax) return;
    for (const oldest of dropped) return this.end(oldest);
  }

  /** Takes the link out of all lists; returns the session that has lost it. */
  #detach(link: Link): Session | null {
    const { session } = link;
    link.isClosed = true;
    link.session = null;
    link.socket.holder = null;
    this.#links.delete(link);
    this.#silent.delete(link);
    this.#counter.leave(link.socket.remoteAddress);
    if (session === null) return null;
    session.link = null;
    session.socket = null;
    this.#ports.outbox.discard(session);
    this.#ports.sessions.behind.delete(session);
    return session;
  }

  #turnAway(socket: GatewaySocket, refusal: LinkRefusal): void {
    this.#ports.metrics.countRefusal(refusal.code);
    socket.close(closeCode(refusal.close), closeReason(refusal.code, refusal.message));
  }

  #closeSocket(link: Link, close: CloseName, code: string, message: string): void {
    try {
      link.socket.close(closeCode(close), closeReason(code, message));
    } catch (error) {
      this.#ports.onFault(error);
    }
  }
}

export interface LinkKeeperPorts {
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  readonly sessions: SessionRegistry;
  readonly outbox: SectionOutbox;
  readonly inbox: InboxWriter;
  readonly joins: Pick<JoinQueue, 'withdraw'>;
  readonly onFault: (error: unknown) => void;
}

/** How often the ends of tokens are looked at. */
const EXPIRY_LOOK_MS = 1_000;

const RESTARTING: LinkRefusal = { close: 'RESTART', code: 'RESTARTING', message: 'the server is going down' };
