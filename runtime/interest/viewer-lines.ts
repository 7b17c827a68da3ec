import { grownTo } from '@tickbase/base';
import type { FrameMemory } from './frame-memory.ts';
import { MemoryInts } from './memory-ints.ts';
import type { Route } from './route.ts';
import type { SlotPairs } from './slot-pairs.ts';
import type { ViewerId } from './viewers-port.ts';

/**
 * What an ordinary frame and a receipt look at of each viewer: one line of plain numbers, and the numbers of the pages that its route leads
 * through. Viewers are met one after another, some thousands in a tick: in objects each of these numbers would be a miss of the processor's cache or
 * two, in tables the next line is there before it is asked for.
 */
export class ViewerLines {
  /** f64[LINE * viewers]: by ViewerId, see the places in a line below. */
  values = new Float64Array(LINE * VIEWERS_FIRST);
  /** The routes of viewers, each where its line says; see Route.numbers. */
  readonly numbers: MemoryInts;
  /** i32[viewers]: the first page of an ordinary viewer's route; -1: it has none, or its next frame is another one. */
  firstPages = new Int32Array(VIEWERS_FIRST).fill(-1);
  private numbersEnd = 0;
  /** By capacity: places of blocks in `numbers` that are free. */
  private readonly freeBlocks = new Map<number, number[]>();

  constructor(memory: FrameMemory) {
    this.numbers = new MemoryInts(memory);
  }

  /** Makes room for ids below `count`, also for those that nobody has. */
  reserve(count: number): void {
    this.values = grownTo(this.values, LINE * count);
    const known = this.firstPages.length;
    if (count > known) this.firstPages = grownTo(this.firstPages, count).fill(-1, known);
  }

  /** A viewer begins, which has everything up to `tick`. */
  open(id: ViewerId, tick: number): void {
    this.reserve(id + 1);
    this.values.fill(0, LINE * id, LINE * (id + 1));
    this.values[LINE * id + SENT_TICK] = tick;
    this.firstPages[id] = -1;
  }

  close(id: ViewerId): void {
    this.freeBlock(LINE * id);
    this.setOrdinary(id, false);
  }

  /** True is to be followed by `setRoute`. */
  setOrdinary(id: ViewerId, isOrdinary: boolean): void {
    this.values[LINE * id + IS_ORDINARY] = isOrdinary ? 1 : 0;
    this.firstPages[id] = -1;
  }

  /** The viewer's ordinary frames go by this route. */
  setRoute(id: ViewerId, { numbers, count, events }: Route): void {
    const line = LINE * id;
    if (count > this.values[line + ROUTE_CAPACITY]!) {
      this.freeBlock(line);
      this.takeBlock(line, count);
    }
    const start = this.values[line + ROUTE_START]!;
    const { values } = this.numbers;
    for (let i = 0; i < count; i++) values[start + i] = numbers[i]!;
    this.values[line + ROUTE_COUNT] = count;
    this.firstPages[id] = count > 0 ? numbers[0]! : -1;
    this.values[line + HAS_EVENTS] = events.length > 0 ? 1 : 0;
  }

  /** Notes a row that the viewer's own call wrote. False: there is no room for one more; `moveWrites` makes it. */
  addWrite(id: ViewerId, position: number, slot: number, tick: number): boolean {
    const { values } = this;
    const line = LINE * id;
    const pair = position * PAIR + slot;
    const count = values[line + WRITE_COUNT]!;
    for (let i = 0; i < count; i++) {
      if (values[line + WRITES + 2 * i] !== pair) continue;
      values[line + WRITES + 2 * i + 1] = tick;
      return true;
    }
    if (count === WRITES_MAX) return false;
    values[line + WRITES + 2 * count] = pair;
    values[line + WRITES + 2 * count + 1] = tick;
    values[line + WRITE_COUNT] = count + 1;
    return true;
  }

  /** Moves what `addWrite` has noted to the end of a list that has no such bound. */
  moveWrites(id: ViewerId, to: SlotPairs): void {
    const { values } = this;
    const line = LINE * id;
    for (let i = 0; i < values[line + WRITE_COUNT]!; i++) {
      const pair = values[line + WRITES + 2 * i]!;
      to.add(Math.floor(pair / PAIR), pair % PAIR, values[line + WRITES + 2 * i + 1]!);
    }
    values[line + WRITE_COUNT] = 0;
  }

  private takeBlock(line: number, count: number): void {
    let capacity = BLOCK_MIN;
    while (capacity < count) capacity *= 2;
    let start = this.freeBlocks.get(capacity)?.pop();
    if (start === undefined) {
      start = this.numbersEnd;
      this.numbersEnd += capacity;
      this.numbers.reserve(this.numbersEnd);
    }
    this.values[line + ROUTE_START] = start;
    this.values[line + ROUTE_CAPACITY] = capacity;
  }

  private freeBlock(line: number): void {
    const capacity = this.values[line + ROUTE_CAPACITY]!;
    if (capacity === 0) return;
    const free = this.freeBlocks.get(capacity) ?? [];
    this.freeBlocks.set(capacity, free);
    free.push(this.values[line + ROUTE_START]!);
    this.values[line + ROUTE_CAPACITY] = 0;
    this.values[line + ROUTE_COUNT] = 0;
  }
}

/** Places in a viewer's line; for what they mean, see the fields of Viewer. */
export const IS_ORDINARY = 0;
export const RING_SERIAL = 1;
export const SENT_TICK = 2;
export const ACKED_TICK = 3;
export const EVEN_SINCE = 4;
export const HAS_UNACKNOWLEDGED = 5;
/** The route of ordinary frames: its place in `numbers`, and its length. */
export const ROUTE_START = 6;
export const ROUTE_COUNT = 7;
const ROUTE_CAPACITY = 8;
/** Rows that its own calls wrote since its last frame: how many, then for each table position * PAIR + slot, and the tick. */
export const WRITE_COUNT = 9;
export const WRITES = 10;
const WRITES_MAX = 2;
/** The route leads through partitions of events. */
export const HAS_EVENTS = 14;
/** Where on the route the page of an own row was found last; perhaps of another route. */
export const OWN_PLACE = 15;
/** Numbers a line: two lines of cache. */
export const LINE = 16;
export const PAIR = 2 ** 32;

const VIEWERS_FIRST = 16;
/** Numbers of pages: a line of cache. */
const BLOCK_MIN = 16;
