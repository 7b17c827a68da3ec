import { assert } from '@tickbase/base';
import { LEAVE_DELETED, LEAVE_OUT } from '@tickbase/protocol';
import { CHANGE_DELETE, CHANGE_INSERT, CHANGE_UPDATE } from '../store/index.ts';
import { EventRing } from './event-ring.ts';
import { Page } from './page.ts';
import { phaseOf } from './phase-of.ts';
import { Partition } from './partition.ts';
import { areSameKeys, KeyReader, type PartitionKey } from './partition-key.ts';
import type { PartitionRule } from './partition-rule.ts';
import type { RangeGroup } from './range-group.ts';
import { SlotPlaces } from './slot-places.ts';
import type { TableTracker } from './table-tracker.ts';
import type { TickNews } from './tick-news.ts';

const NOWHERE = -1;

/**
 * A rule that gives each row of a table at most one partition, and what it remembers of each slot: where the row is,
 * under which name, since when. Only partitions that are watched exist; a row of any other key is nowhere.
 */
export class Partitioning {
  readonly tracker: TableTracker;
  readonly rule: PartitionRule;
  /** On the wire; never given twice in an epoch. */
  readonly number: number;
  readonly pages: (Page | null)[] = [];
  partitionCount = 0;
  /** All that differ from this one in their bounds alone, of which it finds those that a row is in; null: it has no bounds. */
  readonly group: RangeGroup | null;
  readonly places: SlotPlaces;

  /** u32[maskWords]: columns of which a change may change the row's partition. */
  private readonly relevant: Uint32Array;
  /** MOVED_*: further reasons why it may. */
  private readonly reasonsToMove: number;
  private readonly keyReader: KeyReader | null;
  /** Where partitions are found: by place when the cell is the whole key, else by hash; the only one without a key. */
  private readonly byPlace: (Partition | undefined)[] = [];
  private readonly byHash = new Map<number, Partition>();
  private only: Partition | null = null;
  private readonly freePages: number[] = [];
  private readonly news: TickNews;

  constructor(
    tracker: TableTracker,
    rule: PartitionRule,
    number: number,
    news: TickNews,
    group: RangeGroup | null = null,
  ) {
    this.tracker = tracker;
    this.rule = rule;
    this.number = number;
    this.news = news;
    this.group = group;
    this.places = new SlotPlaces(group !== null, group !== null);
    this.keyReader = rule.keyColumns.length === 0 ? null : new KeyReader(rule.keyColumns, tracker.plan.columns);
    this.relevant = tracker.maskOf([...rule.keyColumns, ...(rule.residual?.columns ?? [])]);
    this.reasonsToMove = tracker.reasonsToMove(rule);
    this.resize();
  }

  /** The page that the row is in, or null. */
  pageOf(slot: number): Page | null {
    const id = this.places.pageOf(slot);
    return id === NOWHERE ? null : this.pages[id]!;
  }

  /** Of a row that is in a page. */
  nameOf(slot: number): number {
    const { places } = this;
    return places.names[this.group === null ? slot : places.find(slot)]!;
  }

  /** Of a row that is in a page. */
  entryTickOf(slot: number): number {
    return this.places.entryTicks[this.places.find(slot)]!;
  }

  /** Where a row that left in `tick` is now: for the leave, what the client should think of it. */
  whereabouts(slot: number, tick: number, wasDeleted: boolean): number {
    const { view, birthTicks } = this.tracker;
    if (wasDeleted || view.live[slot] !== 1 || birthTicks[slot]! > tick) return LEAVE_DELETED;
    return this.pageOf(slot)?.handle ?? LEAVE_OUT;
  }

