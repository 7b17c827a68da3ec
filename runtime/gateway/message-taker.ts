import { TickbaseError, type Clock } from '@tickbase/base';
import { ClientMessageDecoder, type ClientMessage, type HelloItem } from '@tickbase/protocol';
import { BYTES_PER_SECOND_MIN } from '@tickbase/schema/plan';
import { type CommitLog, DISK_FULL, DISK_FULL_CONNECT, type InboxWriter } from '../tick/index.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import type { Admitted } from './identity-port.ts';
import type { IdentityRoom } from './identity-room.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { GoodputMeter, SLOW_LINK_LAG_MS } from './goodput-meter.ts';
import type { Greeter } from './greeter.ts';
import type { ItemTaker } from './item-taker.ts';
import type { JoinQueue } from './join-queue.ts';
import type { LinkKeeper } from './link-keeper.ts';
import type { LinkRefusal } from './link-refusal.ts';
import type { Link } from './link.ts';
import type { PastCalls } from './past-sessions.ts';
import { RATE_BYTES, RATE_FLOOD, RATE_MESSAGES, RATE_WITHIN } from './rate-budgets.ts';
import { floodRefusal, rateMessage } from './rate-refusal.ts';
import type { Served } from './served.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { Session } from './session.ts';

/** Takes one message of a link: decodes it within the limits, greets with its hello, notes its receipt, takes its items. */
export class MessageTaker {
  readonly #ports: MessageTakerPorts;
  readonly #decoder: ClientMessageDecoder;

