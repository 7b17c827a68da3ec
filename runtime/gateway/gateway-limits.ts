/**
 * What one client, one address and all clients together may use. All are finite; passing one ends in an error that
 * names it. A rate has a budget of `burst` that refills at `perSecond`: beyond it items are refused with RATE_LIMITED,
 * beyond FLOOD_FACTOR times of both the connection is closed.
 */
export interface GatewayLimits {
  /** Sockets open at once, those before their hello included. */
  readonly connectionsMax: number;
  /** Sockets open at once from one remote address. */
  readonly connectionsPerAddressMax: number;
  /** The same for 127.0.0.0/8 and ::1, where proxies and load tests come from. */
  readonly connectionsPerLoopbackMax: number;
  /** Sockets that one remote address may open; from this machine a thousand times as many. */
  readonly connectsPerSecond: number;
  readonly connectsBurst: number;
  /** Connections of one identity, those that wait for a resume included. */
  readonly connectionsPerIdentityMax: number;
  /** All connections of one identity together have so many times the rates and the subscriptions of one. */
  readonly identityFactor: number;
  /** Dropped sessions kept for a resume; beyond it the oldest ends before its grace is over. */
  readonly droppedSessionsMax: number;
  /** From the open socket to a complete hello. */
  readonly handshakeMs: number;
  readonly tokenBytesMax: number;
  /** New clients that are let in, all together; under load less (OVERLOAD_STEPS). The others wait for their turn. */
  readonly joinsPerSecond: number;
  /** Who would wait for longer is turned away. Below the 15 s that a client gives an attempt. */
  readonly joinWaitMsMax: number;

  /** Requests of one remote address to the HTTP API; a new identity counts as five. */
  readonly requestsPerSecond: number;
  readonly requestsBurst: number;

  /** One message from a client, as the transport delivers it. */
  readonly messageBytesMax: number;
  readonly itemsPerMessageMax: number;
  /** Arguments of one call. */
  readonly argsBytesMax: number;
  readonly messagesPerSecond: number;
  readonly messagesBurst: number;
  readonly bytesPerSecond: number;
  readonly bytesBurst: number;
  /** Calls, subscriptions and one-off queries together. */
  readonly callsPerSecond: number;
  readonly callsBurst: number;
  /** Calls of one client that wait for the tick. */
  readonly callsWaitingMax: number;
  /** Results of one client that it has not confirmed by a receipt, waiting calls included. */
  readonly resultsKeptMax: number;
  readonly queriesWaitingMax: number;
  /** Query sets of one client at a time. */
  readonly subscriptionsMax: number;
  /** Queries in all its query sets. */
  readonly queriesMax: number;
  readonly queriesPerSubscriptionMax: number;
  /** Rows in what a client's subscriptions watch, areas of interest left out, when one more is asked for. */
  readonly watchedRowsMax: number;
  /** Text of one query. */
  readonly queryBytesMax: number;

  /** A client that is this far behind with its receipts gets answers and errors only, until it has caught up. */
  readonly lagMsSoft: number;
  /** At this lag the socket is closed; the session stays for a resume. */
  readonly lagMsHard: number;
  /** A socket with this much in its send buffer gets answers and errors only. */
  readonly bufferedBytesSoft: number;
  /**
   * A socket with more than this in its send buffer gets nothing at all until it has drained: one message may be as large as what
   * its client watches. A client that does not drain it is closed by `lagMsHard`, or when its answers pass `privateBytesMax`.
   */
  readonly bufferedBytesHard: number;
  /** Results, errors and answers of one client that wait to be sent, as estimated. */
  readonly privateBytesMax: number;

  /**
   * Ticks (at `tickRate: 0` wake-ups) whose messages to confirmed clients wait for the disk. Beyond it, or beyond `heldBytesMax`, nothing more
   * is assembled for these clients; when the disk has caught up they get the merged difference.
   */
  readonly heldTicksMax: number;
  /** Memory of those messages. Passed by at most one tick's. */
  readonly heldBytesMax: number;
}

/** Passing a rate this many times over is a flood, and closes the connection. */
export const FLOOD_FACTOR = 4;

export const DEFAULT_LIMITS: GatewayLimits = Object.freeze({
  connectionsMax: 20_000,
  connectionsPerAddressMax: 200,
  connectionsPerLoopbackMax: 20_000,
  /** A hall of players behind one address comes back at once after a restart. */
  connectsPerSecond: 50,
  connectsBurst: 400,
  /** Tabs of a browser, a phone beside it, and some that wait for a resume. */
  connectionsPerIdentityMax: 32,
  identityFactor: 2,
  droppedSessionsMax: 20_000,
  handshakeMs: 5_000,
  /** What a message may have of text, less the rest of a hello. */
  tokenBytesMax: 7_680,
  joinsPerSecond: 1_000,
  joinWaitMsMax: 10_000,

  requestsPerSecond: 20,
  requestsBurst: 100,

  messageBytesMax: 64 * 1024,
  itemsPerMessageMax: 256,
  argsBytesMax: 32 * 1024,
  messagesPerSecond: 200,
  messagesBurst: 400,
  bytesPerSecond: 256 * 1024,
  bytesBurst: 512 * 1024,
  callsPerSecond: 200,
  callsBurst: 400,
  callsWaitingMax: 128,
  resultsKeptMax: 1_024,
  queriesWaitingMax: 16,
  subscriptionsMax: 64,
  queriesMax: 256,
  queriesPerSubscriptionMax: 64,
  /** Of 50 bytes each a first copy of 25 MB, which is more than a page holds well. */
  watchedRowsMax: 500_000,
  queryBytesMax: 4_096,

  lagMsSoft: 1_500,
  lagMsHard: 15_000,
  bufferedBytesSoft: 256 * 1024,
  bufferedBytesHard: 4 * 1024 * 1024,
  privateBytesMax: 1024 * 1024,

  /** A disk syncs in 1 to 30 ms, a bad one in some hundreds; a wake-up with one call takes 0.1 ms. */
  heldTicksMax: 512,
  /** A second of 500 clients with 1 KB a tick is 10 MB. */
  heldBytesMax: 32 * 1024 * 1024,
});