  /** Moves the changed rows of the tick between partitions and notes what watchers of each must be told. Not for those of a group. */
  takeChanges(tick: number): void {
    if (this.tracker.plan.isEvent) {
      this.takeEvents(tick);
      return;
    }
    this.resize();
    const { changeCount, slots, ops } = this.tracker;
    const { places, news, pages } = this; // By slot: the sparse ones are those of groups.
    for (let i = 0; i < changeCount; i++) {
      const slot = slots[i]!;
      const op = ops[i]!;
      const from = places.pages[slot]!;
      if (op === CHANGE_UPDATE && !this.mayHaveMoved(i)) {
        if (from !== NOWHERE && this.tracker.hasMask(i)) news.addUpdate(pages[from]!, i, tick);
        continue;
      }
      const to = op === CHANGE_DELETE ? null : this.partitionFor(slot);
      if (from !== NOWHERE && op === CHANGE_UPDATE && this.pages[from]!.partition === to) {
        if (this.tracker.hasMask(i)) this.news.addUpdate(this.pages[from]!, i, tick);
        continue;
      }
      // An insert where a row was known: the slot was used again within the tick.
      if (from !== NOWHERE) this.leave(slot, tick, op === CHANGE_DELETE || op === CHANGE_INSERT);
      if (to !== null) this.news.addEnter(this.enter(to, slot, tick), slot, tick);
    }
  }

  private takeEvents(tick: number): void {
    const { changeCount, slots, ops } = this.tracker;
    for (let i = 0; i < changeCount; i++) {
      if (ops[i] !== CHANGE_INSERT) continue;
      const slot = slots[i]!;
      const cell = this.rule.isCells ? this.tracker.cellOfEvent(i) : -1;
      const to = this.partitionForKey(slot, cell);
      if (to === null) continue;
      if (to.pages.length === 0) this.addPage(to, tick);
      this.news.addEnter(to.pages[0]!, i, tick);
    }
  }

  private mayHaveMoved(i: number): boolean {
    const { tracker } = this;
    if ((this.reasonsToMove & tracker.moved[i]!) !== 0) return true;
    return tracker.hasColumnOf(i, this.relevant);
  }

  /** Takes a row out of the page that it is in. */
  leave(slot: number, tick: number, isDeleted: boolean): void {
    const { places } = this;
    const at = places.find(slot);
    const page = this.pages[places.pages[at]!]!;
    this.news.touch(page, tick);
    page.removeMember(places.names[at]!, tick, isDeleted);
    places.remove(slot);
    const order = page.partition.pages.indexOf(page);
    if (order < page.partition.openPage) page.partition.openPage = order;
  }

  /** Puts a row that is nowhere into a page of the partition. */
  enter(partition: Partition, slot: number, tick: number): Page {
    const { pages } = partition;
    const { places } = this;
    while (partition.openPage < pages.length && pages[partition.openPage]!.isFull) partition.openPage++;
    const page = pages[partition.openPage] ?? this.addPage(partition, tick);
    const at = places.add(slot, this.tracker.view.rowCapacity);
    places.names[at] = page.addMember(slot, tick, this.news.leaveRingTicks);
    places.pages[at] = page.id;
    places.entryTicks[at] = tick;
    if (this.group !== null) places.links[at] = this.group.link(slot, page);
    if (this.tracker.isStreamed) this.tracker.noteQuanta(slot);
    return page;
  }

  /** The page of an event partition, whose handle its events have. */
  openEvents(partition: Partition, tick: number): Page {
    return partition.pages[0] ?? this.addPage(partition, tick);
  }

  private addPage(partition: Partition, tick: number): Page {
    const id = this.freePages.pop() ?? this.pages.length;
    const number = this.news.pieces.takePageNumber(tick, phaseOf(partition), this.tracker.view.position);
    const page = new Page(partition, this.news.nextHandle(), id, number, tick);
    this.pages[id] = page;
    this.news.pages[page.number] = page;
    partition.pages.push(page);
    for (const watching of partition.watchings) watching.viewer.note(watching);
    return page;
  }

  private resize(): void {
    if (!this.tracker.plan.isEvent) this.places.resize(this.tracker.view.rowCapacity);
  }

