import type { CloseName } from '@tickbase/protocol';
import { type Plan, withOwnTables } from '@tickbase/schema/plan';
import type { SubscribeRefusal, ViewerId, Viewers } from '../interest/viewers-port.ts';
import { DISK_FULL, DISK_FULL_CONNECT, type Outbox, type TickClient } from '../tick/index.ts';
import {
  CALL_COMMITTED,
  CALL_REFUSED,
  CALL_STOPPED,
  CALL_SUSPENDED,
  type CallOutcome,
  type DisconnectOrder,
} from '../transactions/world.ts';
import { type CallLogs, STATUS_COMMITTED, STATUS_FAILED, STATUS_REFUSED } from './call-logs.ts';
import { DEFAULT_LIMITS, type GatewayLimits } from './gateway-limits.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { Expulsions } from './expulsions.ts';
import { RESUME_GRACE_MS, type GatewayPorts } from './gateway-ports.ts';
import { Greeter } from './greeter.ts';
import type { Admitted } from './identity-port.ts';
import { IdentityRoom } from './identity-room.ts';
import { ItemTaker } from './item-taker.ts';
import { JoinQueue } from './join-queue.ts';
import { LinkKeeper } from './link-keeper.ts';
import type { LinkRefusal } from './link-refusal.ts';
import type { Link } from './link.ts';
import { MessageTaker } from './message-taker.ts';
import { PAST_SESSIONS_MS } from './past-sessions.ts';
import { PlaceSet } from './place-set.ts';
import { SectionOutbox, type Step } from './section-outbox.ts';
import { ServedModule } from './served-module.ts';
import type { Served } from './served.ts';
import { SessionPlaces } from './session-places.ts';
import { SessionRegistry } from './session-registry.ts';
import { Session } from './session.ts';
import type { GatewaySocket, HeldSocket, SocketEvents } from './socket-port.ts';
import { type WebAnswer, WebClients, type WebWork } from './web-clients.ts';

/**
 * Between the sockets and the tick: sessions and their links, what clients send checked and bounded on its way to the
 * inbox, what they are told gathered and sent. Synchronous, with no socket, clock or randomness of its own.
 *
 * Nothing that a client sends throws past here, grows memory beyond `GatewayLimits`, or touches another client. A fault
 * of ours ends that client's link and goes to `onFault`. Socket events and sweeps come between ticks, never inside one.
 */
export class Gateway implements SocketEvents, Outbox {
  readonly limits: GatewayLimits;
  readonly metrics = new GatewayMetrics();
  /** Who waits to be let in. */
  readonly joins: JoinQueue;
  readonly #ports: GatewayPorts;
  readonly #places: SessionPlaces;
  readonly #sessions: SessionRegistry;
  readonly #keeper: LinkKeeper;
  readonly #messages: MessageTaker;
  readonly #outbox: SectionOutbox;
  readonly #served: Served;
  readonly #tableIds = new Map<string, number>();
  readonly #web: WebClients;
  readonly #expulsions: Expulsions;
  readonly #resumeGraceMs: number;
  /** At `tickRate: 0` no tick may follow that would carry a refusal or a catch-up. */
  readonly #sendsBetweenTicks: boolean;

  /** Places of sessions with private news. */
  #listed = new PlaceSet();
  /** Scratch: those of them that are being assembled. */
  #assembling = new PlaceSet();
  /** `tickRate: 0`: sessions with results that the flush is to tell. */
  readonly #withResults: Session[] = [];
  /** Viewers with news at the time of an endTick; the diff builder's own list shrinks while it is walked. */
  readonly #viewerScratch: ViewerId[] = [];
  #tick = 0;
  #timestampUs = 0;
  readonly #beganMs: number;

