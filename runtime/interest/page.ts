import { assert } from '@tickbase/base';
import { LeaveRing } from './leave-ring.ts';
import type { Partition } from './partition.ts';
import type { PieceRun } from './tick-pieces.ts';

/** Rows that one page holds at most; a bound of the work of a merged catch-up, and far below the number of names. */
export const PAGE_ROWS_MAX = 4096;
const NAMES_MAX = 65_536;
const FREE = -1;
const RESTING = -2;

/**
 * Part of a partition under a handle of its own: members with local names, and what is needed to heal clients that
 * missed ticks. Most partitions have one page.
 */
export class Page {
  readonly partition: Partition;
  /** On the wire; never given twice in an epoch. */
  readonly handle: number;
  /** Place in the partitioning's list of pages. */
  readonly id: number;
  /** Place in the arrays of TickPieces. */
  readonly number: number;
  /** Whoever knows of the page has been told of it as it was in this tick or later. */
  readonly madeTick: number;
  rowCount = 0;
  /** i32[>= nameLimit]: the member's slot, FREE or RESTING. */
  slotOfName = new Int32Array(8).fill(FREE);
  /** Names at or above were never given. */
  nameLimit = 0;
  readonly leaves = new LeaveRing();
  /** Tick of the youngest leave; -1: there was none. */
  leaveTick = -1;
  /** A client at an older tick needs the whole page. */
  floorTick: number;
  changeTick: number;
  /** The last change before `changeTick`: clients at or after it need no more than the piece of `changeTick`. */
  previousChangeTick: number;

  /** Heads of lists in the builder's arena of this tick, -1: empty. Valid in the tick in which the page was touched last. */
  updateHead = -1;
  enterHead = -1;

  /** Of `snapshotTick`. */
  snapshot: PieceRun | null = null;
  snapshotTick = -1;
  /** By the tick to start from; of `catchUpTick`. */
  readonly catchUps = new Map<number, PieceRun>();
  catchUpTick = -1;

  private touchTick = -1;
  private lowestFree = 0;

  constructor(partition: Partition, handle: number, id: number, number: number, tick: number) {
    this.partition = partition;
    this.handle = handle;
    this.id = id;
    this.number = number;
    this.madeTick = tick;
    this.floorTick = tick;
    this.changeTick = tick;
    this.previousChangeTick = tick;
  }

  get isFull(): boolean {
    return this.rowCount === PAGE_ROWS_MAX;
  }

  /** Notes a change in `tick`; true when it is the first one. */
  touch(tick: number): boolean {
    if (this.touchTick === tick) return false;
    this.touchTick = tick;
    if (this.changeTick !== tick) this.previousChangeTick = this.changeTick; // A page may be made in the tick.
    this.changeTick = tick;
    this.updateHead = -1;
    this.enterHead = -1;
    return true;
  }

  /** Gives the lowest name that is free; names whose leave is `restTicks` old are free again. */
  addMember(slot: number, tick: number, restTicks: number): number {
    assert(!this.isFull, 'a full page takes no member');
    while (this.leaves.count > 0 && this.leaves.tickAt(0) <= tick - restTicks) this.freeOldestName();
    let name = this.findFreeName();
    while (name === NAMES_MAX) {
      // More leaves than names within the ring's time: the ring is cut short, and the slowest clients get the whole page.
      this.freeOldestName();
      name = this.findFreeName();
    }
    if (name >= this.slotOfName.length) this.growNames();
    if (name >= this.nameLimit) this.nameLimit = name + 1;
    this.slotOfName[name] = slot;
    this.lowestFree = name + 1;
    this.rowCount++;
    return name;
  }

  removeMember(name: number, tick: number, isDeleted: boolean): void {
    const slot = this.slotOfName[name]!;
    assert(slot >= 0, 'a name that leaves has a member');
    this.slotOfName[name] = RESTING;
    this.leaves.push(tick, name, slot, isDeleted);
    this.leaveTick = tick;
    this.rowCount--;
  }

  private findFreeName(): number {
    let name = this.lowestFree;
    while (name < this.nameLimit && this.slotOfName[name] !== FREE) name++;
    this.lowestFree = name;
    return name;
  }

  private freeOldestName(): void {
    const name = this.leaves.nameAt(0);
    this.floorTick = this.leaves.tickAt(0);
    this.leaves.dropOldest();
    this.slotOfName[name] = FREE;
    if (name < this.lowestFree) this.lowestFree = name;
  }

  private growNames(): void {
    const longer = new Int32Array(this.slotOfName.length * 2).fill(FREE);
    longer.set(this.slotOfName);
    this.slotOfName = longer;
  }
}
