import { assert } from '@tickbase/base';
import type { WireSchema } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';
import { CHANGE_UPDATE, type CommitRecord, type TableChange, type TableView } from '../store/index.ts';
import type { Source } from './compile-query.ts';
import { FollowLinks } from './follow-links.ts';
import { Partitioning } from './partitioning.ts';
import { Places } from './places.ts';
import { TableTracker } from './table-tracker.ts';
import type { TickNews } from './tick-news.ts';
import type { Viewer } from './viewer.ts';
import { Watching } from './watching.ts';

/** Who watches which partitions. A partition, and what its table keeps for it, is there only while somebody watches. */
export class WatchBook {
  /** By position in `plan.tables`; null: the table is private. */
  readonly trackers: readonly (TableTracker | null)[];
  private readonly tables: readonly TableView[];
  /** By table position: partitionings by their rule's text. */
  private readonly partitionings: readonly Map<string, Partitioning>[];
  private readonly places: (Places | null)[];
  private readonly news: TickNews;
  private readonly eventsKeptMax: number;
  private nextPartitioning = 1;

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

  /** No number of that book's partitionings is given again. */
  goOnFrom({ nextPartitioning }: WatchBook): void {
    this.nextPartitioning = nextPartitioning;
  }

  /** Adds a viewer's need of one partition; `place` is -1 for sources without cells. */
  watch(viewer: Viewer, source: Source, place: number, tick: number): Watching {
    const partitioning = this.open(source);
    const partition = partitioning.open(place, source.key, tick, this.eventsKeptMax);
    let watching = viewer.watchings.get(partition);
    if (watching === undefined) {
      watching = new Watching(viewer, partition, tick);
      viewer.watchings.set(partition, watching);
      viewer.note(watching);
      watching.placeInPartition = partition.watchings.push(watching) - 1;
      partition.viewers.push(viewer.id);
    }
    watching.wantedCount++;
    return watching;
  }

  /** Takes a need away. The watching stays until `end`, so that a need that comes back in time costs nothing. */
  release(viewer: Viewer, source: Source, place: number): Watching {
    const partition = this.partitionings[source.tracker.view.position]!.get(source.rule.text)?.find(place, source.key);
    const watching = partition && viewer.watchings.get(partition);
    assert(watching !== undefined && watching !== null && watching.wantedCount > 0, 'what is released is watched');
    watching.wantedCount--;
    if (watching.wantedCount === 0) viewer.note(watching);
    return watching;
  }

  /** Forgets a watching, and its partition when it was the last one. */
  end(watching: Watching): void {
    const { viewer, partition } = watching;
    viewer.watchings.delete(partition);
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
    this.partitionings[tracker.view.position]!.delete(partitioning.rule.text);
    tracker.partitionings.splice(tracker.partitionings.indexOf(partitioning), 1);
    if (tracker.partitionings.length === 0) tracker.deactivate();
  }

  /** Takes in a record: every watched table's changes, and the rows of watched partitions that they move. */
  takeRecord(record: CommitRecord): void {
    for (const tracker of this.trackers) if (tracker !== null) tracker.changeCount = 0;
    for (const places of this.places) places?.takeNewCells();
    for (const change of record.tables) {
      const tracker = this.trackers[change.position];
      if (tracker?.isActive) tracker.takeChanges(change, record.tick);
    }
    for (const tracker of this.trackers) {
      if (tracker !== null && tracker.links !== null && !tracker.plan.isEvent) moveFollowers(tracker, record);
    }
    for (const tracker of this.trackers) {
      if (tracker === null || tracker.changeCount === 0) continue;
      if (tracker.plan.isEvent) tracker.firstEventSerial = this.news.takeEventSerials(tracker.changeCount);
      for (const partitioning of tracker.partitionings) partitioning.takeChanges(record.tick);
    }
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
      partitioning = new Partitioning(tracker, rule, this.nextPartitioning++, this.news);
      known.set(rule.text, partitioning);
      tracker.partitionings.push(partitioning);
    }
    return partitioning;
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
function moveFollowers(tracker: TableTracker, record: CommitRecord): void {
  const links = tracker.links!;
  links.resize();
  const ownCount = tracker.changeCount;
  for (let i = 0; i < ownCount; i++) {
    links.relink(tracker.slots[i]!);
    tracker.moved[i] = 1;
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
  for (const slot of movedSlots) if (!hasChange(tracker.slots, ownCount, slot)) tracker.addMoved(slot);
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