  constructor(ports: GatewayPorts) {
    this.#ports = ports;
    this.limits = Object.freeze({ ...DEFAULT_LIMITS, ...ports.limits });
    this.#places = new SessionPlaces(this.limits);
    this.#sessions = new SessionRegistry(this.#places);
    this.#served = { module: new ServedModule(ports.plan), viewers: ports.viewers };
    this.#beganMs = ports.clock.nowMs();
    this.#resumeGraceMs = ports.resumeGraceMs ?? RESUME_GRACE_MS;
    this.#sendsBetweenTicks = ports.plan.tickRate === 0;
    const { limits, metrics } = this;
    const [served, sessions, resumeGraceMs] = [this.#served, this.#sessions, this.#resumeGraceMs];
    const joins = new JoinQueue(ports.inbox, ports.clock, limits);
    this.joins = joins;
    const shared = { ...ports, inbox: joins, joins, served, limits, metrics, sessions, resumeGraceMs };
    this.#web = new WebClients(shared);
    this.#outbox = new SectionOutbox(shared);
    this.#keeper = new LinkKeeper({ ...shared, outbox: this.#outbox });
    this.#expulsions = new Expulsions(this.#keeper);
    const greeter = new Greeter(shared);
    const room = new IdentityRoom({ ...shared, keeper: this.#keeper });
    sessions.onCount = (identity) => room.share(identity);
    joins.holdsBack = ({ identity }) => room.isAwaited(identity);
    const items = new ItemTaker(served, limits, joins, metrics, ports.commitLog, this.#places);
    const late = (link: Link, take: () => LinkRefusal | null): void => this.#take(link, take);
    this.#messages = new MessageTaker({ ...shared, keeper: this.#keeper, greeter, room, items, late });
    this.#noteTables();
  }

  /** Clients that have a socket and said hello. */
  get clientCount(): number {
    return this.#keeper.liveCount;
  }

  /** False while the disk is full. */
  get acceptsWrites(): boolean {
    return this.#ports.commitLog.acceptsWrites;
  }

  /** Ticks whose messages wait for the disk. */
  get heldTickCount(): number {
    return this.#outbox.heldCount;
  }

  /** Memory of those messages. */
  get heldBytes(): number {
    return this.#outbox.heldBytes;
  }

  /** Clients that are sent less because their link carries no more. */
  get slowLinkCount(): number {
    let count = 0;
    for (const { goodput } of this.#sessions.byConnectionId.values()) {
      if (goodput !== null && Number.isFinite(goodput.bytesPerSecondMax)) count++;
    }
    return count;
  }

  /** Sessions of any state, the dropped ones within their grace included. */
  get sessionCount(): number {
    return this.#sessions.byConnectionId.size;
  }

  // What the transport tells.

  opened(socket: GatewaySocket): void {
    this.#guard(null, () => this.#keeper.open(socket));
  }

  message(socket: HeldSocket, bytes: Uint8Array, isBinary: boolean): void {
    const { holder } = socket;
    if (!(holder instanceof Session)) {
      const link = this.#keeper.linkOf(socket);
      if (link === null) return;
      this.#count(bytes);
      this.#take(link, () => this.#messages.takeFirst(link, bytes, isBinary));
      return;
    }
    try {
      this.#count(bytes);
      const refusal = this.#messages.take(holder, bytes, isBinary);
      if (refusal === null) this.#answer(holder);
      else if (holder.link !== null) this.#keeper.close(holder.link, refusal);
    } catch (error) {
      this.#fault(holder.link, error);
    }
  }

  #count(bytes: Uint8Array): void {
    this.metrics.messagesIn++;
    this.metrics.bytesIn += bytes.length;
  }

  /** Of a link without a session, or of what has waited. */
  #take(link: Link, take: () => LinkRefusal | null): void {
    if (link.isClosed) return;
    this.#guard(link, () => {
      const refusal = take();
      if (refusal !== null) this.#keeper.close(link, refusal);
      else if (link.session !== null) this.#answer(link.session);
    });
  }

  closed(socket: GatewaySocket, isClean: boolean): void {
    const link = this.#keeper.linkOf(socket);
    if (link !== null) this.#guard(null, () => this.#keeper.lose(link, isClean));
  }

  // What the tick tells.

