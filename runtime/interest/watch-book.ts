import { assert } from '@tickbase/base';
import type { WireSchema } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';
import { CHANGE_UPDATE, type TableChange, type TableView } from '../store/index.ts';
import type { TickChanges } from './own-tables.ts';
import { lookupIndexOf } from './compile-join.ts';
import type { Source } from './compile-query.ts';
import { FollowLinks } from './follow-links.ts';
import type { WatchedFigures } from './interest-counters.ts';
import { KeyBook } from './key-book.ts';
import type { PartitionKey } from './partition-key.ts';
import { Partitioning } from './partitioning.ts';
import type { PartitionRule } from './partition-rule.ts';
import { Places } from './places.ts';
import { RangeGroup } from './range-group.ts';
import { MOVED_CELL, MOVED_JOIN, TableTracker } from './table-tracker.ts';
import type { TickNews } from './tick-news.ts';
import type { Viewer } from './viewer.ts';
import { Watching } from './watching.ts';

/** Who watches which partitions. A partition, and what its table keeps for it, is there only while somebody watches. */
export class WatchBook {
  /** What rows of tables say of rows of others. */
  readonly keys = new KeyBook();
  /** By position in `plan.tables`; null: the table is private. */
  readonly trackers: readonly (TableTracker | null)[];
  /** Viewers that watch something. */
  watcherCount = 0;
  private readonly tables: readonly TableView[];
  /** By table position: partitionings by their rule's text. */
  private readonly partitionings: readonly Map<string, Partitioning>[];
  private readonly places: (Places | null)[];
  private readonly news: TickNews;
  private readonly eventsKeptMax: number;
  private nextPartitioning = 1;
  private tick = 0;
  private openCount = 0;

  constructor(plan: Plan, wire: WireSchema, tables: readonly TableView[], news: TickNews, eventsKeptMax: number) {
    this.tables = tables;
    this.news = news;
    this.eventsKeptMax = eventsKeptMax;
    this.places = plan.tables.map(({ spatial }, position) =>
      spatial?.kind === 'position' ? new Places(tables[position]!, spatial.cell) : null,
    );
    this.partitionings = plan.tables.map(() => new Map());
    this.trackers = plan.tables.map((table, position) => {
      const wireTable = wire.tables.find(({ id }) => id === table.id);
      if (!table.isPublic || wireTable === undefined) return null;
      return new TableTracker(tables[position]!, wireTable, this.placesOf(position));
    });
  }

  /** Nothing is watched. */
  get isEmpty(): boolean {
    return this.openCount === 0;
  }

  /** No number of that book's partitionings is given again. `moved`: by old table position the new one, -1: the table is gone. */
  goOnFrom({ nextPartitioning, trackers }: WatchBook, moved: readonly number[]): void {
    this.nextPartitioning = nextPartitioning;
    for (const [position, tracker] of trackers.entries()) {
      const heir = this.trackers[moved[position]!];
      if (heir && tracker) heir.forgottenTick = tracker.forgottenTick;
    }
  }

  /** Adds a viewer's need of one partition; `place` is -1 for sources without cells. */
  watch(viewer: Viewer, source: Source, key: PartitionKey | null, place: number): Watching {
    const { tick } = this;
    const partitioning = this.open(source);
    const partition = partitioning.open(place, key, tick, this.eventsKeptMax);
    let watching = viewer.watchings.get(partition);
    if (watching === undefined) {
      watching = new Watching(viewer, partition, tick);
      if (viewer.watchings.size === 0) this.watcherCount++;
      viewer.watchings.set(partition, watching);
      viewer.note(watching);
      watching.placeInPartition = partition.watchings.push(watching) - 1;
      partition.viewers.push(viewer.id);
    }
    watching.wantedCount++;
    return watching;
  }

  /** The partitioning of a source's rule; null: nobody watches by it. */
  find({ tracker, rule }: Source): Partitioning | null {
    return this.partitionings[tracker.view.position]!.get(rule.text) ?? null;
  }

