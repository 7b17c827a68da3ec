import { TickbaseError } from '@tickbase/base';
import type { ClientItem, DecodedCalls } from '@tickbase/protocol';
import { parseSql, type Query } from '@tickbase/schema/query';
import {
  CallMemory,
  type CommitLog,
  DISK_FULL,
  DISK_FULL_CALL,
  type InboxWriter,
  WaitingCalls,
} from '../tick/index.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { LinkRefusal } from './link-refusal.ts';
import { RATE_CALLS, RATE_FLOOD, RATE_OVER } from './rate-budgets.ts';
import { floodRefusal, rateMessage } from './rate-refusal.ts';
import type { Served } from './served.ts';
import type { SessionPlaces } from './session-places.ts';
import type { Session } from './session.ts';

/**
 * Takes the items of a client's messages: each goes to the inbox, or is answered with an error of its own. Only what no
 * honest client sends, and floods, end the link.
 */
export class ItemTaker {
  readonly #served: Pick<Served, 'module'>;
  readonly #limits: GatewayLimits;
  readonly #inbox: InboxWriter;
  readonly #metrics: GatewayMetrics;
  readonly #commitLog: Pick<CommitLog, 'acceptsWrites'>;
  readonly #places: SessionPlaces;
  /** Takes what calls carry, many messages' in one piece. */
  #memory = new CallMemory(0);

  constructor(
    served: Pick<Served, 'module'>,
    limits: GatewayLimits,
    inbox: InboxWriter,
    metrics: GatewayMetrics,
    commitLog: Pick<CommitLog, 'acceptsWrites'>,
    places: SessionPlaces,
  ) {
    this.#served = served;
    this.#limits = limits;
    this.#inbox = inbox;
    this.#metrics = metrics;
    this.#commitLog = commitLog;
    this.#places = places;
  }

  /** `overLimit`: the limit that the whole message passed, or empty; its items are refused then. */
  take(
    session: Session,
    item: Exclude<ClientItem, { kind: 'hello' | 'goodbye' }>,
    overLimit: string,
    nowMs: number,
  ): LinkRefusal | null {
    switch (item.kind) {
      case 'call': {
        const { sequence, reducerId, args } = item;
        return this.#call(session, sequence, reducerId, args, 0, args.length, overLimit, nowMs);
      }
      case 'subscribe':
        return this.#subscribe(session, item.querySetId, item.queries, overLimit, nowMs);
      case 'unsubscribe':
        return this.#unsubscribe(session, item.querySetId, nowMs);
      default:
        return this.#query(session, item.requestId, item.query, overLimit, nowMs);
    }
  }