  constructor(ports: MessageTakerPorts) {
    this.#ports = ports;
    const { limits } = ports;
    this.#decoder = new ClientMessageDecoder({
      messageBytesMax: limits.messageBytesMax,
      itemsMax: limits.itemsPerMessageMax,
      argsBytesMax: limits.argsBytesMax,
      queryTextBytesMax: limits.queryBytesMax,
      queriesMax: limits.queriesPerSubscriptionMax,
    });
  }

  /** A message of a link that has no session yet. Null: taken; else why the link ends. `bytes` are not kept. */
  takeFirst(link: Link, bytes: Uint8Array, isBinary: boolean): LinkRefusal | null {
    const refusal = this.#misshapen(bytes, isBinary);
    if (refusal !== null) return refusal;
    return link.held === null ? this.#begin(link, bytes) : this.#hold(link.held, bytes);
  }

  /** The same of a session's link, at which it looks only where it ends. */
  take(session: Session, bytes: Uint8Array, isBinary: boolean): LinkRefusal | null {
    const refusal = this.#misshapen(bytes, isBinary);
    if (refusal !== null) return refusal;
    const nowMs = this.#ports.clock.nowMs();
    const over = this.#overLimit(session, bytes.length, nowMs);
    if (typeof over !== 'string') return over;
    const message = this.#decode(bytes);
    if (isRefusal(message)) return message;
    session.noteReceipt(message.receiptTick);
    this.#receipt(session, message.receiptTick, nowMs);
    const { calls } = this.#decoder;
    if (calls.count > 0) return this.#ports.items.takeCalls(session, calls, over, nowMs);
    return this.#takeItems(session, message, 0, over, nowMs);
  }

  #misshapen(bytes: Uint8Array, isBinary: boolean): LinkRefusal | null {
    if (!isBinary) return badMessage('TEXT_MESSAGE', 'messages are binary');
    const { messageBytesMax } = this.#ports.limits;
    if (bytes.length <= messageBytesMax) return null;
    const message = `${bytes.length} bytes, ${messageBytesMax} at most (messageBytesMax)`;
    return { close: 'TOO_MUCH', code: 'MESSAGE_TOO_LONG', message };
  }

  #decode(bytes: Uint8Array): ClientMessage | LinkRefusal {
    try {
      return this.#decoder.decode(bytes);
    } catch (error) {
      if (error instanceof TickbaseError) return badMessage(error.code, error.what);
      throw error;
    }
  }

  /** The rate that this message passes, as a text; empty: none. A refusal when it is a flood. */
  #overLimit(session: Session, byteCount: number, nowMs: number): string | LinkRefusal {
    const { messagesPerSecond, bytesPerSecond } = this.#ports.limits;
    const { budgets } = this.#ports.sessions.places;
    const messages = budgets.take(session.place, RATE_MESSAGES, 1, nowMs);
    if (messages === RATE_FLOOD) return floodRefusal('messagesPerSecond', messagesPerSecond);
    const byteVerdict = budgets.take(session.place, RATE_BYTES, byteCount, nowMs);
    if (byteVerdict === RATE_FLOOD) return floodRefusal('bytesPerSecond', bytesPerSecond);
    if (messages !== RATE_WITHIN) return rateMessage('messagesPerSecond', messagesPerSecond);
    return byteVerdict === RATE_WITHIN ? '' : rateMessage('bytesPerSecond', bytesPerSecond);
  }

  /** The first message. When it takes time to know who it is from, it waits with all that follows. */
  #begin(link: Link, bytes: Uint8Array): LinkRefusal | null {
    const message = this.#decode(bytes);
    if (isRefusal(message)) return message;
    const hello = helloOf(message);
    if (hello === null) return badMessage('HELLO_EXPECTED', 'a connection begins with a hello');
    let now: Admitted | LinkRefusal | null = null;
    let isLate = false;
    const refusal = this.#ports.greeter.identify(hello, (who) => {
      if (isLate) this.#ports.late(link, () => this.#takeHeld(link, who));
      else now = who;
    });
    if (refusal !== null) return refusal;
    const who = now as Admitted | LinkRefusal | null; // what the closure has set is not seen to be
    if (who !== null) return isRefusal(who) ? who : this.#greet(link, message, who);
    isLate = true;
    link.held = [bytes.slice()];
    return null;
  }

  #hold(held: Uint8Array[], bytes: Uint8Array): LinkRefusal | null {
    let heldBytes = bytes.length;
    for (const { length } of held) heldBytes += length;
    const { itemsPerMessageMax, messageBytesMax } = this.#ports.limits;
    if (heldBytes > 2 * messageBytesMax || held.length >= itemsPerMessageMax) {
      const message = `${held.length} messages of ${heldBytes} bytes came before the token was looked at`;
      return { close: 'TOO_MUCH', code: 'RATE_LIMITED', message };
    }
    held.push(bytes.slice());
    return null;
  }

  /** It is known now who said hello. */
  #takeHeld(link: Link, who: Admitted | LinkRefusal): LinkRefusal | null {
    if (isRefusal(who)) return who;
    const [first, ...others] = link.held!;
    link.held = null;
    const message = this.#decode(first!);
    if (isRefusal(message)) return message;
    let refusal = this.#greet(link, message, who);
    for (const bytes of others) {
      if (refusal !== null || link.isClosed) break;
      refusal = this.take(link.session!, bytes, true);
    }
    return refusal;
  }

  #greet(link: Link, message: ClientMessage, who: Admitted): LinkRefusal | null {
    const hello = helloOf(message)!;
    const nowMs = this.#ports.clock.nowMs();
    const { session, isResumed } = this.#ports.greeter.greet(hello, who);
    if (!isResumed && !this.#ports.commitLog.acceptsWrites) {
      return { close: 'OVERLOADED', code: DISK_FULL, message: DISK_FULL_CONNECT };
    }
    if (!isResumed) {
      const refusal = this.#ports.joins.refusal() ?? this.#ports.room.make(session.identity);
      if (refusal !== null) return refusal;
    }
    session.bytesPerSecondWanted = wantedBytes(hello);
    session.news.oweWelcome(isResumed, hello.schemaHash, isResumed ? null : this.#pastCalls(hello, session));
    if (isResumed) this.#resume(session, hello);
    else {
      this.#ports.metrics.sessionsBegun++;
      this.#ports.sessions.add(session, nowMs);
      this.#ports.inbox.push({ kind: 'connect', client: session });
    }
    this.#ports.keeper.attach(link, session);
    return this.#takeItems(session, message, 1, '', nowMs);
  }

  #pastCalls({ resume }: HelloItem, { identity }: Session): number | null {
    return resume === null ? null : (this.#ports.pastSessions?.processedOf(resume.connectionId, identity) ?? null);
  }

  #resume(session: Session, hello: HelloItem): void {
    const { lastTick } = hello.resume!;
    this.#ports.metrics.sessionsResumed++;
    this.#ports.keeper.release(session);
    session.rewind(lastTick, hello.resultsSeen);
    session.state = 'resuming';
    session.resumesWaitingCount++;
    this.#ports.inbox.push({ kind: 'resume', client: session, lastTick });
  }

  /** Takes a receipt for what was sent; a higher one than that counts as the highest possible. */
  #receipt(session: Session, receiptTick: number, nowMs: number): void {
    const tick = Math.min(receiptTick, session.sentTick);
    if (session.state !== 'live' || tick <= 0) return;
    const { calls, lags } = this.#ports.sessions.places;
    const lagMs = lags.received(session.place, tick, nowMs);
    if (lagMs > SLOW_LINK_LAG_MS || (lagMs >= 0 && session.goodput !== null))
      this.#measure(session, tick, lagMs, nowMs);
    if (tick >= session.welcomeTick) session.confirmWelcome();
    calls.releaseTick(session.place, tick);
    if (!session.isQuiet) session.news.releaseTick(tick);
    if (session.viewer !== null) this.#ports.served.viewers.acknowledge(session.viewer, tick);
  }

  /** A link that holds its client up is sent no more than it carries. */
  #measure(session: Session, tick: number, lagMs: number, nowMs: number): void {
    session.goodput ??= new GoodputMeter();
    const { goodput } = session;
    if (!goodput.received(tick, lagMs, nowMs)) return;
    if (goodput.isFree) session.goodput = null;
    if (session.viewer !== null) this.#ports.served.viewers.limit(session.viewer, session.bytesPerSecondMax);
  }

  #takeItems(
    session: Session,
    message: ClientMessage,
    from: number,
    overLimit: string,
    nowMs: number,
  ): LinkRefusal | null {
    for (let i = from; i < message.items.length; i++) {
      const item = message.items[i]!;
      if (item.kind === 'hello') return badMessage('HELLO_TWICE', 'a connection has one hello');
      if (item.kind === 'goodbye') {
        this.#ports.keeper.leave(session);
        return null;
      }
      const refusal = this.#ports.items.take(session, item, overLimit, nowMs);
      if (refusal !== null) return refusal;
    }
    return null;
  }
}

