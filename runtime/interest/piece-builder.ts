import { ByteWriter, grownTo } from '@tickbase/base';
import {
  encodePiece,
  PIECE_CATCH_UP,
  PIECE_EVENTS,
  PIECE_SNAPSHOT,
  type CellPlace,
  type PieceSource,
} from '@tickbase/protocol';
import { emptySource } from './empty-source.ts';
import type { EventEntry, EventPieces } from './event-ring.ts';
import type { InterestCounters } from './interest-counters.ts';
import { KeptCopies } from './kept-copies.ts';
import { PAGE_ROWS_MAX, type Page } from './page.ts';
import type { Partition } from './partition.ts';
import type { PieceJobs } from './piece-jobs.ts';
import type { TableTracker } from './table-tracker.ts';
import type { TickNews } from './tick-news.ts';
import type { PieceRun, TickPieces } from './tick-pieces.ts';

/**
 * Encodes the pieces of pages: each at its first use, then the same bytes for everyone. Reads the tables as they are
 * now, so every piece brings its page to the last record's tick.
 */
export class PieceBuilder {
  /** First copies that were encoded since the start. */
  snapshotCount = 0;
  private readonly news: TickNews;
  private readonly counters: InterestCounters;
  /** Pieces longer than this are split. Far below what the wire can frame (16 MiB). */
  private readonly pieceBytesGoal: number;
  private readonly tickPieces: TickPieces;
  /** Event pieces outlive the tick, so they are made here and copied. */
  private readonly eventWriter = new ByteWriter();
  private readonly kept = new KeptCopies(KEPT_BYTES_MAX);
  private readonly source: PieceSource;
  /** u32[>= rows of a page]: what is to be sorted; a name in the high bits. */
  private order = new Uint32Array(PAGE_ROWS_MAX);
  private changes = new Uint32Array(PAGE_ROWS_MAX);

  /** Of the page whose pieces are being made. */
  private pageNumber = 0;
  /** Where they go as jobs; null: they are encoded here. */
  private jobs: PieceJobs | null = null;
  private tracker: TableTracker | null = null;
  private writer = this.eventWriter;
  private start = 0;
  private pieceCount = 0;
  private estimatedBytes = 0;

  constructor(news: TickNews, counters: InterestCounters, pieceBytesGoal: number) {
    this.news = news;
    this.counters = counters;
    this.tickPieces = news.pieces;
    this.pieceBytesGoal = pieceBytesGoal;
    this.source = emptySource(PAGE_ROWS_MAX);
  }

  /**
   * The page's news for a client that was told of it at `told`: mostly one piece, none when nothing changed. Clients that
   * lag behind the leave ring get the whole page.
   */
  since(page: Page, told: number, tick: number): PieceRun | null {
    const from = Math.max(told, page.madeTick);
    if (page.changeTick <= from) return null;
    if (from < page.floorTick) return this.snapshot(page, tick);
    if (page.changeTick === tick && page.previousChangeTick <= from) return this.ofTick(page, tick);
    if (page.catchUpTick !== tick) {
      page.catchUps.clear();
      page.catchUpTick = tick;
    }
    const begin = Math.max(page.floorTick, sharedTick(from, tick));
    let run = page.catchUps.get(begin);
    if (run === undefined) {
      run = this.catchUp(page, begin);
      page.catchUps.set(begin, run);
    }
    return run;
  }

  /**
   * The page's news for a client that was told of it at `told`, the last time that it was due in its period. When that period ends with this tick,
   * they are one piece for all such clients.
   */
  inPeriod(page: Page, told: number, periodClass: number, tick: number): PieceRun | null {
    const { madeTick } = page;
    const begin = Math.max(madeTick, tick - 2 ** periodClass);
    if (Math.max(told, madeTick) < begin || this.tickPieces.dueTickOf(page.number, periodClass) !== tick)
      return this.since(page, told, tick);
    const run = this.since(page, begin, tick);
    if (run === null) return null;
    // Who was told of all but the tick's change needs no more than that; a whole page is enough for everyone.
    const isTickAlone = page.changeTick === tick && page.previousChangeTick <= begin;
    let enough = begin;
    if (begin < page.floorTick) enough = -1;
    else if (isTickAlone) enough = Math.max(page.previousChangeTick, page.floorTick);
    if (enough <= madeTick) enough = -1;
    this.tickPieces.setPeriodPieces(periodClass, page.number, enough, run);
    return run;
  }

