import { ByteReader, TickbaseError } from '@tickbase/base';
import {
  CLOSE_BAD_TOKEN,
  CLOSE_OVERLOADED,
  CLOSE_RESTART,
  CLOSE_RESUME_EXPIRED,
  decodeServerMessage,
  type HelloItem,
  isResumableClose,
  PROTOCOL_VERSION,
  SECTION_REFRESH,
  type Section,
  type Welcome,
  type WireSchema,
} from '@tickbase/protocol';
import { ConnectionId } from '@tickbase/schema/values';
import { ClientCache } from '../cache/client-cache.ts';
import { buildRow } from '../cache/row-builder.ts';
import type { Row } from '../cache/row.ts';
import { asError } from '../errors/as-error.ts';
import { ConnectionLost, type ConnectionLostCode } from '../errors/connection-lost.ts';
import { InternalError } from '../errors/internal-error.ts';
import { bindSchema } from '../module/bind-schema.ts';
import type { BoundSchema, BoundTable } from '../module/bound-schema.ts';
import { callError } from './call-error.ts';
import { CallEncoder } from './call-encoder.ts';
import { CallLedger } from './call-ledger.ts';
import { connectionError, type ConnectionErrorCode } from './connection-error.ts';
import type { AppliedSection, ConnectionListener } from './connection-listener.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { ConnectionState } from './connection-state.ts';
import { Link, type LinkEvents, type LinkLoss } from './link.ts';
import { Outbox } from './outbox.ts';
import { PendingCall } from './pending-call.ts';
import { QuerySets, type QuerySet } from './query-sets.ts';
import { queryProblem } from './query-problem.ts';
import { QuestionLedger } from './question-ledger.ts';
import { readPieces } from './read-pieces.ts';
import { ReceiptPacer } from './receipt-pacer.ts';
import { serverRefusal } from './server-refusal.ts';
import type { TokenKeeper } from './token-keeper.ts';

/**
 * A client's connection to one database over any number of sockets, one at a time. A *session* is what the server keeps for
 * it; a resume goes on with it, and after the grace time or in another life of the server a new one begins, with the same
 * cache, subscriptions and token.
 */
export class ConnectionCore {
  readonly cache: ClientCache;
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #pacer: ReceiptPacer;
  readonly #calls = new CallLedger();
  readonly #encoder = new CallEncoder();
  readonly #sets = new QuerySets();
  readonly #questions = new QuestionLedger();
  #state: ConnectionState = 'connecting';
  #welcome: Welcome | null = null;
  #schema: { readonly wire: WireSchema; readonly hash: string; readonly bound: BoundSchema } | null = null;
  /** The last welcome came with another schema than the one before. */
  #isSchemaNew = true;
  #tick = 0;
  /** False once the session cannot be resumed any more. */
  #canResume = false;
  /** The grace time has passed without a link: calls are refused at once until there is one. */
  #isGraceOver = false;
  #cancelGrace: (() => void) | null = null;
  #token: string;
  /** With a token source, once it is loaded. */
  #tokens: TokenKeeper | null = null;
  #error: Error | null = null;
  /** Calls that settle in some turns. */
  #slowCount = 0;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
    this.#token = options.token;
    this.cache = new ClientCache(options.module.tables);
    this.#outbox = new Outbox(options.environment, this.#calls, (bytes) => this.#send(bytes));
    this.#pacer = new ReceiptPacer(options.environment, () => this.#outbox.sendNow([]));
    const { environment, tokenSource: source } = options;
    const events: LinkEvents = {
      opened: () => this.#outbox.sendNow([this.#hello()]),
      message: (bytes) => this.#receive(bytes),
      lost: (loss) => this.#lost(loss),
    };
    const prepare = async (): Promise<void> => {
      const { TokenKeeper } = await import('./token-keeper.ts');
      this.#tokens ??= new TokenKeeper(environment, source!, (token) => this.renewToken(token));
      this.#token = (await source!()) ?? this.#token;
    };
    this.#link = new Link(environment, options.url, events, source && prepare);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The last handshake's; null before the first. */
  get welcome(): Welcome | null {
    return this.#welcome;
  }

  /** What was given, later what the server gave. */
  get token(): string {
    return this.#token;
  }

  /** Why there is no connection: of the last attempt while the first handshake is under way, else of the final end. */
  get error(): Error | null {
    return this.#error;
  }

  open(): void {
    this.#listener.stateChanged('connecting');
    this.#link.open();
  }

