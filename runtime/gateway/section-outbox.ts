import { ByteWriter, type Clock } from '@tickbase/base';
import {
  beginPlainSection,
  encodeSection,
  endSection,
  OwnRows,
  PlainResults,
  plainSectionBegin,
  PROTOCOL_VERSION,
  SECTION_AREA_READY,
  SECTION_CATCH_UP,
  type Section,
  type Welcome,
} from '@tickbase/protocol';
import { emptyFrame } from '../interest/empty-frame.ts';
import { type ViewerFrame, WRITER_BYTES } from '../interest/viewers-port.ts';
import type { CommitLog } from '../tick/index.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { type HeldLimits, HeldMessages } from './held-messages.ts';
import type { Link } from './link.ts';
import type { Served } from './served.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { Session } from './session.ts';
import type { GatewaySocket } from './socket-port.ts';

/**
 * Assembles sections, each the news of one tick for one client, one after another in one buffer, and at the flush hands
 * each client its own as one message. What a client's sections share (pieces) was encoded once, elsewhere.
 *
 * To a confirmed client a section of tick N leaves when every tick up to N is durable; until then its message is held, and so is every
 * later one. Since all that a client is told is in sections, this one rule covers rows, results, answers and welcomes.
 */
export class SectionOutbox {
  readonly #ports: SectionOutboxPorts;
  readonly #section: Section = emptySection();
  readonly #results = new PlainResults();
  readonly #frame: ViewerFrame = emptyFrame();
  readonly #noFrame: ViewerFrame = emptyFrame();
  /** Its pieces go into `#bytes`. */
  readonly #ordinary = { pieces: new ByteWriter(0), pieceCount: 0, ownRows: new OwnRows() };
  /** Of the last ordinary frame, in bytes. */
  #piecesLength = 0;
  /** Scratch: the frame's pieces. */
  readonly #pieces: Uint8Array[] = [];

  /** All sections since the last flush. Each begins and ends at a multiple of 8. */
  #bytes: ByteWriter;
  /** Start, end and next section of the same client (-1: none), three numbers a section. */
  readonly #places: number[] = [];
  readonly #receivers: Session[] = [];
  /** Of the last section. */
  #lastTick = 0;
  readonly #joined = new ByteWriter(4_096);
  readonly #held: HeldMessages;

  constructor(ports: SectionOutboxPorts) {
    this.#ports = ports;
    this.#bytes = ports.served.viewers.takeWriter(WRITER_BYTES);
    this.#held = new HeldMessages(ports.limits);
  }

  /** Flushes whose messages wait for the disk, and the memory that they take. */
  get heldCount(): number {
    return this.#held.count;
  }

  get heldBytes(): number {
    return this.#held.bytes;
  }

  /** So much waits for the disk that confirmed clients are to be passed over: what they miss comes merged. */
  get isFull(): boolean {
    return this.#held.isFull;
  }

  /**
   * There is enough for a flush, and nothing in it would have to wait for the disk. Sections of one tick alone are to be flushed before the
   * tick has all of its own: another of the same client would become a message of its own.
   */
  get isDue(): boolean {
    return this.#bytes.length >= FLUSH_BYTES && this.#lastTick <= this.#ports.commitLog.durableTick;
  }

