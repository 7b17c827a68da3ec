import { ByteWriter, grownTo } from '@tickbase/base';
import { PagePeriods } from './page-periods.ts';
import { CLASS_MAX, dueTick } from './rate-tiers.ts';

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
   * i32[LINE * pages]: CHANGED or READY, plus the serial of the tick in which that was so; then of the piece of that tick where it lies
   * in `bytes`, its length, and how many pieces it is (one, but for very long rows). READY: it is all that a client needs that has the
   * record before.
   */
  private lines = new Int32Array(LINE * 64);
  /** By class of period, see RateTiers: the same of pages that are told of less often; null: none was so far. */
  private readonly periods: (PagePeriods | null)[] = Array.from({ length: CLASS_MAX + 1 }, () => null);
  /** u8[pages]: which of a period's ticks is the page's own. */
  private phases = new Uint8Array(64);

  private tick = 0;
  /** Of the record before. */
  private previousTick = 0;
  /** Grows by SERIAL_STEP with each tick, up to SERIAL_MAX. */
  private serial = SERIAL_STEP;
  private pageCount = 0;
  private readonly freeNumbers: number[] = [];

  beginTick(tick: number): void {
    this.previousTick = this.tick;
    this.tick = tick;
    this.serial += SERIAL_STEP;
    if (this.serial > SERIAL_MAX) this.forgetSerials();
    // After a burst of first copies the buffer is given back.
    if (this.bytes.bytes.length > BYTES_KEPT_MAX) this.bytes = new ByteWriter(BYTES_MIN);
    else this.bytes.reset();
  }

  /** A number for a page that is made in `tick`. */
  takePageNumber(tick: number, phase: number): number {
    const number = this.freeNumbers.pop() ?? this.pageCount++;
    this.phases = grownTo(this.phases, this.pageCount);
    this.phases[number] = phase;
    this.changeTicks = grownTo(this.changeTicks, this.pageCount);
    this.enoughTicks = grownTo(this.enoughTicks, this.pageCount);
    this.lines = grownTo(this.lines, LINE * this.pageCount);
    this.touch(number, tick);
    for (const periods of this.periods) {
      periods?.forget(number);
      if (periods !== null && LINE * number < periods.lines.length) periods.lines[LINE * number] = 0;
    }
    return number;
  }

  freePageNumber(number: number): void {
    this.freeNumbers.push(number);
  }

  /** The page is told of in its tick of this period, for its change in `tick`. */
  wait(periodClass: number, number: number, tick: number): void {
    const periods = (this.periods[periodClass] ??= new PagePeriods(periodClass));
    periods.wait(number, this.phases[number]!, tick);
  }

  /** Calls `take` for pages that have waited for the present tick. */
  takeDue(take: (periodClass: number, number: number) => void): void {
    for (let periodClass = 1; periodClass <= CLASS_MAX; periodClass++) {
      const periods = this.periods[periodClass];
      if (periods === null || periods === undefined) continue;
      periods.lines = grownTo(periods.lines, LINE * this.pageCount);
      periods.enoughTicks = grownTo(periods.enoughTicks, this.pageCount);
      periods.takeDue(this.previousTick, this.tick, (number) => {
        periods.lines[LINE * number] = this.serial + CHANGED;
        periods.enoughTicks[number] = Number.POSITIVE_INFINITY;
        take(periodClass, number);
      });
    }
  }

  /** The last tick up to now in which a page of this period was due. */
  dueTickOf(number: number, periodClass: number): number {
    return dueTick(this.tick, periodClass, this.phases[number]!);
  }

  /** Up to which tick who has everything up to `from` was told of a page of this period. */
  toldTickOf(number: number, periodClass: number, from: number): number {
    return dueTick(from, periodClass, this.phases[number]!);
  }

  touch(number: number, tick: number): void {
    this.changeTicks[number] = tick;
    this.enoughTicks[number] = Number.POSITIVE_INFINITY;
    this.lines[LINE * number] = this.serial + CHANGED;
  }

  /** The page's piece of the present tick was encoded. */
  setTickPieces(number: number, enoughTick: number, run: PieceRun): void {
    this.enoughTicks[number] = enoughTick;
    this.setLine(this.lines, number, enoughTick <= this.previousTick, run);
  }

  /** The page's piece of the period that ends with the present tick was encoded. It is enough for whoever was told of it a period ago. */
  setPeriodPieces(periodClass: number, number: number, enoughTick: number, run: PieceRun): void {
    const { lines, enoughTicks } = this.periods[periodClass]!;
    enoughTicks[number] = enoughTick;
    this.setLine(lines, number, true, run);
  }

  /** The page's piece of the present tick, null: it was not encoded yet. */
  tickPieces(number: number): PieceRun | null {
    if (this.enoughTicks[number] === Number.POSITIVE_INFINITY) return null;
    const line = LINE * number;
    const start = this.lines[line + START]!;
    return { start, end: start + this.lines[line + LENGTH]!, count: this.lines[line + COUNT]! };
  }

  /**
   * Appends the pieces of those of the pages numbers[place…end), all of one period, that changed after `from`, up to a page for which the piece
   * of the tick is not encoded or not enough. Returns the place of that page; `end` when there is none.
   */
  copyPages(
    numbers: Uint32Array,
    place: number,
    end: number,
    periodClass: number,
    from: number,
    out: TickPiecesOut,
  ): number {
    if (from >= this.tick) return end;
    // Each page's piece is in `bytes` once, so this much is room for all of them, and for the bytes that reach over the end.
    out.pieces.reserve(this.bytes.length + COPIED_AT_ONCE);
    this.bytes.reserve(COPIED_AT_ONCE);
    if (from >= this.previousTick) {
      if (periodClass === 0) return this.copyPagesOfTick(numbers, place, end, this.lines, out);
      const periods = this.periods[periodClass];
      // Until a first page of the period has waited, none is due.
      return periods ? this.copyPagesOfTick(numbers, place, end, periods.lines, out) : end;
    }
    return periodClass === 0
      ? this.copyPagesOfLate(numbers, place, end, from, out)
      : this.copyPeriodsOfLate(numbers, place, end, periodClass, from, out);
  }

  /** The serial begins anew: what pages have of the old ones is not to be met again. */
  private forgetSerials(): void {
    this.serial = SERIAL_STEP;
    this.lines.fill(0);
    for (const periods of this.periods) periods?.lines.fill(0);
  }

  private setLine(lines: Int32Array, number: number, isReady: boolean, { start, end, count }: PieceRun): void {
    const line = LINE * number;
    lines[line] = this.serial + (isReady ? READY : CHANGED);
    lines[line + START] = start;
    lines[line + LENGTH] = end - start;
    lines[line + COUNT] = count;
  }

  /** For a client that has the record before: one look at each page. */
  private copyPagesOfTick(
    numbers: Uint32Array,
    place: number,
    end: number,
    lines: Int32Array,
    out: TickPiecesOut,
  ): number {
    const ready = this.serial + READY;
    const changed = this.serial + CHANGED;
    const { pieces } = out;
    const source = this.bytes.data;
    const target = pieces.data;
    let at = pieces.length;
    let count = 0;
    let i = place;
    for (; i < end; i++) {
      const line = numbers[i]! << LINE_LOG2; // whole numbers of 32 bits all along: a product might be none
      const state = lines[line]!;
      if (state === changed) break;
      if (state !== ready) continue;
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

  private copyPagesOfLate(numbers: Uint32Array, place: number, end: number, from: number, out: TickPiecesOut): number {
    const { changeTicks, enoughTicks, tick } = this;
    let i = place;
    for (; i < end; i++) {
      const number = numbers[i]!;
      const changeTick = changeTicks[number]!;
      if (changeTick <= from) continue;
      if (changeTick !== tick || enoughTicks[number]! > from) break;
      this.copyLine(this.lines, number, out);
    }
    return i;
  }

  private copyPeriodsOfLate(
    numbers: Uint32Array,
    place: number,
    end: number,
    periodClass: number,
    from: number,
    out: TickPiecesOut,
  ): number {
    const { changeTicks, phases, tick } = this;
    const periods = this.periods[periodClass];
    let i = place;
    for (; i < end; i++) {
      const number = numbers[i]!;
      const due = dueTick(tick, periodClass, phases[number]!);
      const told = dueTick(from, periodClass, phases[number]!);
      if (told === due || changeTicks[number]! <= told) continue;
      const lines = due === tick ? periods?.lines : undefined;
      if (lines?.[LINE * number] !== this.serial + READY || periods!.enoughTicks[number]! > told) break;
      this.copyLine(lines, number, out);
    }
    return i;
  }

  private copyLine(lines: Int32Array, number: number, out: TickPiecesOut): void {
    const line = LINE * number;
    this.copy(lines[line + START]!, lines[line + START]! + lines[line + LENGTH]!, out.pieces);
    out.pieceCount += lines[line + COUNT]!;
  }

  /** Calls `take` with the lengths of pieces that `copyPages` copies for a client that has the record before. */
  forEachLength(
    numbers: Uint32Array,
    place: number,
    end: number,
    periodClass: number,
    take: (number: number, length: number) => void,
  ): void {
    const lines = periodClass === 0 ? this.lines : this.periods[periodClass]?.lines;
    if (lines === undefined) return;
    for (let i = place; i < end; i++) {
      const line = LINE * numbers[i]!;
      if (lines[line] === this.serial + READY) take(numbers[i]!, lines[line + LENGTH]!);
    }
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
  copyEight(source, from, target, to); // all but the shortest are longer than half of it
  for (let b = COPIED_AT_ONCE; b < length; b += COPIED_AT_ONCE) copyEight(source, from + b, target, to + b);
}

/** Copies COPIED_AT_ONCE bytes as eight words. */
function copyEight(source: DataView, from: number, target: DataView, to: number): void {
  target.setInt32(to, source.getInt32(from, true), true);
  target.setInt32(to + 4, source.getInt32(from + 4, true), true);
  target.setInt32(to + 8, source.getInt32(from + 8, true), true);
  target.setInt32(to + 12, source.getInt32(from + 12, true), true);
  target.setInt32(to + 16, source.getInt32(from + 16, true), true);
  target.setInt32(to + 20, source.getInt32(from + 20, true), true);
  target.setInt32(to + 24, source.getInt32(from + 24, true), true);
  target.setInt32(to + 28, source.getInt32(from + 28, true), true);
}

const COPIED_AT_ONCE = 32;

/** Places in a page's line. */
const START = 1;
const LENGTH = 2;
const COUNT = 3;
const LINE_LOG2 = 2;
const LINE = 1 << LINE_LOG2;

/** In a line's first place, above the serial of the tick. */
const CHANGED = 0;
const READY = 1;
const SERIAL_STEP = 2;
const SERIAL_MAX = 2 ** 30;
