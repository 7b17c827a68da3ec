import type { Query } from '@tickbase/schema/query';
import type { Viewers, ViewerId } from '../interest/viewers-port.ts';
import type { CommitRecord } from '../store/commit-record.ts';
import type { CallOutcome, DisconnectOrder } from '../transactions/world.ts';
import type { ClientQueue } from './client-queue.ts';
import type { InputJournal } from './input-journal.ts';
import type { SessionMarks } from './session-marks.ts';
import type { WaitingCalls } from './waiting-calls.ts';

/** What a tick needs from outside: where calls come from, where records, diffs and answers go. */
export interface TickPorts {
  readonly inbox: Inbox;
  readonly commitLog: CommitLog;
  readonly diffs: Viewers;
  readonly outbox: Outbox;
  /** Notes what clients had run; left out: the log keeps effects alone. */
  readonly inputs?: InputJournal;
}

/**
 * Waiting work of all clients. `take` goes round robin over clients and keeps each client's order, so that a flood
 * starves only its sender. Bounded per client by the gateway before it gets here.
 */
export interface Inbox {
  readonly waitingCount: number;
  /** What `take` would give, or the calls of which it would give the first. */
  peek(): InboxEntry | null;
  /** `stays`: a client that has more of the same message's calls waiting keeps its turn. */
  take(stays?: boolean): InboxItem | null;
  /**
   * Undoes the last take that is not undone yet: the item is the next again, its client has its turn again. Right only while nothing was
   * pushed since that take, or when it is the last item of its client.
   */
  giveBack(item: InboxItem): void;
}

export type InboxItem =
  /** Runs clientConnected; a throw refuses the client. */
  | { readonly kind: 'connect'; readonly client: TickClient }
  /** A dropped link is back; `lastTick`: what the client has applied. */
  | { readonly kind: 'resume'; readonly client: TickClient; readonly lastTick: number }
  /** Runs clientDisconnected and forgets the client. Its last item. */
  | { readonly kind: 'disconnect'; readonly client: TickClient }
  | {
      readonly kind: 'call';
      readonly client: TickClient;
      readonly sequence: number;
      /** Position in plan.reducers. */
      readonly reducer: number;
      /** args[argsStart…argsEnd): the positional encoding, already checked against the plan. Other calls' lie beside it. */
      readonly args: Uint8Array;
      readonly argsStart: number;
      readonly argsEnd: number;
    }
  /** Runs a statement of SQL for an admin. Its answer, or why there is none, is the message of the result. */
  | { readonly kind: 'statement'; readonly client: TickClient; readonly text: string }
  /** The client has shown another token. */
  | { readonly kind: 'renew'; readonly client: TickClient; readonly claims: string }
  | {
      readonly kind: 'subscribe';
      readonly client: TickClient;
      readonly querySetId: number;
      readonly queries: readonly Query[];
    }
  | { readonly kind: 'unsubscribe'; readonly client: TickClient; readonly querySetId: number }
  | { readonly kind: 'query'; readonly client: TickClient; readonly requestId: number; readonly query: Query };

/** What is put in: an item, or calls that are taken one by one. */
export type InboxEntry = InboxItem | WaitingCalls;

/** A client as the tick knows it. Made by the gateway; the tick alone writes `caller`, `viewer` and `isConnected`. */
export interface TickClient {
  readonly identity: bigint;
  readonly connectionId: bigint;
  /** What its token says of it, a JSON object; left out or empty: it has none. */
  readonly claims?: string;
  /** The world's handle, -1 while not connected. */
  caller: number;
  /** The diff builder's handle; null while not connected. */
  viewer: ViewerId | null;
  isConnected: boolean;
  /** The inbox's own: what waits of this client; null or left out: nothing does. A client has one inbox. */
  queue?: ClientQueue | null;
}

/** Takes sealed records in order and keeps `record.logged()` as it stands. */
export interface CommitLog {
  /** Copies what it keeps: record and marks are used again for the next tick. */
  append(record: CommitRecord, marks: SessionMarks): void;
  /** Every tick up to here is durable, or had nothing to persist. */
  readonly durableTick: number;
  /** False while the disk is full: nothing that could write may run, until `onChange`. */
  readonly acceptsWrites: boolean;
  /** Called whenever `durableTick` or `acceptsWrites` has changed outside of `append`; never from within it. */
  onChange: () => void;
}

/** Gathers what each client is to be told. Told during a tick; `endTick` makes one section a client, `flush` sends. */
export interface Outbox {
  connected(client: TickClient): void;
  /** clientConnected threw: the client is told why and closed. `message` is empty for an internal error. */
  refused(client: TickClient, message: string): void;
  /** The client cannot be let in now: it is closed, and may come back later. */
  turnedAway(client: TickClient, code: string, message: string): void;
  resumed(client: TickClient): void;
  disconnected(client: TickClient): void;
  /** A transaction of this tick has ended connections; those that are not there are passed over. */
  disconnect(order: DisconnectOrder, tick: number): void;
  /** `tick`: the one that is under way. */
  result(client: TickClient, sequence: number, outcome: CallOutcome, message: string, tick: number): void;
  /** The server took the call not: it did not run. */
  callRefused(client: TickClient, sequence: number, code: string, message: string): void;
  subscriptionRefused(client: TickClient, querySetId: number, code: string, message: string): void;
  queryAnswered(client: TickClient, requestId: number, tableName: string, rows: readonly Uint8Array[]): void;
  queryRefused(client: TickClient, requestId: number, code: string, message: string): void;
  /** The tick is sealed and the diff builder has taken it in: a section for each client that has news. */
  endTick(tick: number, timestampUs: number): void;
  /** Hands the gathered messages to the sockets. */
  flush(): void;
}
