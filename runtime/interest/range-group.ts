import { grownTo } from '@tickbase/base';
import { CHANGE_DELETE, CHANGE_INSERT, CHANGE_UPDATE } from '../store/index.ts';
import { IntervalTree } from './interval-tree.ts';
import type { Page } from './page.ts';
import type { Partition } from './partition.ts';
import { areSameKeys, KeyReader, type PartitionKey } from './partition-key.ts';
import type { PartitionRule } from './partition-rule.ts';
import { withPlace } from './partitioning.ts';
import type { TableTracker } from './table-tracker.ts';
import type { TickNews } from './tick-news.ts';
import { OrderedColumn } from './value-range.ts';

const END = -1;

/**
 * All partitionings of one table that differ in the bounds of one column alone. A row may be in many of them. Which these are after a
 * change is found in a tree of intervals, one for each cell and key; which they were before is a list that each row has. So a change costs
 * the ranges that it is in, not those that there are.
 */
export class RangeGroup {
  readonly text: string;
  readonly values: OrderedColumn;
  partitioningCount = 0;
  /** Rows in ranges: a row counts once for each that holds it. */
  linkCount = 0;
  private readonly tracker: TableTracker;
  /** Of the first of them; of its bounds only the column counts here. */
  readonly rule: PartitionRule;
  private readonly news: TickNews;
  private readonly keyReader: KeyReader | null;
  /** u32[maskWords]: columns of which a change may move the row into other ranges. */
  private readonly relevant: Uint32Array;
  /** MOVED_*: further reasons why it may. */
  private readonly reasonsToMove: number;
  /** By the hash of place and key. */
  private readonly buckets = new Map<number, Bucket>();
  /** i32[rowCapacity]: the first link of a slot, END: none. */
  private heads = new Int32Array(0);
  /** By link: the page, and the slot's neighbouring links. */
  private readonly pages: (Page | null)[] = [];
  private nexts = new Int32Array(0);
  private previous = new Int32Array(0);
  private slots = new Int32Array(0);
  private readonly freeLinks: number[] = [];
  private stamp = 0;
  /** Scratch: partitions whose bounds hold the row at hand. */
  private readonly found: Partition[] = [];
  private readonly take = (partition: Partition): void => {
    partition.holdsStamp = this.stamp;
    this.found.push(partition);
  };

  constructor(tracker: TableTracker, rule: PartitionRule, news: TickNews) {
    this.text = rule.groupText;
    this.tracker = tracker;
    this.rule = rule;
    this.news = news;
    const { column } = rule.range!;
    this.values = new OrderedColumn(tracker.view, column);
    this.keyReader = rule.keyColumns.length === 0 ? null : new KeyReader(rule.keyColumns, tracker.plan.columns);
    this.relevant = tracker.maskOf([column, ...rule.keyColumns, ...(rule.residual?.columns ?? [])]);
    this.reasonsToMove = tracker.reasonsToMove(rule);
  }

  add(partition: Partition): void {
    const { place, key, partitioning } = partition;
    const hash = withPlace(key?.hash ?? 0, place);
    let bucket = this.buckets.get(hash) ?? null;
    while (bucket !== null && !isOf(bucket, place, key)) bucket = bucket.next;
    if (bucket === null) {
      bucket = { place, key, tree: new IntervalTree(this.values.compare), next: this.buckets.get(hash) ?? null };
      this.buckets.set(hash, bucket);
    }
    partition.interval = bucket.tree.add(partitioning.rule.range!, partition);
  }

  drop(partition: Partition): void {
    const { place, key, interval } = partition;
    const hash = withPlace(key?.hash ?? 0, place);
    let before: Bucket | null = null;
    let bucket = this.buckets.get(hash)!;
    while (!isOf(bucket, place, key)) [before, bucket] = [bucket, bucket.next!];
    bucket.tree.remove(interval!);
    if (bucket.tree.count > 0) return;
    if (before !== null) before.next = bucket.next;
    else if (bucket.next !== null) this.buckets.set(hash, bucket.next);
    else this.buckets.delete(hash);
  }

  /** Notes that the row is in the page, which is none that it is in already. Returns the link, by which that ends. */
  link(slot: number, page: Page): number {
    if (slot >= this.heads.length) {
      const known = this.heads.length;
      this.heads = grownTo(this.heads, Math.max(slot + 1, this.tracker.view.rowCapacity)).fill(END, known);
    }
    const link = this.freeLinks.pop() ?? this.pages.length;
    this.pages[link] = page;
    this.nexts = grownTo(this.nexts, link + 1);
    this.previous = grownTo(this.previous, link + 1);
    this.slots = grownTo(this.slots, link + 1);
    const head = this.heads[slot]!;
    this.nexts[link] = head;
    this.previous[link] = END;
    this.slots[link] = slot;
    if (head !== END) this.previous[head] = link;
    this.heads[slot] = link;
    this.linkCount++;
    return link;
  }