  /** Takes a need away. The watching stays until `end`, so that a need that comes back in time costs nothing. */
  release(viewer: Viewer, source: Source, key: PartitionKey | null, place: number): Watching {
    const partition = this.partitionings[source.tracker.view.position]!.get(source.rule.text)?.find(place, key);
    const watching = partition && viewer.watchings.get(partition);
    assert(watching !== undefined && watching !== null && watching.wantedCount > 0, 'what is released is watched');
    watching.wantedCount--;
    if (watching.wantedCount === 0) viewer.note(watching);
    return watching;
  }

  /** Forgets a watching, and its partition when it was the last one. */
  end(watching: Watching): void {
    const { viewer, partition } = watching;
    watching.isEnded = true;
    partition.ringCounts[watching.ring]!--;
    viewer.watchings.delete(partition);
    if (viewer.watchings.size === 0) this.watcherCount--;
    viewer.unnote(watching);
    if (partition.events !== null) viewer.route.dropEvents(watching);
    const last = partition.watchings.pop()!;
    partition.viewers.pop();
    if (last !== watching) {
      partition.watchings[watching.placeInPartition] = last;
      partition.viewers[watching.placeInPartition] = last.viewer.id;
      last.placeInPartition = watching.placeInPartition;
    }
    if (partition.watchings.length > 0) return;
    const { partitioning } = partition;
    const { tracker } = partitioning;
    partitioning.drop(partition);
    if (partitioning.partitionCount > 0) return;
    this.openCount--;
    this.partitionings[tracker.view.position]!.delete(partitioning.rule.text);
    const { group, rule } = partitioning;
    rule.residual?.join?.unbind(this.keys);
    if (group === null) tracker.partitionings.splice(tracker.partitionings.indexOf(partitioning), 1);
    else if (--group.partitioningCount === 0) {
      group.rule.residual?.join?.unbind(this.keys);
      tracker.groups.splice(tracker.groups.indexOf(group), 1);
    }
    if (tracker.partitioningCount === 0) tracker.deactivate(this.tick);
  }

  beginTick(tick: number): void {
    this.tick = tick;
  }

  /** Takes in a record: every watched table's changes, and the rows of watched partitions that they move. */
  takeRecord(record: TickChanges): void {
    for (const tracker of this.trackers) if (tracker !== null) tracker.changeCount = 0;
    for (const places of this.places) places?.takeNewCells();
    for (const change of record.tables) {
      const tracker = this.trackers[change.position];
      if (tracker?.isActive) tracker.takeChanges(change, record.tick);
    }
    for (const tracker of this.trackers) {
      if (tracker !== null && tracker.links !== null && !tracker.plan.isEvent) moveFollowers(tracker, record);
    }
    this.keys.takeRecord(record);
    if (this.keys.changedSets.length > 0) {
      for (const tracker of this.trackers) if (tracker !== null && !tracker.plan.isEvent) moveJoined(tracker);
    }
    for (const tracker of this.trackers) {
      if (tracker === null || tracker.changeCount === 0) continue;
      if (tracker.plan.isEvent) tracker.firstEventSerial = this.news.takeEventSerials(tracker.changeCount);
      for (const partitioning of tracker.partitionings) partitioning.takeChanges(record.tick);
      for (const group of tracker.groups) group.takeChanges(record.tick);
    }
  }

  /** By table position; 0 for tables that nobody watches. */
  figures(): WatchedFigures[] {
    return this.partitionings.map((partitionings, position) => {
      const tracker = this.trackers[position] ?? null;
      let partitionCount = 0;
      for (const partitioning of partitionings.values()) partitionCount += partitioning.partitionCount;
      return {
        ruleCount: tracker === null ? 0 : tracker.partitionings.length + tracker.groups.length,
        partitionCount,
        rangeRowCount: tracker?.rangeRowCount ?? 0,
      };
    });
  }

  /** Runs `work` while a table that follows another one knows its rows' cells. */
  withLinks(tracker: TableTracker, work: () => void): void {
    const isBorrowed = tracker.links === null && tracker.plan.spatial?.kind === 'follows';
    if (isBorrowed) tracker.links = this.linksOf(tracker);
    work();
    if (isBorrowed) tracker.links = null;
  }

