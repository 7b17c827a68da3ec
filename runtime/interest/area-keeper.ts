import { type CommitRecord, INTEREST_CENTRES, INTEREST_FAILED, INTEREST_NONE } from '../store/index.ts';
import type { AreaSource } from './area-source.ts';
import type { Source } from './compile-query.ts';
import { Reach } from './reach.ts';
import { ReadIndex } from './read-index.ts';
import type { Viewer } from './viewer.ts';

/** Where areas of interest take and drop partitions. */
export interface AreaEvents {
  take(viewer: Viewer, source: Source, place: number): void;
  drop(viewer: Viewer, source: Source, place: number): void;
}

/**
 * Keeps each viewer's centres. The interest function runs when a viewer first needs it, and again only after a row that
 * it read has changed.
 */
export class AreaKeeper {
  private readonly area: AreaSource;
  private readonly events: AreaEvents;
  /** By table position; null: nobody read it. */
  private readonly readers: (ReadIndex | null)[];
  private readonly stale: Viewer[] = [];

  constructor(area: AreaSource, tableCount: number, events: AreaEvents) {
    this.area = area;
    this.events = events;
    this.readers = Array.from({ length: tableCount }, () => null);
  }

  /** Runs the interest function again for each viewer of whose reads one changed. */
  takeRecord(record: CommitRecord): void {
    const mark = (viewer: Viewer): void => {
      if (viewer.isAreaStale) return;
      viewer.isAreaStale = true;
      this.stale.push(viewer);
    };
    for (const change of record.tables) {
      const readers = this.readers[change.position];
      if (!readers) continue;
      readers.wholeTable.forEach(mark);
      for (let i = 0; i < change.count; i++) readers.forEachReader(change.slots[i]!, mark);
    }
    for (const viewer of this.stale) {
      viewer.isAreaStale = false;
      this.ask(viewer);
      for (const reach of viewer.reaches) this.move(viewer, reach);
    }
    this.stale.length = 0;
  }

  /** Makes the viewer's centres known. */
  require(viewer: Viewer): void {
    if (!viewer.isAreaKnown) this.ask(viewer);
  }

  /** Adds a source to the viewer's reach of its grid and radius, and takes what is in reach. */
  addSource(viewer: Viewer, source: Source): Reach {
    this.require(viewer);
    const places = source.tracker.places!;
    const radiusM = source.radiusM!;
    let reach = viewer.reaches.find((known) => known.places === places && known.radiusM === radiusM);
    if (reach === undefined) {
      reach = new Reach(places, radiusM);
      viewer.reaches.push(reach);
      this.move(viewer, reach);
    }
    reach.sources.push(source);
    for (const place of reach.heldPlaces) this.events.take(viewer, source, place);
    return reach;
  }

  dropSource(viewer: Viewer, source: Source, reach: Reach): void {
    for (const place of reach.heldPlaces) this.events.drop(viewer, source, place);
    reach.sources.splice(reach.sources.indexOf(source), 1);
    if (reach.sources.length > 0) return;
    viewer.reaches.splice(viewer.reaches.indexOf(reach), 1);
    if (viewer.reaches.length === 0) this.forget(viewer);
  }

  /** No longer keeps the viewer's centres. */
  forget(viewer: Viewer): void {
    this.dropReads(viewer);
    viewer.isAreaKnown = false;
    viewer.centreCount = 0;
  }

  private move(viewer: Viewer, reach: Reach): void {
    if (reach.isSettled(viewer.centres, viewer.centreCount)) return;
    reach.update(
      viewer.centres,
      viewer.centreCount,
      (place) => {
        for (const source of reach.sources) this.events.take(viewer, source, place);
      },
      (place) => {
        for (const source of reach.sources) this.events.drop(viewer, source, place);
      },
    );
  }

  private ask(viewer: Viewer): void {
    const { area } = this;
    const outcome = area.interestOf(viewer.caller);
    viewer.isAreaKnown = true;
    this.keepReads(viewer);
    if (outcome === INTEREST_FAILED) return;
    if (outcome === INTEREST_NONE) viewer.centreCount = 0;
    if (outcome === INTEREST_CENTRES) {
      if (viewer.centres.length < 3 * area.centreCount) viewer.centres = new Float64Array(3 * area.centreCount);
      for (let i = 0; i < 3 * area.centreCount; i++) viewer.centres[i] = area.centres[i]!;
      viewer.centreCount = area.centreCount;
    }
  }

  private keepReads(viewer: Viewer): void {
    const { reads } = this.area;
    const length = 2 * this.area.readCount;
    if (areSame(viewer.reads, reads, length)) return;
    this.dropReads(viewer);
    viewer.reads = reads.slice(0, length);
    for (let i = 0; i < length; i += 2) {
      const readers = (this.readers[reads[i]!] ??= new ReadIndex());
      const slot = reads[i + 1]!;
      if (slot < 0) {
        readers.wholeTable.add(viewer);
        viewer.readLinks.push(-1);
      } else viewer.readLinks.push(readers.add(slot, viewer));
    }
  }

  private dropReads(viewer: Viewer): void {
    viewer.readLinks.forEach((link, i) => {
      const readers = this.readers[viewer.reads[2 * i]!]!;
      if (link < 0) readers.wholeTable.delete(viewer);
      else readers.remove(link);
    });
    viewer.readLinks = [];
    viewer.reads = new Int32Array(0);
  }
}

/** True when `known` is just the first `length` numbers of `reads`. */
function areSame(known: Int32Array, reads: Int32Array, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== reads[i]) return false;
  return true;
}
