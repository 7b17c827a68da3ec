import type { WireReducer, WireTable } from '../schema/wire-schema.ts';

/**
 * A server message is one or more sections, each the news of one tick for one client. This is a section's meaning;
 * WIRE.md has its bytes. Everything in a section is applied as one step, in this order: watches, pieces, ownRows,
 * unwatches, then applied, ended, refusals, query answers and results.
 */
export interface Section {
  head: SectionHead;
  /** Only in the first section of a connection. */
  welcome: Welcome | null;
  results: CallResult[];
  watches: Watch[];
  /** Handles of partitions that are no longer watched: rows that reside there leave the cache (out of view). */
  unwatches: number[];
  ownRows: OwnRow[];
  /** Query sets whose first snapshot is complete. */
  applied: number[];
  /** Query sets that ended by unsubscribe. */
  ended: number[];
  subscriptionErrors: SubscriptionError[];
  queryAnswers: QueryAnswer[];
}

export interface SectionHead {
  /** Sequence of the commit record that this section brings the client to. */
  tick: number;
  /** Every tick up to here is durable. */
  durableTick: number;
  /** Microseconds since the Unix epoch, when the tick began. */
  serverTimeUs: bigint;
  /** Highest sequence of this client's calls that has been processed; 0: none. */
  callsProcessed: number;
  /** World time per real time; 1 unless slowed under overload. */
  timeScale: number;
  /** SECTION_* bits. */
  flags: number;
}

/** The section's changes heal a gap of ticks (skipped frames or a resume). */
export const SECTION_CATCH_UP = 1;
/** The cells in which the centres of the client's area are, which were missing, are there with this section. */
export const SECTION_AREA_READY = 4;
/** The cache must be swept: rows that were not sent anew by the end of this section are gone. */
export const SECTION_REFRESH = 2;

export interface Welcome {
  protocolVersion: number;
  /** One life of the server: 16 hex digits. */
  epoch: string;
  database: string;
  identity: bigint;
  connectionId: bigint;
  /** Secret; the same as sent, or a new one when none was sent. */
  token: string;
  /** Secret, used once, for a resume of this connection. */
  resumeToken: string;
  isResumed: boolean;
  resumeGraceMs: number;
  tickRate: number;
  /** Hash of `schema` (16 hex digits); the description is left out when the client sent the same hash. */
  schemaHash: string;
  schema: WireSchema | null;
  /** Of the session of an earlier life of the server that the hello named: calls up to here were processed, the others left no trace. Null: not known. */
  pastCallsProcessed: number | null;
}

/** The public part of the plan: what a client needs to bind by name and to decode pieces. */
export interface WireSchema {
  tables: WireTable[];
  reducers: WireReducer[];
}

export interface CallResult {
  sequence: number;
  status: 'committed' | 'refused' | 'failed';
  /** A stable code: 'SENDER_ERROR', 'INTERNAL_ERROR', 'UNKNOWN_REDUCER', 'BAD_ARGUMENTS', 'TOO_MANY_CALLS', …; empty when committed. */
  code: string;
  message: string;
  /** The tick that holds its effect. */
  tick: number;
}

export interface Watch {
  /** Names a partition in this epoch; 2 or more (0 and 1 are destinations of leaves). */
  handle: number;
  tableId: number;
  /** Rows have one residence per partitioning; handles of one partitioning share this number. */
  partitioning: number;
  /** For cells: the place from which cell-relative coordinates count. null: not a cell. */
  cell: CellPlace | null;
  /** True: quantized columns travel exact; false: as their integers. */
  isExact: boolean;
}

export interface CellPlace {
  space: number;
  cellX: number;
  cellY: number;
}

/** A row in full precision: the client's own write to a row that it holds in quantized form. */
export interface OwnRow {
  tableId: number;
  slot: number;
  /** All columns in the positional encoding, in column order. */
  row: Uint8Array;
}

export interface SubscriptionError {
  querySetId: number;
  code: string;
  message: string;
}

export interface QueryAnswer {
  requestId: number;
  /** Empty when answered. */
  code: string;
  message: string;
  tableId: number;
  /** Rows in the positional encoding. */
  rows: Uint8Array[];
}
