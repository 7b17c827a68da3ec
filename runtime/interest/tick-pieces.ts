import { ByteWriter } from '@tickbase/base';
import { grownTo } from './grow.ts';
import type { Route } from './route.ts';

/** Pieces one after another: `count` of them in bytes[start…end) of the tick's buffer. */
export interface PieceRun {
  start: number;
  end: number;
  count: number;
}

/** Where pieces are copied to. */
export interface TickPiecesOut {
  readonly pieces: ByteWriter;
  pieceCount: number;
}

/**
 * The pieces that were encoded since the last record was taken in, in one buffer, and by page number the plain numbers that
 * a frame looks at for each page that its viewer watches: a frame costs what it copies, and a few reads for each page.
 */
export class TickPieces {
  bytes = new ByteWriter(BYTES_MIN);

  /** f64[pages]: tick of the page's last change. */
  private changeTicks = new Float64Array(64);
  /**
   * f64[pages]: the page's piece of `changeTicks` is all that a client needs that has everything up to here; Infinity: it
   * was not encoded yet. Holds only while `changeTicks` is the present tick.
   */
  private enoughTicks = new Float64Array(64);
  /**
   * u32[LINE * pages]: CHANGED or READY, plus the serial of the tick in which that was so; then of the piece of that tick where it lies
   * in `bytes`, its length, and how many pieces it is (one, but for very long rows). READY: it is all that a client needs that has the
   * record before.
   */
  private lines = new Uint32Array(LINE * 64);

  private tick = 0;
  /** Of the record before. */
  private previousTick = 0;
  /** Grows by SERIAL_STEP with each tick, modulo 2^32. */
  private serial = SERIAL_STEP;
  private pageCount = 0;
  private readonly freeNumbers: number[] = [];

  beginTick(tick: number): void {
    this.previousTick = this.tick;
    this.tick = tick;
    this.serial = (this.serial + SERIAL_STEP) >>> 0;
    if (this.serial === 0) this.forgetSerials();
    // After a burst of first copies the buffer is given back.
    if (this.bytes.bytes.length > BYTES_KEPT_MAX) this.bytes = new ByteWriter(BYTES_MIN);
    else this.bytes.reset();
  }

  /** A number for a page that is made in `tick`. */
  takePageNumber(tick: number): number {
    const number = this.freeNumbers.pop() ?? this.pageCount++;
    this.changeTicks = grownTo(this.changeTicks, this.pageCount);
    this.enoughTicks = grownTo(this.enoughTicks, this.pageCount);
    this.lines = grownTo(this.lines, LINE * this.pageCount);
    this.touch(number, tick);
    return number;
  }

  freePageNumber(number: number): void {
    this.freeNumbers.push(number);
  }

  touch(number: number, tick: number): void {
    this.changeTicks[number] = tick;
    this.enoughTicks[number] = Number.POSITIVE_INFINITY;
    this.lines[LINE * number] = this.serial + CHANGED;
  }

  /** The page's piece of the present tick was encoded. */
  setTickPieces(number: number, enoughTick: number, run: PieceRun): void {
    const line = LINE * number;
    this.enoughTicks[number] = enoughTick;
    this.lines[line] = this.serial + (enoughTick <= this.previousTick ? READY : CHANGED);
    this.lines[line + START] = run.start;
    this.lines[line + LENGTH] = run.end - run.start;
    this.lines[line + COUNT] = run.count;
  }

  /** The page's piece of the present tick, null: it was not encoded yet. */
  tickPieces(number: number): PieceRun | null {
    if (this.enoughTicks[number] === Number.POSITIVE_INFINITY) return null;
    const line = LINE * number;
    const start = this.lines[line + START]!;
    return { start, end: start + this.lines[line + LENGTH]!, count: this.lines[line + COUNT]! };
  }

  /**
   * Appends, from `place` of a route on, the pieces of pages that changed after `from`, up to a page for which the piece of the tick
   * is not encoded or not enough. Returns the place of that page; the route's count when there is none.
   */
  copyRoute(route: Route, place: number, from: number, out: TickPiecesOut): number {
    if (from >= this.tick) return route.count;
    // Each page's piece is in `bytes` once, so this much is room for all of them, and for the bytes that reach over the end.
    out.pieces.reserve(this.bytes.length + COPIED_AT_ONCE);
    this.bytes.reserve(COPIED_AT_ONCE);
    return from < this.previousTick
      ? this.copyRouteOfLate(route, place, from, out)
      : this.copyRouteOfTick(route, place, out);
  }