  /**
   * Makes the client's section of this step, if it is owed anything. `takesFrame`: false leaves the diff builder's part for
   * later, and with it the results of calls: what they wrote may be in it, and a caller relies on that when its promise settles.
   * `receiptTick`: a receipt for this tick covers the section.
   */
  assemble(session: Session, step: Step, takesFrame: boolean): boolean {
    const { calls } = this.#ports.sessions.places;
    const { viewers } = this.#ports.served;
    const owesFrame = session.viewer !== null && viewers.hasNews(session.viewer);
    const hasFrame = owesFrame && takesFrame;
    const tellsResults = hasFrame || !owesFrame;
    const hasPrivate = session.hasNews || (tellsResults && calls.hasUntold(session.place));
    if (!hasFrame && !hasPrivate) return false;
    if (hasFrame && !session.hasNews && calls.isPlain(session.place)) {
      const took = this.#assembleOrdinary(session, step, hasPrivate);
      if (took !== null) return took;
    }
    const frame = hasFrame ? this.#frame : this.#noFrame;
    if (hasFrame) viewers.takeFrame(session.viewer!, frame);
    if (!hasPrivate && isEmptyFrame(frame)) return false;

    // A private part alone does not bring a client that is owed a frame any further.
    if (tellsResults) session.currentTick = step.tick;
    const start = this.#bytes.length;
    try {
      if (isPlainFrame(frame) && !session.hasNews && calls.isPlain(session.place))
        this.#encodePlain(session, step, frame);
      else this.#encodeFull(session, step, frame, tellsResults);
    } catch (error) {
      this.#bytes.length = start;
      throw error;
    }
    if (session.viewer !== null) {
      const framed = frame.pieces.length + frame.ownRows.bytes.length;
      viewers.charge(session.viewer, this.#bytes.length - start - framed);
    }
    this.#assembled(session, start, step.tick);
    return true;
  }

  /**
   * As `assemble`, of a frame that has nothing but pieces and own rows: pieces are copied to where they leave from, and the section's begin, whose length
   * is known only then, is put before them. null: the frame is another one.
   */
  #assembleOrdinary(session: Session, step: Step, hasPrivate: boolean): boolean | null {
    const writer = this.#bytes;
    const frame = this.#ordinary;
    const { viewers } = this.#ports.served;
    const before = writer.length;
    writer.reserve(BEGIN_BYTES);
    const from = before + BEGIN_BYTES;
    writer.length = from;
    if (frame.pieces !== writer) frame.pieces = writer;
    try {
      if (!viewers.takeOrdinary(session.viewer!, frame)) {
        writer.length = before;
        return null;
      }
      if (!hasPrivate && frame.pieceCount + frame.ownRows.count === 0) {
        writer.length = before;
        return false;
      }
      session.currentTick = step.tick;
      const start = this.#beginBefore(from, before, session, step);
      endSection(writer, start);
      const own = frame.ownRows.bytes.length;
      viewers.charge(session.viewer!, writer.length - start - (this.#piecesLength + own));
      this.#assembled(session, start, step.tick);
      return true;
    } catch (error) {
      writer.length = before;
      throw error;
    }
  }

  /** Puts the section's begin before its pieces, which go from `from` to the end of what is written; a long one begins at `before`, and they move. Returns where. */
  #beginBefore(from: number, before: number, session: Session, step: Step): number {
    const writer = this.#bytes;
    const frame = this.#ordinary;
    const results = this.#results;
    this.#fillHead(session, step, true, false);
    results.clear();
    this.#ports.sessions.places.calls.tellPlain(session.place, results, step.tick, step.receiptTick);
    const end = writer.length;
    this.#piecesLength = end - from;
    const length = plainSectionBegin(results, frame.ownRows);
    const start = Math.max(before, from - length);
    // A buffer that grew while its end is set back would leave the pieces behind: what the begin asks for is less than this.
    writer.reserve(3 * length);
    if (start + length !== from) writer.bytes.copyWithin(start + length, from, end);
    writer.length = start;
    beginPlainSection(writer, this.#section.head, results, frame.ownRows, frame.pieceCount);
    writer.length = start + length + this.#piecesLength;
    return start;
  }

  #assembled(session: Session, start: number, tick: number): void {
    this.#place(session, start);
    session.sectionTick = tick;
    this.#lastTick = tick;
    this.#ports.metrics.sectionsOut++;
  }

  /** Hands each client what was gathered for it, as one message, or holds it until it is durable. */
  flush(): void {
    if (this.#held.count > 0) this.release();
    const { durableTick } = this.#ports.commitLog;
    const { viewers } = this.#ports.served;
    const nowMs = this.#ports.clock.nowMs();
    let held: Waiting | null = null;
    for (const session of this.#receivers) {
      const first = session.firstSection;
      session.firstSection = -1;
      session.lastSection = -1;
      const { link, socket } = session;
      if (link === null || socket === null || session.state !== 'live' || first < 0) continue;
      if (session.isConfirmed && session.sectionTick > durableTick) {
        held ??= { tick: 0, sessions: [], links: [], firsts: [], clientTicks: [] };
        held.tick = Math.max(held.tick, session.sectionTick);
        held.sessions.push(session);
        held.links.push(link);
        held.firsts.push(first);
        held.clientTicks.push(session.currentTick);
      } else {
        const message = this.#message(this.#bytes.bytes, this.#places, first);
        this.#send(session, socket, message, session.currentTick, nowMs);
      }
    }
    if (held !== null) {
      this.#ports.metrics.messagesHeld += held.sessions.length;
      this.#bytes = this.#held.hold({ ...held, places: this.#places.slice() }, this.#bytes, viewers);
    }
    while (this.#receivers.length > 0) this.#receivers.pop();
    while (this.#places.length > 0) this.#places.pop();
    this.#bytes = viewers.nextWriter(this.#bytes);
  }

  /** Sends what was held and is durable by now, in its order. */
  release(): void {
    const { durableTick } = this.#ports.commitLog;
    const nowMs = this.#ports.clock.nowMs();
    for (let flush = this.#held.takeDurable(durableTick); flush !== null; flush = this.#held.takeDurable(durableTick)) {
      const { bytes, places, sessions, links, firsts, clientTicks } = flush;
      for (let i = 0; i < sessions.length; i++) {
        const link = links[i]!;
        if (link.isClosed) continue;
        const message = this.#message(bytes.bytes, places, firsts[i]!);
        this.#send(sessions[i]!, link.socket, message, clientTicks[i]!, nowMs);
      }
      this.#held.done(flush, this.#ports.served.viewers);
    }
  }

  /** Forgets what was gathered for a client whose link has ended; the next one begins with its welcome. */
  discard(session: Session): void {
    session.firstSection = -1;
    session.lastSection = -1;
  }

  /** `clientTick`: the tick that the message brings its client to. */
  #send(session: Session, socket: GatewaySocket, message: Uint8Array, clientTick: number, nowMs: number): void {
    const { metrics, sessions } = this.#ports;
    metrics.messagesOut++;
    metrics.bytesOut += message.length;
    session.sentTick = clientTick;
    sessions.places.lags.sent(session.place, clientTick, nowMs);
    session.sentBytes += message.length;
    session.goodput?.sent(clientTick, session.sentBytes);
    socket.send(message); // false: the transport closes it and says so by its last event
  }

  #message(bytes: Uint8Array, places: readonly number[], first: number): Uint8Array {
    const start = places[first]!;
    // Not `subarray`, which would first ask what kind of view is wanted.
    if (places[first + 2]! < 0)
      return new Uint8Array(bytes.buffer, bytes.byteOffset + start, places[first + 1]! - start);
    this.#joined.reset();
    for (let at = first; at >= 0; at = places[at + 2]!) {
      this.#joined.raw(bytes.subarray(places[at]!, places[at + 1]!));
    }
    return this.#joined.view();
  }

  #place(session: Session, start: number): void {
    const place = this.#places.length;
    this.#places.push(start, this.#bytes.length, -1);
    if (session.lastSection >= 0) this.#places[session.lastSection + 2] = place;
    else {
      session.firstSection = place;
      this.#receivers.push(session);
    }
    session.lastSection = place;
  }

  /** What a client that plays gets in most ticks: from columns to bytes, with no object between. */
  #encodePlain(session: Session, step: Step, frame: ViewerFrame): void {
    const writer = this.#bytes;
    const start = writer.length;
    this.#fillHead(session, step, frame !== this.#noFrame, frame.isAreaReady);
    this.#results.clear();
    this.#ports.sessions.places.calls.tellPlain(session.place, this.#results, step.tick, step.receiptTick);
    beginPlainSection(writer, this.#section.head, this.#results, frame.ownRows, frame.pieceCount);
    writer.raw(frame.pieces.view());
    endSection(writer, start);
  }

  #encodeFull(session: Session, step: Step, frame: ViewerFrame, tellsResults: boolean): void {
    const section = this.#section;
    this.#fillHead(session, step, frame !== this.#noFrame, frame.isAreaReady);
    const { calls } = this.#ports.sessions.places;
    if (!tellsResults) section.head.callsProcessed = calls.told(session.place);
    const { news } = session;
    emptyPrivatePart(section);
    if (tellsResults) calls.tell(session.place, section.results, step.tick, step.receiptTick);
    news.subscriptionErrors.tell(section.subscriptionErrors, step.receiptTick);
    news.queryAnswers.tell(section.queryAnswers, step.receiptTick);
    if (news.owesWelcome) {
      section.welcome = this.#welcome(session);
      session.tellModule(this.#ports.served.module, session.currentTick);
      session.welcomeTick = step.tick;
      news.owesWelcome = false;
      news.owesModule = false;
    }
    section.watches = frame.watches;
    section.unwatches = frame.unwatches;
    section.ownRows = frame.ownRows.list();
    section.applied = frame.applied;
    section.ended = frame.ended;
    this.#pieces[0] = frame.pieces.view();
    encodeSection(this.#bytes, section, this.#pieces, frame.pieceCount);
  }

  #fillHead(session: Session, step: Step, hasFrame: boolean, isAreaReady: boolean): void {
    const { head } = this.#section;
    head.tick = session.currentTick;
    // What a confirmed client reads is durable when it leaves.
    const { durableTick } = this.#ports.commitLog;
    head.durableTick = session.isConfirmed && durableTick < step.tick ? step.tick : durableTick;
    head.serverTimeUs = step.timestampUs;
    head.callsProcessed = this.#ports.sessions.places.calls.processed(session.place);
    head.flags = isAreaReady ? SECTION_AREA_READY : 0;
    if (hasFrame && session.isBehind) {
      head.flags |= SECTION_CATCH_UP;
      session.isBehind = false;
    }
  }

  #welcome(session: Session): Welcome {
    const { epoch, database, resumeGraceMs } = this.#ports;
    const { plan, schema, schemaHash } = this.#ports.served.module;
    return {
      protocolVersion: PROTOCOL_VERSION,
      epoch,
      database,
      identity: session.identity,
      connectionId: session.connectionId,
      token: session.token,
      resumeToken: session.toldResumeToken,
      isResumed: session.news.isResumed,
      resumeGraceMs,
      tickRate: plan.tickRate,
      schemaHash,
      schema: session.news.knownSchemaHash === schemaHash ? null : schema,
      pastCallsProcessed: session.news.pastCallsProcessed,
    };
  }
}