  connected(client: TickClient): void {
    if (this.#web.holds(client)) return;
    const session = client as Session;
    this.#sessions.bindViewer(session);
    this.#served.viewers.limit(session.viewer!, session.bytesPerSecondMax);
    if (session.state !== 'joining') return; // gone meanwhile; its disconnect waits in the inbox
    session.state = 'live';
    this.#list(session);
  }

  refused(client: TickClient, message: string): void {
    if (this.#web.holds(client)) return this.#web.refused(client, message);
    const why = message || 'the server had an error';
    this.#keeper.forget(client as Session, { close: 'REFUSED', code: 'CONNECTION_REFUSED', message: why });
  }

  turnedAway(client: TickClient, code: string, message: string): void {
    if (this.#web.holds(client)) return this.#web.turnedAway(client, code, message);
    this.#keeper.forget(client as Session, { close: 'OVERLOADED', code, message });
  }

  resumed(client: TickClient): void {
    const session = client as Session;
    session.resumesWaitingCount--;
    if (session.state !== 'resuming' || session.resumesWaitingCount > 0) return;
    session.state = 'live';
    session.isBehind = true; // its first frame heals a gap
    this.#served.viewers.limit(session.viewer!, session.bytesPerSecondMax);
    this.#list(session);
  }

  disconnected(client: TickClient): void {
    if (this.#web.holds(client)) return this.#web.disconnected(client);
    const message = 'the server has ended the connection';
    this.#keeper.forget(client as Session, { close: 'DISCONNECTED', code: 'ENDED_BY_SERVER', message });
  }

  disconnect({ identity, connectionId, reason }: DisconnectOrder, tick: number): void {
    if (identity !== null) {
      for (const session of this.#sessions.ofIdentity(identity)) this.#expulsions.add(session, tick, reason);
      return;
    }
    const session = this.#sessions.byConnectionId.get(connectionId!);
    if (session !== undefined) this.#expulsions.add(session, tick, reason);
  }

  /**
   * At `tickRate: 0` a client's results wait for its next frame, or for the flush: many commits, of which none concerns what it watches, are one
   * section. Each result has the tick of its own commit.
   */
  result(client: TickClient, sequence: number, outcome: CallOutcome, message: string, tick: number): void {
    if (this.#web.count > 0 && this.#web.holds(client)) return this.#web.result(client, outcome, message);
    const session = client as Session;
    const { calls } = this.#places;
    if (!this.#sendsBetweenTicks) {
      if (outcome === CALL_COMMITTED) calls.settle(session.place, sequence, STATUS_COMMITTED);
      else settleUncommitted(calls, session.place, sequence, outcome, message);
      this.#list(session);
      return;
    }
    if (outcome === CALL_COMMITTED) calls.commit(session.place, sequence, tick);
    else {
      settleUncommitted(calls, session.place, sequence, outcome, message);
      calls.stamp(session.place, tick);
    }
    if (session.isResultDue) return;
    session.isResultDue = true;
    this.#withResults.push(session);
  }

  callRefused(client: TickClient, sequence: number, code: string, message: string): void {
    if (this.#web.holds(client)) return this.#web.turnedAway(client, code, message);
    const session = client as Session;
    this.#places.calls.settle(session.place, sequence, STATUS_REFUSED, code, message);
    this.metrics.countRefusal(code);
    this.#list(session);
  }

  subscriptionRefused(client: TickClient, querySetId: number, code: string, message: string): void {
    const session = client as Session;
    session.forgetQuerySet(querySetId);
    session.news.addSubscriptionError({ querySetId, code, message: message.slice(0, MESSAGE_LENGTH_MAX) });
    this.metrics.countRefusal(code);
    this.#list(session);
  }

  queryAnswered(client: TickClient, requestId: number, tableName: string, rows: readonly Uint8Array[]): void {
    const session = client as Session;
    let rowBytes = 0;
    for (const row of rows) rowBytes += row.length;
    if (session.news.keptBytes + rowBytes > this.limits.privateBytesMax) {
      const message = `the answer has ${rowBytes} bytes, too many beside what waits for a receipt (privateBytesMax)`;
      return this.queryRefused(client, requestId, 'ANSWER_TOO_LARGE', message);
    }
    session.queriesWaitingCount--;
    const tableId = this.#tableIds.get(tableName) ?? 0;
    session.news.addQueryAnswer({ requestId, code: '', message: '', tableId, rows: [...rows] });
    this.#list(session);
  }

  queryRefused(client: TickClient, requestId: number, code: string, message: string): void {
    const session = client as Session;
    session.queriesWaitingCount--;
    const short = message.slice(0, MESSAGE_LENGTH_MAX);
    session.news.addQueryAnswer({ requestId, code, message: short, tableId: 0, rows: [] });
    this.metrics.countRefusal(code);
    this.#list(session);
  }

  endTick(tick: number, timestampUs: number): void {
    this.#tick = tick;
    this.#timestampUs = timestampUs;
    this.joins.admit();
    if (this.#web.isTickCommitting) this.#web.endTick(tick);
    const { withNews } = this.#served.viewers;
    if (this.#listed.count === 0 && withNews.length === 0) return;
    const step: Step = { tick, timestampUs: BigInt(timestampUs), receiptTick: tick };
    const nowMs = this.#ports.clock.nowMs();
    this.#assembleListed(step, nowMs);

    const viewers = this.#viewerScratch;
    while (viewers.length > 0) viewers.pop();
    for (let i = 0; i < withNews.length; i++) viewers.push(withNews[i]!);
    for (const viewer of viewers) {
      const session = this.#sessions.ofViewer(viewer);
      if (session !== undefined && session.sectionTick !== tick) this.#assemble(session, step, nowMs);
    }
  }

  /**
   * What `CommitLog.onChange` is to call: messages that waited for the disk and are durable now leave at once. Between ticks. At
   * `tickRate: 0` those who were passed over meanwhile get what they missed; else the next tick has it.
   */
  logChanged(): void {
    this.#guard(null, () => {
      const wasFull = this.#outbox.isFull;
      this.#web.release();
      this.#outbox.release();
      this.#expulsions.release(this.#ports.commitLog.durableTick);
      if (!wasFull || this.#outbox.isFull || !this.#sendsBetweenTicks) return;
      this.#assembleBehind(this.#ports.clock.nowMs());
      this.flush();
    });
  }

  flush(): void {
    if (this.#sendsBetweenTicks) this.#tellResults();
    if (this.#sendsBetweenTicks && this.#listed.count > 0) {
      this.#assembleListed(this.#betweenTicks(), this.#ports.clock.nowMs());
    }
    this.#outbox.flush();
    if (this.#expulsions.count > 0) this.#expulsions.release(this.#ports.commitLog.durableTick);
  }

  // What the host asks for.

  /** Ends what has waited too long: silent sockets, dropped sessions, clients that take nothing. Ten times a second or so. */
  sweep(): void {
    this.#guard(null, () => {
      const nowMs = this.#ports.clock.nowMs();
      this.joins.admit();
      this.#keeper.sweep(nowMs, this.#resumeGraceMs);
      if (nowMs - this.#beganMs > PAST_SESSIONS_MS) this.#ports.pastSessions?.clear();
      if (this.#sendsBetweenTicks) {
        this.#assembleBehind(nowMs);
        this.flush();
        return;
      }
      for (const session of this.#sessions.behind) {
        const { link } = session;
        if (link !== null) this.#mayTakeFrame(session, link, link.socket, nowMs);
      }
    });
  }

  /**
   * Goes on with another module, whose diff builder has taken over the viewers; between two ticks, before `endTick` of the one in which that
   * happened. Clients to whom it looks the same notice nothing. The others are welcomed to it on the links that they have, in the section with
   * the first frame of it.
   */
  replaceModule({ plan, viewers, lost }: ModuleReplacement): void {
    const module = new ServedModule(plan);
    const before = this.#served.module;
    const isSame = before.schemaHash === module.schemaHash;
    this.#served.module = module;
    this.#served.viewers = viewers;
    this.#noteTables();
    for (const session of this.#sessions.byConnectionId.values()) {
      const { news, toldModule } = session;
      if (!isSame) news.voidAnswers((tableId) => module.hasSameTable(before, tableId));
      if (toldModule.schemaHash === module.schemaHash) session.exchangeModule(module);
      else {
        news.oweModule(toldModule.schemaHash);
        this.#list(session);
      }
    }
    for (const { viewer, querySetId, refusal } of lost) {
      const session = this.#sessions.ofViewer(viewer);
      if (session !== undefined) this.subscriptionRefused(session, querySetId, refusal.code, refusal.message);
    }
  }

  /** Runs what was asked for over HTTP; `done` is called once, later, unless the server stops before. Null: so it will be; else why not. */
  request(who: Admitted, work: WebWork, done: (answer: WebAnswer) => void): WebAnswer | null {
    if (!this.acceptsWrites) return { code: DISK_FULL, message: DISK_FULL_CONNECT };
    const refusal = this.joins.refusal();
    if (refusal !== null) return { code: refusal.code, message: refusal.message };
    if (this.#web.run(who, work, done)) return null;
    return { code: 'TOO_MANY_REQUESTS', message: 'so many requests run that no more are taken' };
  }

  /** A connection goes on with another token of the same identity. False: the identity has no such connection. */
  renew(connectionId: bigint, { identity, claims, expiresAtS }: Admitted): boolean {
    const session = this.#sessions.byConnectionId.get(connectionId);
    if (session === undefined || session.identity !== identity || session.state === 'leaving') return false;
    session.expiresAtS = expiresAtS;
    session.claims = claims;
    this.#sessions.noteExpiry(session);
    this.joins.push({ kind: 'renew', client: session, claims });
    return true;
  }

  /** From now on new sockets are told to come back later. */
  stopAccepting(): void {
    this.#keeper.isAccepting = false;
  }

  /** Closes every socket; after a resumable code the sessions stay for their grace. */
  closeAll(close: CloseName, code: string, message: string): void {
    this.#guard(null, () => this.#keeper.closeAll({ close, code, message }));
  }

  // Sections.

  /** After a client's message: its private part is bounded, and told at once where no tick may come. */
  #answer(session: Session): void {
    const resultBytes = this.#places.calls.keptBytes(session.place);
    const keptBytes = session.isQuiet ? resultBytes : resultBytes + session.news.keptBytes;
    if (keptBytes > this.limits.privateBytesMax) {
      const message = `${keptBytes} bytes of answers wait for a receipt (privateBytesMax)`;
      if (session.link !== null) this.#keeper.close(session.link, { close: 'SLOW', code: 'TOO_MANY_RESULTS', message });
    } else if (session.hasPrivateNews && session.link !== null) {
      this.#list(session);
      if (this.#sendsBetweenTicks) this.flush();
    }
  }

  #list(session: Session): void {
    this.#listed.add(session.place);
  }

  #assembleListed(step: Step, nowMs: number): void {
    const listed = this.#listed;
    this.#listed = this.#assembling;
    this.#assembling = listed;
    listed.drain((place) => {
      const session = this.#sessions.atPlace(place);
      if (session === undefined) return; // it has ended since
      this.#places.calls.stamp(place, step.tick);
      this.#assemble(session, step, nowMs);
    });
  }

  /** What no frame has told since. */
  #tellResults(): void {
    const due = this.#withResults;
    if (due.length === 0) return;
    const nowMs = this.#ports.clock.nowMs();
    const between = this.#betweenTicks();
    const first: Step = { ...between, receiptTick: this.#tick };
    while (due.length > 0) {
      const session = due.pop()!;
      session.isResultDue = false;
      if (!this.#places.calls.hasUntold(session.place)) continue;
      this.#assemble(session, session.currentTick < this.#tick ? first : between, nowMs);
    }
  }

  #assembleBehind(nowMs: number): void {
    for (const session of this.#sessions.behind) this.#assemble(session, this.#betweenTicks(), nowMs);
  }

  /** As of the last record: a further section of its tick, which only a later receipt covers. */
  #betweenTicks(): Step {
    return { tick: this.#tick, timestampUs: BigInt(this.#timestampUs), receiptTick: this.#tick + 1 };
  }

  /**
   * What waits for a session that is not live is told when it is. A socket over its hard limit, which one large message
   * brings about, gets nothing more until it has drained; a confirmed client nothing more while too much waits for the disk.
   */
  #assemble(session: Session, step: Step, nowMs: number): void {
    const { link, socket } = session;
    if (session.state !== 'live' || link === null || socket === null) return;
    if (session.isConfirmed && this.#outbox.isFull) return this.#holdBack(session);
    try {
      const takesFrame = this.#mayTakeFrame(session, link, socket, nowMs);
      if (session.link !== link) return; // closed
      if (takesFrame || this.#mayTell(session, socket)) {
        this.#outbox.assemble(session, step, takesFrame);
        // What may leave leaves while it lies in the processor's nearer caches.
        if (this.#outbox.isDue && !this.#sendsBetweenTicks) this.#outbox.flush();
      } else if (session.hasPrivateNews) this.#list(session);
    } catch (error) {
      this.#fault(link, error);
    }
  }

  #noteTables(): void {
    this.#tableIds.clear();
    for (const table of withOwnTables(this.#served.module.plan).tables) this.#tableIds.set(table.name, table.id);
  }

  #holdBack(session: Session): void {
    this.metrics.framesHeldBack++;
    session.isBehind = true;
    this.#sessions.behind.add(session);
    if (session.hasPrivateNews) this.#list(session);
  }

  /** It may be told its private part although it takes no frame. */
  #mayTell(session: Session, socket: GatewaySocket): boolean {
    return !session.news.owesModule && socket.bufferedBytes() <= this.limits.bufferedBytesHard;
  }

  /** False for a client that is behind; one that is far behind is closed, and may resume. */
  #mayTakeFrame(session: Session, link: Link, socket: GatewaySocket, nowMs: number): boolean {
    const { bufferedBytesSoft, lagMsSoft, lagMsHard } = this.limits;
    const lagMs = this.#places.lags.lagMs(session.place, nowMs);
    const buffered = socket.bufferedBytes();
    if (buffered <= bufferedBytesSoft && lagMs <= lagMsSoft) {
      const { behind } = this.#sessions;
      if (behind.size > 0) behind.delete(session);
      return true;
    }
    this.metrics.framesSkipped++;
    session.isBehind = true;
    this.#sessions.behind.add(session);
    if (lagMs > lagMsHard) {
      const message = `no receipt for ${Math.round(lagMs)} ms (lagMsHard)`;
      this.#keeper.close(link, { close: 'SLOW', code: 'SLOW_CLIENT', message });
    }
    return false;
  }

  /** Runs what one client set off: a fault ends its link and is reported, and reaches nobody else. */
  #guard(link: Link | null, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fault(link, error);
    }
  }

  #fault(link: Link | null, error: unknown): void {
    this.#ports.onFault(error);
    const message = 'the server had an error';
    if (link !== null) this.#keeper.close(link, { close: 'INTERNAL', code: 'INTERNAL_ERROR', message });
  }
}

/** What a gateway goes on with after a publish. */
export interface ModuleReplacement {
  /** Of the same tick rate. */
  readonly plan: Plan;
  readonly viewers: Viewers;
  /** Query sets that ended with the module before. */
  readonly lost: readonly {
    readonly viewer: ViewerId;
    readonly querySetId: number;
    readonly refusal: SubscribeRefusal;
  }[];
}

/** UTF-16 units of a module's or a parser's text that go to a client. */
const MESSAGE_LENGTH_MAX = 1_000;

/** The result's tick follows at the end of the tick. */
function settleUncommitted(
  calls: CallLogs,
  place: number,
  sequence: number,
  outcome: CallOutcome,
  message: string,
): void {
  if (outcome === CALL_REFUSED) {
    calls.settle(place, sequence, STATUS_REFUSED, 'SENDER_ERROR', message.slice(0, MESSAGE_LENGTH_MAX));
  } else if (outcome === CALL_STOPPED) {
    calls.settle(place, sequence, STATUS_FAILED, 'CALL_STOPPED', 'the reducer ran too long and was stopped');
  } else if (outcome === CALL_SUSPENDED) {
    const why = 'the reducer ran too long too often and is not run for a while';
    calls.settle(place, sequence, STATUS_FAILED, 'CALL_SUSPENDED', why);
  } else calls.settle(place, sequence, STATUS_FAILED, 'INTERNAL_ERROR', 'the reducer failed');
}