  /** The same for a message of calls. */
  takeCalls(session: Session, calls: DecodedCalls, overLimit: string, nowMs: number): LinkRefusal | null {
    const { count, sequences, reducerIds, bytes, starts, ends } = calls;
    for (let i = overLimit === '' ? this.#takeRun(session, calls, nowMs) : 0; i < count; i++) {
      const refusal = this.#call(session, sequences[i]!, reducerIds[i]!, bytes, starts[i]!, ends[i]!, overLimit, nowMs);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  /**
   * Takes the calls of a message up to the first one that has anything the matter with it: together they are one entry of the inbox. Returns how
   * many these are; what `#call` looks at for each is looked at once for all of them.
   */
  #takeRun(session: Session, calls: DecodedCalls, nowMs: number): number {
    const { count, sequences, reducerIds, bytes, data, starts, ends } = calls;
    const { calls: logs, budgets } = this.#places;
    const { place } = session;
    const mostKept = this.#limits.resultsKeptMax - logs.keptCount(place);
    const mostWaiting = this.#limits.callsWaitingMax - logs.waitingCount(place);
    if (count > mostKept || count > mostWaiting || !budgets.has(place, RATE_CALLS, count, nowMs)) return 0;
    if (!this.#commitLog.acceptsWrites) return 0;
    let words = 0;
    for (let i = 0; i < count; i++) words += CallMemory.wordsOf(ends[i]! - starts[i]!);
    const memory = this.#memoryFor(words);
    const at = memory.end;
    const { module } = this.#served;
    const first = logs.accepted(place) + 1;
    let taken = 0;
    for (; taken < count && sequences[taken] === first + taken; taken++) {
      const start = starts[taken]!;
      const end = ends[taken]!;
      const reducer = module.check(session.module, reducerIds[taken]!, bytes, start, end);
      if (typeof reducer !== 'number') break;
      memory.add(reducer, data, start, end);
    }
    if (taken === 0) return 0;
    budgets.take(place, RATE_CALLS, taken, nowMs);
    logs.acceptAll(place, taken);
    this.#metrics.callsTaken += taken;
    this.#inbox.push(new WaitingCalls(session, first, taken, memory, at));
    return taken;
  }

  /** Its arguments are bytes[start…end). */
  #call(
    session: Session,
    sequence: number,
    reducerId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    overLimit: string,
    nowMs: number,
  ): LinkRefusal | null {
    const { calls } = this.#places;
    const { place } = session;
    const accepted = calls.accepted(place);
    // A call that was taken in before is answered from its kept result, never run again.
    if (sequence <= accepted) return this.#rate(session, '', nowMs).flood;
    if (sequence !== accepted + 1) {
      const message = `call ${sequence} came after call ${accepted}`;
      return { close: 'BAD_PROTOCOL', code: 'BAD_CALL_SEQUENCE', message };
    }
    if (calls.keptCount(place) >= this.#limits.resultsKeptMax) {
      const message = `${calls.keptCount(place)} results wait for a receipt (resultsKeptMax)`;
      return { close: 'SLOW', code: 'TOO_MANY_RESULTS', message };
    }
    const rate = this.#rate(session, overLimit, nowMs);
    if (rate.flood !== null) return rate.flood;
    if (rate.message !== '') return this.#refuseCall(session, 'RATE_LIMITED', rate.message);
    if (!this.#commitLog.acceptsWrites) return this.#refuseCall(session, DISK_FULL, DISK_FULL_CALL);
    if (calls.waitingCount(place) >= this.#limits.callsWaitingMax) {
      const message = `${calls.waitingCount(place)} calls wait already (callsWaitingMax)`;
      return this.#refuseCall(session, 'TOO_MANY_CALLS', message);
    }
    const reducer = this.#served.module.check(session.module, reducerId, bytes, start, end);
    if (typeof reducer !== 'number') return this.#refuseCall(session, reducer.code, reducer.message);
    calls.accept(place);
    this.#metrics.callsTaken++;
    const memory = this.#memoryFor(CallMemory.wordsOf(end - start));
    const at = memory.end;
    memory.add(reducer, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start, end);
    this.#inbox.push(new WaitingCalls(session, sequence, 1, memory, at));
    return null;
  }

  #memoryFor(words: number): CallMemory {
    const { end, words: all } = this.#memory;
    if (end + words > all.length) this.#memory = new CallMemory(Math.max(MEMORY_BYTES, 4 * words));
    return this.#memory;
  }

  #refuseCall(session: Session, code: string, message: string): null {
    this.#places.calls.refuse(session.place, code, message);
    this.#metrics.countRefusal(code);
    return null;
  }