  /**
   * Which rows have left the page since a client was told of it at `told`, and nothing else: for one that is told of it no more, and may not see it
   * any more. Null: none, or it is too long ago to be known.
   */
  leavesSince(page: Page, told: number): PieceRun | null {
    const from = Math.max(told, page.madeTick);
    if (page.leaveTick <= from || from < page.floorTick) return null;
    this.begin(page, PIECE_CATCH_UP, this.tickPieces.bytes);
    this.putLeaves(page, from);
    return this.finish();
  }

  /** The page's rows as they are; rows that are not in it are gone. Encoded once while the page does not change. */
  snapshot(page: Page, tick: number): PieceRun {
    if (page.snapshot !== null && page.snapshotTick === tick) return page.snapshot;
    const { bytes } = this.tickPieces;
    const kept = this.kept.find(page);
    if (kept === null) {
      page.snapshot = this.encodeSnapshot(page);
      const { start, end, count } = page.snapshot;
      if (page.changeTick < tick) this.kept.keep(page, { tick, bytes: bytes.bytes.slice(start, end), count });
    } else {
      const start = bytes.length;
      bytes.raw(kept.bytes);
      page.snapshot = { start, end: bytes.length, count: kept.count };
    }
    page.snapshotTick = tick;
    return page.snapshot;
  }

  /** The page's events of this tick. */
  events(page: Page, tick: number): EventEntry {
    const { tracker } = page.partition.partitioning;
    const count = this.readList(page.enterHead);
    const changes = Array.from(this.changes.subarray(0, count));
    const encode = (some: readonly number[]): EventPieces => {
      this.beginEvents(page);
      for (const change of some) this.putEnter(0, tracker.slots[change]!);
      return this.finishEvents();
    };
    return {
      tick,
      serials: changes.map((change) => tracker.firstEventSerial + change),
      pieces: encode(changes),
      singles: tracker.partitioningCount === 1 ? null : changes.map((change) => encode([change])),
    };
  }

  /** A piece that only tells how many events were missed. */
  missedEvents(page: Page, count: number): EventPieces {
    this.beginEvents(page);
    this.source.missedEvents = count;
    return this.finishEvents();
  }

  private encodeSnapshot(page: Page): PieceRun {
    this.snapshotCount++;
    this.begin(page, PIECE_SNAPSHOT, this.tickPieces.bytes);
    for (let name = 0; name < page.nameLimit; name++) {
      const slot = page.slotOfName[name]!;
      if (slot >= 0) this.putEnter(name, slot);
    }
    return this.finish();
  }

  /** The page's piece of this tick, as jobs for others. */
  addJobs(page: Page, tick: number, jobs: PieceJobs): void {
    this.jobs = jobs;
    this.encodeTick(page, tick);
    this.jobs = null;
  }

  /** The page's piece of this tick has been encoded elsewhere. */
  takePieces(page: Page, run: PieceRun): void {
    this.tickPieces.setTickPieces(page.number, enoughTick(page), run);
  }

  private ofTick(page: Page, tick: number): PieceRun {
    const { tickPieces } = this;
    const { number } = page;
    const known = tickPieces.tickPieces(number);
    if (known !== null) return known;
    const run = this.encodeTick(page, tick);
    tickPieces.setTickPieces(number, enoughTick(page), run);
    return run;
  }

  private encodeTick(page: Page, tick: number): PieceRun {
    const { tracker } = page.partition.partitioning;
    this.begin(page, 0, this.tickPieces.bytes);
    this.putLeaves(page, tick - 1);
    if (page.enterHead >= 0) this.putEnters(page);
    if (page.updateHead >= 0) this.putUpdates(page, tracker);
    return this.finish();
  }