export interface SectionOutboxPorts {
  readonly served: Served;
  readonly database: string;
  readonly epoch: string;
  readonly resumeGraceMs: number;
  readonly commitLog: Pick<CommitLog, 'durableTick'>;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  readonly limits: HeldLimits;
  readonly sessions: Pick<SessionRegistry, 'places'>;
}

/** What a flush gathers for confirmed clients; see HeldFlush. */
interface Waiting {
  tick: number;
  readonly sessions: Session[];
  readonly links: Link[];
  readonly firsts: number[];
  readonly clientTicks: number[];
}

/** What a section is about. */
export interface Step {
  readonly tick: number;
  readonly timestampUs: bigint;
  /** A receipt for this tick covers the section; above `tick` when another section of the same tick went before. */
  readonly receiptTick: number;
}

/** Room for what goes before the pieces: a head, and a few results and own rows. A multiple of 8. */
const BEGIN_BYTES = 256;
/** Some dozens of ordinary frames: the buffer stays in the second cache, and the code that assembles in the first. */
const FLUSH_BYTES = 48 * 1024;

/** Nothing but pieces and own rows. */
function isPlainFrame({ watches, unwatches, applied, ended }: ViewerFrame): boolean {
  return watches.length + unwatches.length + applied.length + ended.length === 0;
}

function isEmptyFrame(frame: ViewerFrame): boolean {
  return frame.pieceCount + frame.ownRows.count === 0 && !frame.isAreaReady && isPlainFrame(frame);
}

function emptyPrivatePart(section: Section): void {
  section.welcome = null;
  section.results.length = 0;
  section.subscriptionErrors.length = 0;
  section.queryAnswers.length = 0;
}

function emptySection(): Section {
  return {
    head: { tick: 0, durableTick: 0, serverTimeUs: 0n, callsProcessed: 0, timeScale: 1, flags: 0 },
    welcome: null,
    results: [],
    watches: [],
    unwatches: [],
    ownRows: [],
    applied: [],
    ended: [],
    subscriptionErrors: [],
    queryAnswers: [],
  };
}