  call(accessor: string, args: unknown): Promise<void> {
    const call = new PendingCall(accessor, args);
    if (this.#state === 'closed' || this.#isGraceOver) call.reject(callError.notSent(accessor));
    else if (this.#schema === null || this.#encode(call, this.#schema.bound)) {
      this.#calls.add(call);
      this.#outbox.push(call);
    }
    return call.promise;
  }

  query(query: string): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const problem = queryProblem([query]);
      if (problem !== null) {
        reject(problem);
        return;
      }
      if (this.#state === 'closed' || this.#isGraceOver) {
        reject(new ConnectionLost('there is no connection to ask by', 'CONNECTION_LOST'));
        return;
      }
      const item = this.#questions.add(query, { resolve, reject });
      this.#outbox.push(() => [item]);
    });
  }

  /** Shows a newer token of the same identity: to the server at once while the link is up, and with the next handshake. */
  async renewToken(token: string): Promise<void> {
    if (this.#state === 'closed') throw new ConnectionLost('the connection is closed', 'CONNECTION_LOST');
    if (this.#state === 'live') {
      const connectionId = new ConnectionId((this.#welcome as Welcome).connectionId).toHexString();
      await this.#request(/subscribe$/, 'renew', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ connectionId }),
      });
    }
    this.#token = token;
  }

  /** Milliseconds from a request to its answer. */
  ping(): Promise<number> {
    return this.#request(/database\/.*/, 'ping', { cache: 'no-store' });
  }

  /** To the socket's address with another scheme and another end; gives how many milliseconds it took. */
  async #request(end: RegExp, path: string, init: RequestInit): Promise<number> {
    const { httpRequest } = await import('./http-request.ts');
    const url = this.#options.url.replace(/^ws/, 'http').replace(end, path);
    const outcome = await httpRequest(this.#options.environment, url, init);
    if (typeof outcome === 'number') return outcome;
    const { code, message } = outcome;
    throw code === undefined ? new ConnectionLost(message, 'CONNECTION_LOST') : serverRefusal(code, message, url);
  }

  subscribe(set: Omit<QuerySet, 'id' | 'phase'>): QuerySet {
    const added = this.#sets.add(set);
    const isClosed = this.#state === 'closed';
    const closed = isClosed ? new ConnectionLost('the connection is closed', 'CONNECTION_LOST') : null;
    const problem = closed ?? queryProblem(set.queries);
    if (problem !== null) {
      this.#sets.end(added);
      this.#options.environment.defer(() => set.onError(problem));
    } else this.#outbox.push(() => this.#sets.ask(added));
    return added;
  }

  /** For a set that is neither leaving nor ended. */
  unsubscribe(set: QuerySet): void {
    const item = this.#sets.leave(set);
    if (item === null) this.#options.environment.defer(() => set.onEnded?.());
    else this.#outbox.push(() => [item]);
  }

  disconnect(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'live') {
      this.#outbox.push(() => [{ kind: 'goodbye' }]);
      this.#outbox.flush();
    }
    this.#finish('DISCONNECTED', 'this side ended the connection', null);
  }

  #hello(): HelloItem {
    const welcome = this.#welcome;
    const { epoch, connectionId, resumeToken } = welcome ?? { epoch: '', connectionId: 0n, resumeToken: '' };
    return {
      kind: 'hello',
      protocolVersion: PROTOCOL_VERSION,
      token: this.#token,
      confirmed: this.#options.isConfirmed,
      schemaHash: this.#schema?.hash ?? '',
      resume: this.#canResume ? { epoch, connectionId, resumeToken, lastTick: this.#tick } : null,
      resultsSeen: this.#calls.resultsSeen,
      bytesPerSecond: this.#options.bytesPerSecond,
    };
  }

  #send(bytes: Uint8Array): void {
    this.#link.send(bytes);
    this.#pacer.sent(this.#outbox.receiptTick);
    const { meter, environment } = this.#options;
    meter?.sent(bytes.length, this.#calls.lastSequence, environment.nowMs());
  }

  #receive(bytes: Uint8Array): void {
    const { meter } = this.#options;
    meter?.received(bytes.length);
    try {
      decodeServerMessage(bytes, (section, pieces) => {
        // A callback of the section before may have ended the connection.
        if (this.#state !== 'closed') this.#apply(section, (cache) => readPieces(cache, pieces, meter));
      });
    } catch (error) {
      this.#broken(error);
      return;
    }
    if (this.#state === 'live') this.#pacer.applied(this.#tick);
  }

  #apply(section: Section, readPiecesInto: (cache: ClientCache) => void): void {
    const { head, welcome } = section;
    const isNewSession = welcome !== null && !(welcome.isResumed && this.#canResume);
    // On a link that has had its welcome: the server has taken over another module, and all that is under way goes on.
    const isReplacement = welcome !== null && !isNewSession && this.#state === 'live';
    if (welcome !== null) this.#takeWelcome(welcome, isNewSession);
    else if (this.#state !== 'live') throw unexpected('a section came before the handshake');
    const { cache } = this;
    cache.beginSection(head.tick, (head.flags & SECTION_REFRESH) !== 0 && !isNewSession);
    try {
      for (const watch of section.watches) cache.watch(watch);
      readPiecesInto(cache);
      for (const own of section.ownRows) this.#ownRow(own.tableId, own.slot, own.row);
      for (const handle of section.unwatches) cache.unwatch(handle);
      if (this.#areLoadsComplete(section, isNewSession)) cache.sweepStale();
    } catch (error) {
      // What is in the cache by now stays there, so it is told, too.
      const changes = cache.endSection();
      this.#listener.applied({ head, changes, answers: [], hasApplied: false, hasEnded: false });
      throw error;
    }
    const changes = cache.endSection();
    const { meter, environment } = this.#options;
    meter?.section(head, welcome !== null && !isReplacement, environment.nowMs());
    this.#tick = head.tick;
    this.#outbox.receiptTick = head.tick;
    if (welcome !== null) this.#tokens?.watch(welcome.token, Number(head.serverTimeUs / 1000n));
    const isFirst = this.#state === 'connecting';
    if (welcome !== null && !isReplacement) this.#established(isNewSession);
    this.#tell(section, changes, isFirst);
  }

  #takeWelcome(welcome: Welcome, isNewSession: boolean): void {
    const before = this.#schema;
    this.#isSchemaNew = welcome.schemaHash !== before?.hash;
    if (welcome.schema !== null) {
      const bound = bindSchema(this.#options.module, welcome.schema);
      this.#schema = { wire: welcome.schema, hash: welcome.schemaHash, bound };
    }
    if (this.#schema === null || this.#schema.hash !== welcome.schemaHash) {
      throw unexpected('the server left its schema out, and the client does not know it');
    }
    this.#welcome = welcome;
    this.#token = welcome.token;
    if (isNewSession) this.cache.beginSession(this.#schema.bound);
    else if (this.#isSchemaNew && before !== null) {
      this.cache.rebind(this.#schema.bound);
      this.#encodeAnew(before.bound, this.#schema.bound);
    }
  }

  /** True when nothing of a lost session is left that the section's query sets might still send anew. */
  #areLoadsComplete(section: Section, isNewSession: boolean): boolean {
    if (isNewSession) return !this.#sets.hasWanted;
    let isComplete = false;
    for (const id of [...section.applied, ...section.ended, ...section.subscriptionErrors.map((e) => e.querySetId)]) {
      const set = this.#sets.byId(id);
      if (set !== undefined && this.#sets.arrived(set)) isComplete = true;
    }
    return isComplete;
  }

  #established(isNewSession: boolean): void {
    this.#link.established();
    this.#cancelGrace?.();
    this.#cancelGrace = null;
    this.#isGraceOver = false;
    this.#error = null;
    this.#canResume = true;
    this.#outbox.open();
    if (isNewSession) this.#beginSession();
    else this.#goOn();
    for (const item of this.#questions.unanswered()) this.#outbox.push(() => [item]);
    for (const call of this.#calls.unsent) this.#outbox.push(call);
    this.#setState('live');
  }

  #beginSession(): void {
    this.#pacer.reset();
    const { pastCallsProcessed } = this.#welcome as Welcome;
    const why = pastCallsProcessed === null ? callError.outcomeUnknown : callError.resultLost;
    const lost = this.#calls.startOver(pastCallsProcessed ?? Infinity);
    for (const call of lost) this.#settle(call, () => why(call.accessor));
    const { bound } = this.#schema as { bound: BoundSchema };
    for (const call of this.#calls.unsent) {
      // For the same schema the bytes stay: the arguments are the caller's, who may have changed them meanwhile.
      if ((this.#isSchemaNew || call.reducerId < 0) && !this.#encode(call, bound)) this.#calls.drop(call);
    }
    const { items, left } = this.#sets.askAgain();
    this.#outbox.push(() => items);
    for (const set of left) this.#sets.left(set);
  }

  /** Says again what has no answer. Not before the next turn: answers may be in the section that is being applied. */
  #goOn(): void {
    this.#outbox.push(() => this.#calls.sent);
    this.#outbox.push(() => this.#sets.askMissing());
  }

  #tell(section: Section, changes: AppliedSection['changes'], isFirst: boolean): void {
    const answers: PendingCall[] = [];
    for (const result of section.results) {
      const call = this.#calls.answer(result);
      if (call !== undefined) answers.push(call);
    }
    if (isFirst) this.#listener.connected();
    const hasApplied = section.applied.length > 0;
    const hasEnded = section.ended.length > 0;
    this.#listener.applied({ head: section.head, changes, answers, hasApplied, hasEnded });
    for (const id of section.applied) this.#sets.applied(id);
    for (const id of section.ended) {
      const set = this.#sets.byId(id);
      if (set !== undefined) this.#sets.left(set);
    }
    for (const { querySetId, code, message } of section.subscriptionErrors) {
      const texts = this.#sets.byId(querySetId)?.queries ?? [];
      this.#sets.failed(querySetId, serverRefusal(code, message, texts.join('; ')));
    }
    for (const answer of section.queryAnswers) this.#answerQuestion(answer);
    for (const call of answers) {
      const { status, code, message } = call.result!;
      const isCommitted = status === 'committed';
      this.#settle(call, isCommitted ? null : () => callError.answered(code, message, call.accessor));
    }
  }

  #answerQuestion(answer: Section['queryAnswers'][number]): void {
    const question = this.#questions.answer(answer.requestId);
    if (question === undefined) return;
    const { query, settler } = question;
    if (answer.code !== '') {
      settler.reject(serverRefusal(answer.code, answer.message, query));
      return;
    }
    const bound = this.#schema?.bound.tables.get(answer.tableId);
    if (bound === undefined) {
      settler.reject(
        new InternalError('the generated code does not know the table of this query', 'QUERY_TABLE_UNKNOWN'),
      );
    } else settler.resolve(answer.rows.map((row) => buildRow(bound, decodeRow(bound, row))));
  }

  #ownRow(tableId: number, slot: number, row: Uint8Array): void {
    const bound = this.#schema?.bound.tables.get(tableId);
    if (bound !== undefined) this.cache.ownRow(tableId, slot, decodeRow(bound, row));
  }

  /** False: the arguments do not fit, and the call has been told so. */
  #encode(call: PendingCall, bound: BoundSchema): boolean {
    const reducer = bound.reducers.get(call.accessor);
    try {
      const { accessor } = call;
      if (reducer === undefined) throw new InternalError(`no reducer ${accessor}`, 'UNKNOWN_REDUCER', accessor);
      this.#encoder.encode(call, reducer);
      return true;
    } catch (error) {
      call.reject(asError(error));
      return false;
    }
  }

  /** The session goes on with another schema: calls that are still to be sent, or to be sent again, are written for it. */
  #encodeAnew(before: BoundSchema, bound: BoundSchema): void {
    const isOther = ({ accessor }: PendingCall): boolean =>
      JSON.stringify(before.reducers.get(accessor)?.wire) !== JSON.stringify(bound.reducers.get(accessor)?.wire);
    for (const call of this.#calls.unsent) if (isOther(call) && !this.#encode(call, bound)) this.#calls.drop(call);
    for (const call of this.#calls.sent) {
      const reducer = bound.reducers.get(call.accessor);
      if (reducer === undefined || !isOther(call)) continue;
      try {
        this.#encoder.encode(call, reducer);
      } catch {
        // The caller has changed the arguments since: what was sent stands.
      }
    }
  }

  #lost(loss: LinkLoss): void {
    const { url } = this.#options;
    const { reconnects, persists } = this.#options;
    const askedMs = ASKING_CODES.has(loss.code) ? askedDelayMs(loss.reason) : 0;
    if (this.#state === 'connecting' && askedMs > 0 && reconnects) {
      // Its turn has not come; nothing has failed.
      this.#link.openLater(askedMs);
      return;
    }
    if (this.#state === 'connecting') {
      const code: ConnectionErrorCode = loss.isTimeout ? 'HANDSHAKE_TIMEOUT' : 'CONNECT_FAILED';
      const error = loss.error instanceof TickbaseError ? loss.error : connectionError(code, loss, url);
      if (reconnects && persists && isResumableClose(loss.code)) this.#tryAgain(error);
      else this.#finish(code, error.what, error);
      return;
    }
    // The session is gone but the client is welcome: it comes back without a past.
    const isExpired = loss.code === CLOSE_RESUME_EXPIRED && this.#canResume;
    if (isExpired) this.#canResume = false;
    // The token has ended before there was a newer one: now there may be.
    const isStale = loss.code === CLOSE_BAD_TOKEN && this.#state === 'live' && this.#tokens !== null;
    const isFinal = !isExpired && !isStale && !isResumableClose(loss.code);
    if (!isFinal && reconnects) {
      this.#comeBack(askedMs);
      return;
    }
    const code: ConnectionErrorCode = isFinal ? 'CLOSED_BY_SERVER' : 'CONNECTION_LOST';
    const error = connectionError(code, loss, url);
    this.#finish(code, error.what, error);
  }

  /** The first handshake has failed once more. */
  #tryAgain(error: Error): void {
    this.#error = error;
    this.#listener.stateChanged('connecting');
    // A listener may have ended it.
    if (this.#state === 'connecting') this.#link.openLater(0);
  }

  /** A message could not be taken in. The cache may lack something now, so only a session without a past heals it. */
  #broken(error: unknown): void {
    const isMismatch = error instanceof TickbaseError && error.code === 'SCHEMA_MISMATCH';
    this.#link.drop(1000, '');
    this.#canResume = false;
    if (isMismatch || this.#state === 'connecting' || !this.#options.reconnects) {
      const reason = asError(error);
      this.#finish(this.#state === 'connecting' ? 'CONNECT_FAILED' : 'CONNECTION_LOST', reason.message, reason);
      return;
    }
    this.#options.environment.report(error);
    this.#comeBack(0);
  }

  /** `askedMs`: how long the server asks to stay away; 0: it did not say. */
  #comeBack(askedMs: number): void {
    this.#outbox.close();
    this.#pacer.stop();
    this.#tokens?.stop();
    if (this.#state === 'live') {
      const graceMs = (this.#welcome as Welcome).resumeGraceMs;
      this.#cancelGrace = this.#options.environment.setTimer(graceMs, () => this.#graceOver());
      this.#setState('resuming');
    }
    // A listener may have ended it.
    if (this.#state !== 'closed') this.#link.openLater(askedMs);
  }

  /** The server has given the session up by now. Nothing that waits may wait for ever. */
  #graceOver(): void {
    this.#cancelGrace = null;
    this.#isGraceOver = true;
    this.#canResume = false;
    this.#settleCalls();
    this.#settleQuestions('CONNECTION_LOST', 'there was no connection for longer than the server waits');
    // An attempt that is under way may have asked for the resume; its answer must not be taken for a new session's.
    this.#link.drop(1000, '');
    this.#link.openLater(0);
  }

  #finish(code: ConnectionLostCode, what: string, error: Error | null): void {
    const wasConnected = this.#state !== 'connecting';
    this.#outbox.close();
    this.#pacer.stop();
    this.#tokens?.stop();
    this.#cancelGrace?.();
    this.#link.end(1000, '');
    this.#error = error;
    this.#setState('closed');
    this.#settleCalls();
    this.#settleQuestions(code, what);
    const tellSets = this.#sets.endAll(code === 'DISCONNECTED' ? null : new ConnectionLost(what, code));
    this.#options.environment.defer(() => {
      tellSets();
      if (wasConnected) this.#listener.disconnected(error);
      else if (error !== null) this.#listener.connectFailed(error);
    });
  }

  #settleCalls(): void {
    for (const call of this.#calls.startOver()) this.#settle(call, () => callError.outcomeUnknown(call.accessor));
    for (const call of this.#calls.takeUnsent()) this.#settle(call, () => callError.notSent(call.accessor));
  }

  /** `makeError`: null: it is committed. Calls settle in their order: what comes while one is being refused, which takes turns, takes as many. */
  #settle(call: PendingCall, makeError: (() => Error) | null): void {
    if (makeError === null && this.#slowCount === 0) {
      call.resolve();
      return;
    }
    this.#slowCount++;
    call.settleLater(makeError);
    void passTurns().then(() => this.#slowCount--);
  }

  #settleQuestions(code: ConnectionLostCode, what: string): void {
    for (const settler of this.#questions.takeAll()) settler.reject(new ConnectionLost(what, code));
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.stateChanged(state);
  }
}

/** More than PendingCall.settleLater takes. */
async function passTurns(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await Promise.resolve();
}

function decodeRow(bound: BoundTable, bytes: Uint8Array): unknown[] {
  const reader = new ByteReader(bytes);
  return bound.codecs.map((codec) => codec.decode(reader));
}

const ASKING_CODES: ReadonlySet<number> = new Set([CLOSE_RESTART, CLOSE_OVERLOADED]);

/** Of a close whose reason ends in `come back in 1000 ms`. */
function askedDelayMs(reason: string): number {
  return Number(/(\d{1,9}) ms\b/.exec(reason)?.[1] ?? 0);
}

function unexpected(what: string): TickbaseError {
  return new TickbaseError({
    code: 'UNEXPECTED_MESSAGE',
    what,
    where: 'a message of the server',
    mend: 'report it with the versions of the server and the client',
  });
}