  /** The watched partition of a row as it is now, or null. */
  private partitionFor(slot: number): Partition | null {
    return this.partitionForKey(slot, this.rule.isCells ? this.tracker.cellOf(slot) : -1);
  }

  private partitionForKey(slot: number, cell: number): Partition | null {
    let place = -1;
    if (this.rule.isCells) {
      place = cell < 0 ? -1 : this.tracker.places!.ofCell(cell);
      if (place < 0) return null;
    }
    let found: Partition | null;
    if (this.keyReader === null) {
      found = place < 0 ? this.only : (this.byPlace[place] ?? null);
    } else {
      const hash = withPlace(this.keyReader.read(this.tracker.view, slot), place);
      found = this.byHash.get(hash) ?? null;
      while (found !== null && !(found.place === place && this.keyReader.isAt(found.key!))) found = found.nextOfHash;
    }
    if (found === null) return null;
    if (this.group !== null && !this.group.values.holds(this.rule.range!, slot)) return null;
    return this.rule.residual === null || this.rule.residual.holds(slot) ? found : null;
  }

  /** The partition of a key, made and filled from the rows as they are now when nobody watched it. */
  open(place: number, key: PartitionKey | null, tick: number, eventsKeptMax: number): Partition {
    const found = this.find(place, key);
    if (found !== null) return found;
    const { plan } = this.tracker;
    const partition = new Partition(this, place, key, plan.isEvent ? new EventRing(eventsKeptMax) : null);
    this.partitionCount++;
    if (key !== null) {
      const hash = withPlace(key.hash, place);
      partition.nextOfHash = this.byHash.get(hash) ?? null;
      this.byHash.set(hash, partition);
    } else if (place >= 0) this.byPlace[place] = partition;
    else this.only = partition;
    this.group?.add(partition);
    if (!plan.isEvent) this.takeRows(partition, tick);
    return partition;
  }

  /** Forgets a partition that nobody watches. */
  drop(partition: Partition): void {
    assert(partition.watchings.length === 0, 'a partition that is dropped is unwatched');
    this.group?.drop(partition);
    for (const page of partition.pages) {
      for (let name = 0; name < page.nameLimit; name++) {
        const slot = page.slotOfName[name]!;
        if (slot < 0) continue;
        this.group?.unlink(this.places.links[this.places.find(slot)]!);
        this.places.remove(slot);
      }
      this.pages[page.id] = null;
      this.freePages.push(page.id);
      this.news.pieces.freePageNumber(page.number);
    }
    partition.isDropped = true;
    this.partitionCount--;
    if (partition.key === null) {
      if (partition.place >= 0) delete this.byPlace[partition.place];
      else this.only = null;
      return;
    }
    const hash = withPlace(partition.key.hash, partition.place);
    let before = this.byHash.get(hash)!;
    if (before === partition) {
      if (partition.nextOfHash === null) this.byHash.delete(hash);
      else this.byHash.set(hash, partition.nextOfHash);
      return;
    }
    while (before.nextOfHash !== partition) before = before.nextOfHash!;
    before.nextOfHash = partition.nextOfHash;
  }

  /** The watched partition of a key, or null. */
  find(place: number, key: PartitionKey | null): Partition | null {
    if (key === null) return place < 0 ? this.only : (this.byPlace[place] ?? null);
    let found = this.byHash.get(withPlace(key.hash, place)) ?? null;
    while (found !== null && !(found.place === place && areSameKeys(found.key!, key))) found = found.nextOfHash;
    return found;
  }

  private takeRows(partition: Partition, tick: number): void {
    this.resize();
    const take = (slot: number): void => {
      if (this.places.pageOf(slot) === NOWHERE && this.partitionFor(slot) === partition)
        this.enter(partition, slot, tick);
    };
    this.rule.forEachCandidate(this.tracker, partition.place, partition.key, take);
  }
}

/** The hash of a key in one place of the grid; -1: in none. */
export function withPlace(hash: number, place: number): number {
  return (hash ^ Math.imul(place + 1, 0x9e37_79b1)) >>> 0;
}