  #subscribe(
    session: Session,
    querySetId: number,
    texts: readonly string[],
    overLimit: string,
    nowMs: number,
  ): LinkRefusal | null {
    const rate = this.#rate(session, overLimit, nowMs);
    if (rate.flood !== null) return rate.flood;
    const held = session.querySets.get(querySetId);
    if (held?.mayComeAgain) {
      held.mayComeAgain = false; // sent again after a resume: the first one arrived
      return null;
    }
    const refusal = this.#subscribeRefusal(session, querySetId, texts, rate.message);
    if (refusal !== null) return this.#refuseSubscription(session, querySetId, refusal.code, refusal.message);
    const queries: Query[] = [];
    for (const text of texts) {
      const query = this.#parse(text);
      if ('code' in query) return this.#refuseSubscription(session, querySetId, query.code, query.message);
      queries.push(query);
    }
    session.holdQuerySet(querySetId, queries.length);
    this.#inbox.push({ kind: 'subscribe', client: session, querySetId, queries });
    return null;
  }

  #subscribeRefusal(session: Session, querySetId: number, texts: readonly string[], overLimit: string): Refusal | null {
    const subscriptionsMax = Math.ceil(this.#limits.subscriptionsMax * session.share);
    const queriesMax = Math.ceil(this.#limits.queriesMax * session.share);
    if (overLimit !== '') return { code: 'RATE_LIMITED', message: overLimit };
    if (session.querySets.has(querySetId)) {
      return { code: 'DUPLICATE_QUERY_SET', message: `query set ${querySetId} is in use on this connection` };
    }
    if (texts.length === 0) return { code: 'EMPTY_SUBSCRIPTION', message: `query set ${querySetId} holds no query` };
    if (session.querySets.size >= subscriptionsMax) {
      const message = `this client has ${subscriptionsMax} subscriptions (subscriptionsMax)`;
      return { code: 'TOO_MANY_SUBSCRIPTIONS', message };
    }
    if (session.queryCount + texts.length > queriesMax) {
      const message = `its subscriptions would hold more than ${queriesMax} queries (queriesMax)`;
      return { code: 'TOO_MANY_SUBSCRIPTIONS', message };
    }
    return null;
  }

  #refuseSubscription(session: Session, querySetId: number, code: string, message: string): null {
    session.news.addSubscriptionError({ querySetId, code, message });
    this.#metrics.countRefusal(code);
    return null;
  }

  #unsubscribe(session: Session, querySetId: number, nowMs: number): LinkRefusal | null {
    const rate = this.#rate(session, '', nowMs);
    if (rate.flood !== null) return rate.flood;
    if (!session.forgetQuerySet(querySetId)) {
      const message = `this connection has no query set ${querySetId}`;
      return this.#refuseSubscription(session, querySetId, 'UNKNOWN_QUERY_SET', message);
    }
    this.#inbox.push({ kind: 'unsubscribe', client: session, querySetId });
    return null;
  }

  #query(session: Session, requestId: number, text: string, overLimit: string, nowMs: number): LinkRefusal | null {
    const rate = this.#rate(session, overLimit, nowMs);
    if (rate.flood !== null) return rate.flood;
    if (rate.message !== '') return this.#refuseQuery(session, requestId, 'RATE_LIMITED', rate.message);
    if (session.queriesWaitingCount >= this.#limits.queriesWaitingMax) {
      const message = `${session.queriesWaitingCount} queries wait already (queriesWaitingMax)`;
      return this.#refuseQuery(session, requestId, 'TOO_MANY_QUERIES', message);
    }
    const query = this.#parse(text);
    if ('code' in query) return this.#refuseQuery(session, requestId, query.code, query.message);
    session.queriesWaitingCount++;
    this.#inbox.push({ kind: 'query', client: session, requestId, query });
    return null;
  }

  #refuseQuery(session: Session, requestId: number, code: string, message: string): null {
    session.news.addQueryAnswer({ requestId, code, message, tableId: 0, rows: [] });
    this.#metrics.countRefusal(code);
    return null;
  }

  #parse(text: string): Query | Refusal {
    try {
      return parseSql(text, this.#served.module.shownPlan);
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      // The parser knows the public tables alone: to a client a private one is not there.
      const isTable = error.code === 'SQL_TABLE_UNKNOWN';
      const what = isTable ? error.what.replace('no table', 'no public table') : error.what;
      return { code: error.code, message: `${what} (${error.where}); ${error.mend}` };
    }
  }

  #rate(session: Session, overLimit: string, nowMs: number): RateOutcome {
    const verdict = this.#places.budgets.take(session.place, RATE_CALLS, 1, nowMs);
    if (verdict === RATE_FLOOD)
      return { flood: floodRefusal('callsPerSecond', this.#limits.callsPerSecond), message: '' };
    if (overLimit !== '') return { flood: null, message: overLimit };
    if (verdict === RATE_OVER)
      return { flood: null, message: rateMessage('callsPerSecond', this.#limits.callsPerSecond) };
    return WITHIN_RATE;
  }
}

/**
 * Of one piece of memory: some thousand calls', about as many as wait at a time. Who reads their arguments makes views of each piece, and calls of clients
 * in turn that lie in several would have them made again and again. A call that waits for long keeps so much.
 */
const MEMORY_BYTES = 64 * 1024;

interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface RateOutcome {
  readonly flood: LinkRefusal | null;
  /** Why the item is refused; empty: it is not. */
  readonly message: string;
}

const WITHIN_RATE: RateOutcome = { flood: null, message: '' };