  private putEnters(page: Page): void {
    const { partitioning } = page.partition;
    const count = this.readList(page.enterHead);
    for (let i = 0; i < count; i++) this.order[i] = partitioning.nameOf(this.changes[i]!);
    sortAscending(this.order, count);
    for (let i = 0; i < count; i++) this.putEnter(this.order[i]!, page.slotOfName[this.order[i]!]!);
  }

  private putUpdates(page: Page, tracker: TableTracker): void {
    const { partitioning } = page.partition;
    const { slots, masks, maskWords } = tracker;
    const count = this.readList(page.updateHead);
    const { changes, order, source } = this;
    for (let i = 0; i < count; i++) order[i] = partitioning.nameOf(slots[changes[i]!]!) * PAGE_ROWS_MAX + i;
    sortAscending(order, count);
    if (maskWords === 1 && count * tracker.rowBytesMax <= this.pieceBytesGoal - this.estimatedBytes) {
      // As nearly always: what a row takes need not be looked at.
      source.updateMasks = grownTo(source.updateMasks, count);
      const { updateNames, updateSlots, updateMasks } = source;
      for (let i = 0; i < count; i++) {
        const change = changes[order[i]! % PAGE_ROWS_MAX]!;
        updateNames[i] = Math.floor(order[i]! / PAGE_ROWS_MAX);
        updateSlots[i] = slots[change]!;
        updateMasks[i] = masks[change]!;
      }
      source.updateCount = count;
      return;
    }
    for (let i = 0; i < count; i++) {
      const change = changes[order[i]! % PAGE_ROWS_MAX]!;
      const at = this.putUpdate(Math.floor(order[i]! / PAGE_ROWS_MAX), slots[change]!);
      for (let w = 0; w < maskWords; w++) source.updateMasks[at + w] = masks[change * maskWords + w]!;
    }
  }

  private catchUp(page: Page, from: number): PieceRun {
    const { partitioning } = page.partition;
    const { columnTicks, rowTicks, columnCount } = partitioning.tracker;
    this.begin(page, PIECE_CATCH_UP, this.tickPieces.bytes);
    this.putLeaves(page, from);
    for (let name = 0; name < page.nameLimit; name++) {
      const slot = page.slotOfName[name]!;
      if (slot < 0) continue;
      if (partitioning.entryTickOf(slot) > from) {
        this.putEnter(name, slot);
        continue;
      }
      if (rowTicks[slot]! <= from) continue;
      let at = -1;
      for (let c = 0; c < columnCount; c++) {
        if (columnTicks[slot * columnCount + c]! <= from) continue;
        if (at < 0) at = this.putUpdate(name, slot);
        this.source.updateMasks[at + (c >> 5)]! |= 1 << (c & 31);
      }
    }
    return this.finish();
  }

  private beginEvents(page: Page): void {
    this.eventWriter.reset();
    this.begin(page, PIECE_EVENTS, this.eventWriter);
  }

  private finishEvents(): EventPieces {
    const { count } = this.finish();
    return { bytes: this.eventWriter.copy(), count };
  }

  private begin(page: Page, flags: number, writer: ByteWriter): void {
    const { source } = this;
    const { partition } = page;
    const { tracker } = partition.partitioning;
    this.pageNumber = page.number;
    source.handle = page.handle;
    source.table = tracker.wire;
    source.columns = tracker.columns;
    source.columnBytes = this.counters.columnBytes[tracker.view.position]!;
    source.cell = cellOf(partition);
    source.isExact = !tracker.isStreamed;
    source.flags = flags;
    this.tracker = tracker;
    this.writer = writer;
    this.start = writer.length;
    this.pieceCount = 0;
    this.estimatedBytes = 0;
    source.maskWords = tracker.maskWords;
    source.leaveCount = 0;
    source.enterCount = 0;
    source.updateCount = 0;
    source.missedEvents = 0;
  }

