import { grownTo } from '@tickbase/base';
import type { ViewerId } from './viewers-port.ts';

/**
 * Rows that viewers wrote and were sent exact copies of, with the tick of the frame, until a receipt covers them: what a resume sends
 * again. For each viewer a ring of plain numbers, oldest first.
 */
export class SentWrites {
  /** f64[LINE * viewers]: by ViewerId, where the ring begins, how many are in it, and the ring. */
  private lines = new Float64Array(LINE * VIEWERS_FIRST);
  /** By ViewerId: the ring of a viewer that has had more than RINGED without a receipt; else null. */
  private readonly rings: (Float64Array | null)[] = [];

  /** A viewer begins. */
  open(id: ViewerId): void {
    this.lines = grownTo(this.lines, LINE * (id + 1));
    while (this.rings.length <= id) this.rings.push(null);
    this.clear(id);
  }

  countOf(id: ViewerId): number {
    return this.lines[LINE * id + COUNT]!;
  }

  /** `pair`: table position * 2^32 + slot. */
  push(id: ViewerId, tick: number, pair: number): void {
    const { lines } = this;
    const line = LINE * id;
    const count = lines[line + COUNT]!;
    if (count === this.capacityOf(id)) this.grow(id);
    lines[line + COUNT] = count + 1;
    const ring = this.rings[id]!;
    const at = this.placeOf(id, count);
    if (ring === null) {
      lines[at] = tick;
      lines[at + 1] = pair;
    } else {
      ring[at] = tick;
      ring[at + 1] = pair;
    }
  }

  /** Forgets what was sent up to `tick`. */
  releaseTick(id: ViewerId, tick: number): void {
    const { lines } = this;
    const line = LINE * id;
    if (lines[line + COUNT] === 0) return;
    const ring = this.rings[id] ?? lines;
    const capacity = this.capacityOf(id);
    while (lines[line + COUNT]! > 0 && ring[this.placeOf(id, 0)]! <= tick) {
      const head = lines[line + HEAD]! + 1;
      lines[line + HEAD] = head === capacity ? 0 : head;
      lines[line + COUNT]!--;
    }
  }

  /** `tick`: of the frame. */
  forEach(id: ViewerId, take: (position: number, slot: number, tick: number) => void): void {
    const ring = this.rings[id] ?? this.lines;
    for (let i = 0; i < this.countOf(id); i++) {
      const at = this.placeOf(id, i);
      const pair = ring[at + 1]!;
      const position = Math.floor(pair / 2 ** 32);
      take(position, pair - position * 2 ** 32, ring[at]!);
    }
  }

  clear(id: ViewerId): void {
    this.lines[LINE * id + HEAD] = 0;
    this.lines[LINE * id + COUNT] = 0;
    this.rings[id] = null;
  }

  private capacityOf(id: ViewerId): number {
    const ring = this.rings[id]!;
    return ring === null ? RINGED : ring.length / ENTRY;
  }

  /** Where the i-th of the oldest lies, in its own ring or in `lines`. */
  private placeOf(id: ViewerId, i: number): number {
    const ring = this.rings[id]!;
    const place = this.lines[LINE * id + HEAD]! + i;
    if (ring !== null) return ENTRY * (place < ring.length / ENTRY ? place : place - ring.length / ENTRY);
    return LINE * id + RING + ENTRY * (place < RINGED ? place : place - RINGED);
  }

  private grow(id: ViewerId): void {
    const longer = new Float64Array(2 * ENTRY * this.capacityOf(id));
    const ring = this.rings[id] ?? this.lines;
    for (let i = 0; i < this.countOf(id); i++) {
      for (let k = 0; k < ENTRY; k++) longer[ENTRY * i + k] = ring[this.placeOf(id, i) + k]!;
    }
    this.rings[id] = longer;
    this.lines[LINE * id + HEAD] = 0;
  }
}

/** Numbers an entry: tick, and table position * 2^32 + slot. */
const ENTRY = 2;
const VIEWERS_FIRST = 16;
/** Places in a viewer's line. */
const HEAD = 0;
const COUNT = 1;
const RING = 2;
/** A viewer whose client writes in every tick, and whose receipts take half a second, has fewer without one. */
const RINGED = 15;
const LINE = RING + ENTRY * RINGED;
