import { type ByteWriter, grownTo } from '@tickbase/base';
import { FrameMemory, NO_PLACE, RESULTS } from './frame-memory.ts';
import { MemoryInts } from './memory-ints.ts';
import { MemoryWriter } from './memory-writer.ts';
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
  readonly memory = new FrameMemory();
  bytes = new MemoryWriter(this.memory, BYTES_MIN);

  /** f64[pages]: tick of the page's last change. */
  private changeTicks = new Float64Array(64);
  /**
   * f64[pages]: the page's piece of `changeTicks` is all that a client needs that has everything up to here; Infinity: it
   * was not encoded yet. Holds only while `changeTicks` is the present tick.
   */
  private enoughTicks = new Float64Array(64);
  /**
   * LINE * pages: CHANGED or READY, plus the serial of the tick in which that was so; then of the piece of that tick where it lies
   * in `bytes`, its length, and how many pieces it is (one, but for very long rows). READY: it is all that a client needs that has the
   * record before.
   */
  private readonly lines = new MemoryInts(this.memory);
  /** By class of period, see RateTiers: the same of pages that are told of less often; null: none was so far. */
  private readonly periods: (PagePeriods | null)[] = Array.from({ length: CLASS_MAX + 1 }, () => null);
  /** u8[pages]: which of a period's ticks is the page's own. */
  private phases = new Uint8Array(64);
  /** u16[pages]: the position of the page's table. */
  private tables = new Uint16Array(64);

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
    if (this.bytes.isFit) this.bytes.reset();
    else {
      this.bytes.release();
      this.bytes = new MemoryWriter(this.memory, BYTES_MIN);
    }
  }

  /** A number for a page that is made in `tick`; `table`: the position of its table. */
  takePageNumber(tick: number, phase: number, table: number): number {
    const number = this.freeNumbers.pop() ?? this.pageCount++;
    this.phases = grownTo(this.phases, this.pageCount);
    this.phases[number] = phase;
    this.tables = grownTo(this.tables, this.pageCount);
    this.tables[number] = table;
    this.changeTicks = grownTo(this.changeTicks, this.pageCount);
    this.enoughTicks = grownTo(this.enoughTicks, this.pageCount);
    this.lines.reserve(LINE * this.pageCount);
    this.touch(number, tick);
    for (const periods of this.periods) {
      periods?.forget(number);
      if (periods !== null && LINE * number < periods.lines.values.length) periods.lines.values[LINE * number] = 0;
    }
    return number;
  }

  freePageNumber(number: number): void {
    this.freeNumbers.push(number);
  }

  /** The page is told of in its tick of this period, for its change in `tick`. */
  wait(periodClass: number, number: number, tick: number): void {
    const periods = (this.periods[periodClass] ??= new PagePeriods(periodClass, this.memory));
    periods.wait(number, this.phases[number]!, tick);
  }

  /** Calls `take` for pages that have waited for the present tick. */
  takeDue(take: (periodClass: number, number: number) => void): void {
    for (let periodClass = 1; periodClass <= CLASS_MAX; periodClass++) {
      const periods = this.periods[periodClass];
      if (periods === null || periods === undefined) continue;
      periods.lines.reserve(LINE * this.pageCount);
      periods.enoughTicks = grownTo(periods.enoughTicks, this.pageCount);
      periods.takeDue(this.previousTick, this.tick, (number) => {
        periods.lines.values[LINE * number] = this.serial + CHANGED;
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
    this.lines.values[LINE * number] = this.serial + CHANGED;
  }

  /** The page's piece of the present tick was encoded. */
  setTickPieces(number: number, enoughTick: number, run: PieceRun): void {
    this.enoughTicks[number] = enoughTick;
    this.setLine(this.lines.values, number, enoughTick <= this.previousTick, run);
  }

  /** The page's piece of the period that ends with the present tick was encoded. It is enough for whoever was told of it a period ago. */
  setPeriodPieces(periodClass: number, number: number, enoughTick: number, run: PieceRun): void {
    const { lines, enoughTicks } = this.periods[periodClass]!;
    enoughTicks[number] = enoughTick;
    this.setLine(lines.values, number, true, run);
  }

  /** The page's piece of the present tick, null: it was not encoded yet. */
  tickPieces(number: number): PieceRun | null {
    if (this.enoughTicks[number] === Number.POSITIVE_INFINITY) return null;
    const line = LINE * number;
    const { values } = this.lines;
    const start = values[line + START]!;
    return { start, end: start + values[line + LENGTH]!, count: values[line + COUNT]! };
  }

  /**
   * Appends the pieces of those of the pages numbers[place…end), all of one period, that changed after `from`, up to a page for which the piece
   * of the tick is not encoded or not enough. Returns the place of that page; `end` when there is none.
   */
  copyPages(
    numbers: MemoryInts,
    place: number,
    end: number,
    periodClass: number,
    from: number,
    out: TickPiecesOut,
  ): number {
    if (from >= this.tick) return end;
    const { pieces } = out;
    // Each page's piece is in `bytes` once, so this much is room for all of them.
    pieces.reserve(this.bytes.length + COPIED_AHEAD);
    this.bytes.reserve(COPIED_AHEAD);
    if (from >= this.previousTick) {
      const lines = periodClass === 0 ? this.lines : this.periods[periodClass]?.lines;
      // Until a first page of the period has waited, none is due.
      if (lines === undefined) return end;
      const writer = pieces as Partial<MemoryWriter>; // to ask for the class costs as much as to copy a few pieces
      const isAllInMemory =
        writer.memory === this.memory && (writer.place! | this.bytes.place | numbers.place | lines.place) !== NO_PLACE;
      return isAllInMemory
        ? this.copyPagesOfTick(numbers.place, place, end, lines.place, pieces as MemoryWriter, out)
        : this.copyPagesSingly(numbers.values, place, end, lines.values, out);
    }
    return periodClass === 0
      ? this.copyPagesOfLate(numbers.values, place, end, from, out)
      : this.copyPeriodsOfLate(numbers.values, place, end, periodClass, from, out);
  }

  /** The serial begins anew: what pages have of the old ones is not to be met again. */
  private forgetSerials(): void {
    this.serial = SERIAL_STEP;
    this.lines.values.fill(0);
    for (const periods of this.periods) periods?.lines.values.fill(0);
  }

  private setLine(lines: Int32Array, number: number, isReady: boolean, { start, end, count }: PieceRun): void {
    const line = LINE * number;
    lines[line] = this.serial + (isReady ? READY : CHANGED);
    lines[line + START] = start;
    lines[line + LENGTH] = end - start;
    lines[line + COUNT] = count;
  }

  /** For a client that has the record before: one look at each page, all of them in one call. */
  private copyPagesOfTick(
    numbersPlace: number,
    place: number,
    end: number,
    linesPlace: number,
    pieces: MemoryWriter,
    out: TickPiecesOut,
  ): number {
    const { memory } = this;
    const stopped = memory.copyPages(
      numbersPlace + 4 * place,
      numbersPlace + 4 * end,
      linesPlace,
      this.serial + CHANGED,
      this.bytes.place,
      pieces.place + pieces.length,
      RESULTS,
    );
    pieces.length = memory.copiedEnd - pieces.place;
    out.pieceCount += memory.copiedCount;
    return (stopped - numbersPlace) >> 2;
  }

  /** The same where the memory of frames has no room for one of them. */
  private copyPagesSingly(
    numbers: Int32Array,
    place: number,
    end: number,
    lines: Int32Array,
    out: TickPiecesOut,
  ): number {
    for (let i = place; i < end; i++) {
      const state = lines[LINE * numbers[i]!]!;
      if (state === this.serial + CHANGED) return i;
      if (state === this.serial + READY) this.copyLine(lines, numbers[i]!, out);
    }
    return end;
  }

  private copyPagesOfLate(numbers: Int32Array, place: number, end: number, from: number, out: TickPiecesOut): number {
    const { changeTicks, enoughTicks, tick } = this;
    let i = place;
    for (; i < end; i++) {
      const number = numbers[i]!;
      const changeTick = changeTicks[number]!;
      if (changeTick <= from) continue;
      if (changeTick !== tick || enoughTicks[number]! > from) break;
      this.copyLine(this.lines.values, number, out);
    }
    return i;
  }

  private copyPeriodsOfLate(
    numbers: Int32Array,
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
      const lines = due === tick ? periods?.lines.values : undefined;
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

  /** Adds `factor` times the lengths of pieces that `copyPages` copies for a client that has the record before, each to the sum of its table. */
  addLengths(
    numbers: Uint32Array | Int32Array,
    place: number,
    end: number,
    periodClass: number,
    factor: number,
    sums: Float64Array,
  ): void {
    const lines = (periodClass === 0 ? this.lines : this.periods[periodClass]?.lines)?.values;
    if (lines === undefined) return;
    for (let i = place; i < end; i++) {
      const line = LINE * numbers[i]!;
      if (lines[line] === this.serial + READY) sums[this.tables[numbers[i]!]!]! += factor * lines[line + LENGTH]!;
    }
  }

  /** Appends bytes[start…end) to `to`. */
  copy(start: number, end: number, to: ByteWriter): void {
    const length = end - start;
    if (length > WORDWISE_BYTES_MAX) {
      to.reserve(length); // first: `bytes` may be another one then
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
/** See copy-pages.wat. */
const COPIED_AHEAD = 64;

/** Places in a page's line. */
const START = 1;
const LENGTH = 2;
const COUNT = 3;
const LINE = 4;

/** In a line's first place, above the serial of the tick. */
const CHANGED = 0;
const READY = 1;
const SERIAL_STEP = 2;
const SERIAL_MAX = 2 ** 30;