  /** The serial begins anew: what pages have of the old ones is not to be met again. */
  private forgetSerials(): void {
    this.serial = SERIAL_STEP;
    for (let number = 0; number < this.pageCount; number++) this.lines[LINE * number] = 0;
  }

  /** For a client that has the record before: one look at each page. */
  private copyRouteOfTick({ numbers, count: pageCount }: Route, place: number, out: TickPiecesOut): number {
    const { lines, serial } = this;
    const { pieces } = out;
    const source = this.bytes.data;
    const target = pieces.data;
    let at = pieces.length;
    let count = 0;
    let i = place;
    for (; i < pageCount; i++) {
      const line = LINE * numbers[i]!;
      const state = (lines[line]! - serial) >>> 0;
      if (state > READY) continue;
      if (state === CHANGED) break;
      const start = lines[line + START]!;
      const length = lines[line + LENGTH]!;
      if (length <= WORDWISE_BYTES_MAX) copyWords(source, start, target, at, length);
      else pieces.bytes.set(this.bytes.bytes.subarray(start, start + length), at);
      at += length;
      count += lines[line + COUNT]!;
    }
    pieces.length = at;
    out.pieceCount += count;
    return i;
  }

  private copyRouteOfLate({ numbers, count }: Route, place: number, from: number, out: TickPiecesOut): number {
    const { changeTicks, enoughTicks, tick } = this;
    let i = place;
    for (; i < count; i++) {
      const number = numbers[i]!;
      const changeTick = changeTicks[number]!;
      if (changeTick <= from) continue;
      if (changeTick !== tick || enoughTicks[number]! > from) break;
      const line = LINE * number;
      this.copy(this.lines[line + START]!, this.lines[line + START]! + this.lines[line + LENGTH]!, out.pieces);
      out.pieceCount += this.lines[line + COUNT]!;
    }
    return i;
  }

  /** Appends bytes[start…end) to `to`. */
  copy(start: number, end: number, to: ByteWriter): void {
    const length = end - start;
    if (length > WORDWISE_BYTES_MAX) {
      to.raw(this.bytes.bytes.subarray(start, end));
      return;
    }
    to.reserve(length + COPIED_AT_ONCE);
    this.bytes.reserve(COPIED_AT_ONCE);
    copyWords(this.bytes.data, start, to.data, to.length, length);
    to.length += length;
  }
}

const BYTES_MIN = 65_536;
const BYTES_KEPT_MAX = 16 * 1024 * 1024;
/** Longer runs are copied by the engine; for short ones a view and a call cost more than the bytes. */
const WORDWISE_BYTES_MAX = 192;

/** Copies `length` bytes, and up to COPIED_AT_ONCE more behind them: most pieces are shorter, and a loop's end costs more than it saves. */
function copyWords(source: DataView, from: number, target: DataView, to: number, length: number): void {
  for (let b = 0; b < length; b += COPIED_AT_ONCE) {
    target.setUint32(to + b, source.getUint32(from + b, true), true);
    target.setUint32(to + b + 4, source.getUint32(from + b + 4, true), true);
    target.setUint32(to + b + 8, source.getUint32(from + b + 8, true), true);
    target.setUint32(to + b + 12, source.getUint32(from + b + 12, true), true);
    target.setUint32(to + b + 16, source.getUint32(from + b + 16, true), true);
    target.setUint32(to + b + 20, source.getUint32(from + b + 20, true), true);
    target.setUint32(to + b + 24, source.getUint32(from + b + 24, true), true);
    target.setUint32(to + b + 28, source.getUint32(from + b + 28, true), true);
  }
}

const COPIED_AT_ONCE = 32;

/** Places in a page's line. */
const START = 1;
const LENGTH = 2;
const COUNT = 3;
const LINE = 4;

/** In a line's first place, above the serial of the tick. */
const CHANGED = 0;
const READY = 1;
const SERIAL_STEP = 2;
