import { ByteWriter } from '@tickbase/base';
import { grownTo } from './grow.ts';

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
  changeTicks = new Float64Array(64);
  /**
   * f64[pages]: the page's piece of `changeTicks` is all that a client needs that has everything up to here; Infinity: it
   * was not encoded yet. Holds only while `changeTicks` is the present tick.
   */
  enoughTicks = new Float64Array(64);
  /** u32[pages]: where that piece lies in `bytes`, and how many pieces it is (one, but for very long rows). */
  starts = new Uint32Array(64);
  ends = new Uint32Array(64);
  counts = new Uint32Array(64);

  private pageCount = 0;
  private readonly freeNumbers: number[] = [];

  beginTick(): void {
    // After a burst of first copies the buffer is given back.
    if (this.bytes.bytes.length > BYTES_KEPT_MAX) this.bytes = new ByteWriter(BYTES_MIN);
    else this.bytes.reset();
  }

  /** A number for a page that is made in `tick`. */
  takePageNumber(tick: number): number {
    const number = this.freeNumbers.pop() ?? this.pageCount++;
    this.changeTicks = grownTo(this.changeTicks, this.pageCount);
    this.enoughTicks = grownTo(this.enoughTicks, this.pageCount);
    this.starts = grownTo(this.starts, this.pageCount);
    this.ends = grownTo(this.ends, this.pageCount);
    this.counts = grownTo(this.counts, this.pageCount);
    this.touch(number, tick);
    return number;
  }

  freePageNumber(number: number): void {
    this.freeNumbers.push(number);
  }

  touch(number: number, tick: number): void {
    this.changeTicks[number] = tick;
    this.enoughTicks[number] = Number.POSITIVE_INFINITY;
  }

  /** The page's piece of the present tick was encoded. */
  setTickPieces(number: number, enoughTick: number, run: PieceRun): void {
    this.enoughTicks[number] = enoughTick;
    this.starts[number] = run.start;
    this.ends[number] = run.end;
    this.counts[number] = run.count;
  }

  /**
   * Appends, from `place` of a route on, the pieces of pages that changed after `from`, up to a page for which the piece of the tick
   * is not encoded or not enough. Returns the place of that page; the route's length when there is none.
   *   numbers   u32[]   numbers of different pages
   */
  copyRoute(numbers: Uint32Array, place: number, from: number, tick: number, out: TickPiecesOut): number {
    const { changeTicks, enoughTicks, starts, ends, counts } = this;
    const { pieces } = out;
    // Each page's piece is in `bytes` once, so this much is room for all of them, and for the words that reach over the end.
    pieces.reserve(this.bytes.length + 3);
    this.bytes.reserve(3);
    const source = this.bytes.data;
    const target = pieces.data;
    let at = pieces.length;
    let i = place;
    for (; i < numbers.length; i++) {
      const number = numbers[i]!;
      const changeTick = changeTicks[number]!;
      if (changeTick <= from) continue;
      if (changeTick !== tick || enoughTicks[number]! > from) break;
      const start = starts[number]!;
      const length = ends[number]! - start;
      if (length <= WORDWISE_BYTES_MAX) {
        for (let b = 0; b < length; b += 4) target.setUint32(at + b, source.getUint32(start + b, true), true);
      } else pieces.bytes.set(this.bytes.bytes.subarray(start, start + length), at);
      at += length;
      out.pieceCount += counts[number]!;
    }
    pieces.length = at;
    return i;
  }

  /** Appends bytes[start…end) to `to`. */
  copy(start: number, end: number, to: ByteWriter): void {
    to.raw(this.bytes.bytes.subarray(start, end));
  }
}

const BYTES_MIN = 65_536;
const BYTES_KEPT_MAX = 16 * 1024 * 1024;
/** Longer runs are copied by the engine; for short ones a view and a call cost more than the bytes. */
const WORDWISE_BYTES_MAX = 192;