export interface MessageTakerPorts {
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly inbox: InboxWriter;
  readonly joins: Pick<JoinQueue, 'refusal'>;
  readonly served: Pick<Served, 'viewers'>;
  readonly metrics: GatewayMetrics;
  readonly sessions: SessionRegistry;
  readonly keeper: LinkKeeper;
  readonly greeter: Greeter;
  readonly room: Pick<IdentityRoom, 'make'>;
  /** Takes what waited for a token on a link that may have closed meanwhile, as a message of it is taken. */
  readonly late: (link: Link, take: () => LinkRefusal | null) => void;
  readonly items: ItemTaker;
  readonly commitLog: Pick<CommitLog, 'acceptsWrites'>;
  readonly pastSessions?: PastCalls;
}

/** No client gets on with less than the smallest budget of a module. */
function wantedBytes({ bytesPerSecond }: HelloItem): number {
  return bytesPerSecond === 0 ? Number.POSITIVE_INFINITY : Math.max(BYTES_PER_SECOND_MIN, bytesPerSecond);
}

function badMessage(code: string, message: string): LinkRefusal {
  return { close: 'BAD_PROTOCOL', code, message };
}

function helloOf({ items }: ClientMessage): HelloItem | null {
  const first = items[0];
  return first?.kind === 'hello' ? first : null;
}

function isRefusal(value: object): value is LinkRefusal {
  return 'close' in value;
}