  private finish(): PieceRun {
    this.finishPiece();
    return { start: this.start, end: this.writer.length, count: this.pieceCount };
  }

  private finishPiece(): void {
    if (this.jobs === null) encodePiece(this.writer, this.source);
    else this.jobs.add(this.pageNumber, this.tracker!.view.position, this.source);
    this.pieceCount++;
  }

  /** Counts a row in; when the piece is long enough, the row begins the next one. Only the first can be a snapshot. */
  private makeRoomFor(slot: number): void {
    const rowBytes = this.tracker!.estimateRowBytes(slot);
    this.estimatedBytes += rowBytes;
    if (this.estimatedBytes <= this.pieceBytesGoal || this.estimatedBytes === rowBytes) return;
    this.finishPiece();
    const { source } = this;
    source.flags &= ~PIECE_SNAPSHOT;
    source.leaveCount = 0;
    source.enterCount = 0;
    source.updateCount = 0;
    this.estimatedBytes = rowBytes;
  }

  /** Leaves after `from`, each with where its row is now. */
  private putLeaves(page: Page, from: number): void {
    const { source } = this;
    if (page.leaveTick <= from) return;
    const { leaves, partition } = page;
    for (let i = leaves.firstAfter(from); i < leaves.count; i++) {
      const at = source.leaveCount++;
      source.leaveNames = grownTo(source.leaveNames, source.leaveCount);
      source.leaveTo = grownTo(source.leaveTo, source.leaveCount);
      source.leaveNames[at] = leaves.nameAt(i);
      source.leaveTo[at] = partition.partitioning.whereabouts(
        leaves.slotAt(i),
        leaves.tickAt(i),
        leaves.isDeletedAt(i),
      );
    }
  }

  private putEnter(name: number, slot: number): void {
    this.makeRoomFor(slot);
    const { source } = this;
    const at = source.enterCount++;
    source.enterNames = grownTo(source.enterNames, source.enterCount);
    source.enterSlots = grownTo(source.enterSlots, source.enterCount);
    source.enterNames[at] = name;
    source.enterSlots[at] = slot;
  }

  /** Returns where the update's mask begins; its words are 0. */
  private putUpdate(name: number, slot: number): number {
    this.makeRoomFor(slot);
    const { source } = this;
    const at = source.updateCount++;
    const maskAt = at * source.maskWords;
    source.updateMasks = grownTo(source.updateMasks, maskAt + source.maskWords);
    source.updateNames[at] = name;
    source.updateSlots[at] = slot;
    for (let w = 0; w < source.maskWords; w++) source.updateMasks[maskAt + w] = 0; // a call would cost more
    return maskAt;
  }

  private readList(head: number): number {
    const count = this.news.lengthOf(head);
    this.changes = grownTo(this.changes, count);
    this.order = grownTo(this.order, count);
    this.news.read(head, this.changes, count);
    return count;
  }
}

/** Who has everything up to here needs no more than the piece of the tick. */
function enoughTick({ previousChangeTick, floorTick }: Page): number {
  return Math.max(previousChangeTick, floorTick);
}

/** The place from which cell-relative coordinates count; null: not a cell. */
export function cellOf(partition: Partition): CellPlace | null {
  return partition.place < 0 ? null : partition.partitioning.tracker.places!.spots[partition.place]!;
}

/**
 * From where a merged difference begins for a client that has everything up to `from`: a little earlier when that is long ago, so that clients whose
 * ticks differ share it. What they know already is told again, which changes nothing.
 */
function sharedTick(from: number, tick: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, tick - from))) - 2);
  return from - (from % step);
}

/** Some thousands of cells of trees. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024;

/** Few at a time are the rule, and often in order already: a subarray and a call cost more than they do. */
function sortAscending(values: Uint32Array, count: number): void {
  if (count > 64) {
    values.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i]!;
    let at = i - 1;
    for (; at >= 0 && values[at]! > value; at--) values[at + 1] = values[at]!;
    values[at + 1] = value;
  }
}