  private open(source: Source): Partitioning {
    const { tracker, rule } = source;
    const known = this.partitionings[tracker.view.position]!;
    let partitioning = known.get(rule.text);
    if (partitioning === undefined) {
      if (!tracker.isActive) tracker.activate(this.linksOf(tracker));
      rule.residual?.join?.bind(this.keys);
      const group = rule.range === null ? null : this.groupOf(tracker, rule);
      partitioning = new Partitioning(tracker, rule, this.nextPartitioning++, this.news, group);
      known.set(rule.text, partitioning);
      this.openCount++;
      if (group === null) tracker.partitionings.push(partitioning);
      else group.partitioningCount++;
    }
    return partitioning;
  }

  private groupOf(tracker: TableTracker, rule: PartitionRule): RangeGroup {
    let group = tracker.groups.find(({ text }) => text === rule.groupText);
    if (group !== undefined) return group;
    group = new RangeGroup(tracker, rule, this.news);
    rule.residual?.join?.bind(this.keys);
    tracker.groups.push(group);
    return group;
  }

  private placesOf(position: number): Places | null {
    const { spatial } = this.tables[position]!.plan;
    if (spatial?.kind !== 'follows') return this.places[position]!;
    return this.places[this.tables.findIndex(({ plan }) => plan.name === spatial.table)] ?? null;
  }

  private linksOf(tracker: TableTracker): FollowLinks | null {
    const { spatial } = tracker.plan;
    if (spatial?.kind !== 'follows' || tracker.places === null) return null;
    return new FollowLinks(tracker.view, tracker.places.table, spatial.column);
  }
}

/** Links new and changed following rows, and marks those whose cell may have changed with the row that they follow. */
function moveFollowers(tracker: TableTracker, record: TickChanges): void {
  const links = tracker.links!;
  links.resize();
  const ownCount = tracker.changeCount;
  for (let i = 0; i < ownCount; i++) {
    links.relink(tracker.slots[i]!);
    tracker.moved[i]! |= MOVED_CELL;
  }
  const change = record.tables.find(({ position }) => position === links.followed.position);
  if (change === undefined) return;
  const movedSlots = new Set<number>();
  const take = (slot: number): void => {
    links.relink(slot);
    movedSlots.add(slot);
  };
  const keyColumn = links.followed.plan.primaryKey![0]!;
  for (let i = 0; i < change.count; i++) {
    const target = change.slots[i]!;
    if (hasNewKey(change, i, keyColumn)) {
      links.followersOf(target, take);
      if (links.followed.live[target] === 1) for (const slot of links.namingTarget(target)) take(slot);
    } else if (change.cellsBefore![i] !== change.cellsAfter![i]) links.followersOf(target, take);
  }
  for (const slot of movedSlots) if (!hasChange(tracker.slots, ownCount, slot)) tracker.addMoved(slot, MOVED_CELL);
}

/** Marks rows that joins may have come to give or to give no longer, since the last row that they go with went or the first one came. */
function moveJoined(tracker: TableTracker): void {
  const movedSlots = new Set<number>();
  for (const { rule } of [...tracker.partitionings, ...tracker.groups]) {
    const join = rule.residual?.join ?? null;
    if (join === null || join.keys.turned.length === 0) continue;
    const index = lookupIndexOf(tracker.view, join.column);
    for (const { value } of join.keys.turned) {
      for (const slot of tracker.view.slotsByIndex(index, [value])) movedSlots.add(slot);
    }
  }
  if (movedSlots.size === 0) return;
  const ownCount = tracker.changeCount;
  for (let i = 0; i < ownCount; i++) {
    if (movedSlots.delete(tracker.slots[i]!)) tracker.moved[i]! |= MOVED_JOIN;
  }
  for (const slot of movedSlots) tracker.addMoved(slot, MOVED_JOIN);
}

function hasNewKey(change: TableChange, i: number, keyColumn: number): boolean {
  if (change.ops[i] !== CHANGE_UPDATE) return true;
  return (change.masks[i * change.maskWords + (keyColumn >> 5)]! & (1 << (keyColumn & 31))) !== 0;
}

/** True when ascending `slots` hold `slot` among the first `count`. */
function hasChange(slots: Uint32Array, count: number, slot: number): boolean {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slots[middle]! < slot) low = middle + 1;
    else high = middle;
  }
  return low < count && slots[low] === slot;
}