  unlink(link: number): void {
    const next = this.nexts[link]!;
    const previous = this.previous[link]!;
    if (next !== END) this.previous[next] = previous;
    if (previous !== END) this.nexts[previous] = next;
    else this.heads[this.slots[link]!] = next;
    this.pages[link] = null;
    this.freeLinks.push(link);
    this.linkCount--;
  }

  /** True when `accepts` is true of one of the pages that the row is in. */
  isInSome(slot: number, accepts: (page: Page) => boolean): boolean {
    for (let link = this.firstOf(slot); link !== END; link = this.nexts[link]!) {
      if (accepts(this.pages[link]!)) return true;
    }
    return false;
  }

  /** As Partitioning.takeChanges, for all of them. */
  takeChanges(tick: number): void {
    const { tracker, news } = this;
    if (tracker.plan.isEvent) {
      this.takeEvents(tick);
      return;
    }
    const { changeCount, slots, ops } = tracker;
    for (let i = 0; i < changeCount; i++) {
      const slot = slots[i]!;
      const op = ops[i]!;
      if (op !== CHANGE_UPDATE || this.mayHaveMoved(i)) this.move(i, slot, op, tick);
      else if (tracker.hasMask(i)) {
        for (let link = this.firstOf(slot); link !== END; link = this.nexts[link]!) {
          news.addUpdate(this.pages[link]!, i, tick);
        }
      }
    }
  }

  private move(i: number, slot: number, op: number, tick: number): void {
    const { tracker, news, found } = this;
    this.stamp++;
    if (op !== CHANGE_DELETE) this.find(slot, this.rule.isCells ? tracker.cellOf(slot) : -1);
    for (let link = this.firstOf(slot); link !== END;) {
      const next = this.nexts[link]!;
      const page = this.pages[link]!;
      const { partition } = page;
      // An insert where a row was known: the slot was used again within the tick.
      if (op === CHANGE_UPDATE && partition.holdsStamp === this.stamp) {
        partition.holdsStamp = STAYS;
        if (tracker.hasMask(i)) news.addUpdate(page, i, tick);
      } else {
        partition.partitioning.leave(slot, tick, op === CHANGE_DELETE || op === CHANGE_INSERT);
        this.unlink(link);
      }
      link = next;
    }
    for (const partition of found) {
      if (partition.holdsStamp !== STAYS) {
        news.addEnter(partition.partitioning.enter(partition, slot, tick), slot, tick);
      }
    }
    found.length = 0;
  }

  private takeEvents(tick: number): void {
    const { tracker, news, found } = this;
    for (let i = 0; i < tracker.changeCount; i++) {
      if (tracker.ops[i] !== CHANGE_INSERT) continue;
      this.find(tracker.slots[i]!, this.rule.isCells ? tracker.cellOfEvent(i) : -1);
      for (const partition of found) news.addEnter(partition.partitioning.openEvents(partition, tick), i, tick);
      found.length = 0;
    }
  }

  /** Finds the watched partitions that the row belongs to as it is now. */
  private find(slot: number, cell: number): void {
    const { rule, tracker } = this;
    let place = -1;
    if (rule.isCells) {
      place = cell < 0 ? -1 : tracker.places!.ofCell(cell);
      if (place < 0) return;
    }
    const hash = withPlace(this.keyReader?.read(tracker.view, slot) ?? 0, place);
    let bucket = this.buckets.get(hash) ?? null;
    while (bucket !== null && !(bucket.place === place && (bucket.key === null || this.keyReader!.isAt(bucket.key)))) {
      bucket = bucket.next;
    }
    if (bucket === null || (rule.residual !== null && !rule.residual.holds(slot))) return;
    bucket.tree.forEachAt(this.values.at(slot), this.take);
  }

  private mayHaveMoved(i: number): boolean {
    const { tracker } = this;
    if ((this.reasonsToMove & tracker.moved[i]!) !== 0) return true;
    return tracker.hasColumnOf(i, this.relevant);
  }

  private firstOf(slot: number): number {
    return slot < this.heads.length ? this.heads[slot]! : END;
  }
}

/** The intervals of one cell and key; the next one has the same hash. */
interface Bucket {
  readonly place: number;
  readonly key: PartitionKey | null;
  readonly tree: IntervalTree<Partition>;
  next: Bucket | null;
}

/** No stamp: the row was within the bounds before, too. */
const STAYS = -1;

function isOf(bucket: Bucket, place: number, key: PartitionKey | null): boolean {
  return bucket.place === place && (key === null ? bucket.key === null : areSameKeys(bucket.key!, key));
}
