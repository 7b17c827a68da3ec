import type { ByteWriter } from '@tickbase/base';
import type { OwnRows, Watch } from '@tickbase/protocol';
import type { Query } from '@tickbase/schema/query';
import type { CommitRecord } from '../store/index.ts';
import type { Easing } from './easing.ts';

/**
 * The diff builder's door: turns commit records into pieces, and tells which pieces each viewer gets.
 * A viewer is one client connection. Synchronous; reads the tables only between seal and the next beginTick.
 */
export interface Viewers {
  /** Adds a viewer with no subscriptions. `caller` is the world's handle for the interest function. */
  add(identity: bigint, caller: number): ViewerId;
  remove(viewer: ViewerId): void;

  /**
   * Takes in a sealed record: keys of changed rows, enters, leaves, areas of interest, and one piece for each
   * partition that changed and is watched. Called once for each record, before any subscribe of that tick.
   */
  begin(record: CommitRecord): void;

  /** Pieces of the last record are being encoded elsewhere: frames are to be taken when they have come, or been given up. */
  readonly awaitsPieces: boolean;
  /** Takes in what has come; true when nothing is awaited any more. */
  collectPieces(): boolean;
  /** What has not come is encoded when a frame asks for it. */
  giveUpPieces(): void;

  /** Adds a query set as of the last record. Its first snapshot is part of the viewer's next frame. */
  subscribe(viewer: ViewerId, querySetId: number, queries: readonly Query[]): SubscribeRefusal | null;
  /** Drops a query set; partitions that no other set of the viewer needs are unwatched in its next frame. */
  unsubscribe(viewer: ViewerId, querySetId: number): SubscribeRefusal | null;

  /** Viewers that are owed something, in no order; a viewer leaves the list when its frame is taken. */
  readonly withNews: readonly ViewerId[];
  /** A writer in which ordinary frames are put together at the least cost; in any other they come out the same. To be given back. */
  takeWriter(capacity: number): ByteWriter;
  /** What is written is needed no more: returns the writer, empty, or another one if that has become too large, or is not of these viewers. */
  nextWriter(writer: ByteWriter): ByteWriter;
  /** It is not to be used any more, of whichever viewers it is. */
  giveBack(writer: ByteWriter): void;

  /** True when the viewer's next frame would carry anything from here. */
  hasNews(viewer: ViewerId): boolean;
  /**
   * Collects what the viewer is owed since its last frame and counts it as sent at the last record's tick. A viewer that is
   * skipped for some ticks is owed the merged catch-up from the tick of its last frame.
   */
  takeFrame(viewer: ViewerId, frame: ViewerFrame): void;
  /**
   * The same if it is an ordinary frame, with nothing in it but pieces and own rows: pieces are appended to `frame.pieces`, whatever it holds. False:
   * it is another one, and all is as before.
   */
  takeOrdinary(viewer: ViewerId, frame: OrdinaryFrame): boolean;

  /** The viewer has applied everything up to `tick` (a receipt). */
  acknowledge(viewer: ViewerId, tick: number): void;
  /**
   * A dropped client is back and has applied everything up to `tick`: its next frame is a catch-up from there, or
   * whole partitions with a sweep when `tick` is older than the leave rings reach. The watches it had stay.
   */
  resume(viewer: ViewerId, tick: number): void;

  /** Rows of a query that the viewer may see, as of the last record: each in the positional encoding, at most `rowsMax`. */
  queryOnce(viewer: ViewerId, query: Query, rowsMax: number): Uint8Array[] | SubscribeRefusal;

  /** At `tickRate: 0`, where a record is a single call's: nobody watches or waits for anything that it could change. */
  readonly isIdle: boolean;

  /**
   * Exact copies of rows that this viewer's own calls wrote and that it holds only in quantized form: `count` pairs (table position,
   * slot) from the pair `first` on, 0 unless given.
   */
  noteOwnWrites(viewer: ViewerId, writes: Uint32Array, count: number, first?: number): void;

  /** What the viewer is sent of its area in any second, about: no more than the module allows. Infinity: as much as that. */
  limit(viewer: ViewerId, bytesPerSecond: number): void;
  /** The viewer was sent so many bytes beside the pieces and own rows of its frames: they count against its budget. */
  charge(viewer: ViewerId, bytes: number): void;

  /** From the next record on all viewers are sent less, or as much as ever again. Between ticks. */
  ease(easing: Easing): void;
}

export type ViewerId = number & { readonly brand: 'ViewerId' };

/** The part of a frame that a client gets in most ticks. */
export interface OrdinaryFrame {
  /** The pieces, whole and one after another in the order in which they are sent. Encoded once for all viewers, and copied. */
  readonly pieces: ByteWriter;
  pieceCount: number;
  /** Exact copies of rows that the client wrote. */
  readonly ownRows: OwnRows;
}

/** Scratch of the frame's assembler, filled by takeFrame; everything in it is reused from frame to frame. */
export interface ViewerFrame extends OrdinaryFrame {
  /** Partitions that the client watches from this frame on; announced before any piece. */
  watches: Watch[];
  /** Handles of partitions that the client no longer watches; applied after the pieces. */
  unwatches: number[];
  /** Query sets whose first snapshot is complete with this frame. */
  applied: number[];
  /** Query sets that ended by unsubscribe. */
  ended: number[];
  /** With this frame the client has the cells in which the centres of its area are, after they were missing. */
  isAreaReady: boolean;
}

export interface SubscribeRefusal {
  readonly code: string;
  readonly message: string;
}

/** Of a writer to begin with: some hundreds of ordinary frames. */
export const WRITER_BYTES = 256 * 1024;
