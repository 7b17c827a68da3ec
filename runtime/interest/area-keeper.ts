import { type CommitRecord, INTEREST_CENTRES, INTEREST_FAILED, INTEREST_NONE, type TableView } from '../store/index.ts';
import { AreaReaders } from './area-readers.ts';
import type { AreaSource } from './area-source.ts';
import { CentreLinks } from './centre-links.ts';
import type { Source } from './compile-query.ts';
import type { Places } from './places.ts';
import { Reach } from './reach.ts';
import { NO_LINK } from './slot-links.ts';
import type { Viewer } from './viewer.ts';

/** Where areas of interest take and drop partitions. */
export interface AreaEvents {
  take(viewer: Viewer, source: Source, place: number): void;
  drop(viewer: Viewer, source: Source, place: number): void;
  /** Its cells are to be ranked anew. */
  moved(viewer: Viewer): void;
}

/**
 * Keeps each viewer's centres. The interest function runs when a viewer first needs it, and again only after columns of rows
 * have changed that it looked at; a centre that is a row as it stands moves with that row by itself.
 */
export class AreaKeeper {
  private readonly area: AreaSource;
  private readonly tables: readonly TableView[];
  private readonly events: AreaEvents;
  /** By table position; null: nobody read it. */
  private readonly readers: (AreaReaders | null)[];
  /** By table position; null: no centre moves with its rows. */
  private readonly followers: (CentreLinks | null)[];
  /** The farthest that a centre goes before `areRanksStale` is set, in metres. */
  private readonly slackMaxM: number;
  private radiusFactor = 1;
  /** Viewers whose reaches are still to be eased. */
  private uneased: Viewer[] = [];
  private easedAtOnce = 0;
  /** Scratch: viewers that the record concerns, each once. */
  private readonly concerned: Viewer[] = [];
  /** Scratch: their callers. */
  private readonly callers: number[] = [];
  private readonly note: (viewer: Viewer) => void;

  constructor(area: AreaSource, tables: readonly TableView[], events: AreaEvents, slackMaxM: number) {
    this.slackMaxM = slackMaxM;
    this.area = area;
    this.tables = tables;
    this.events = events;
    this.readers = tables.map(() => null);
    this.followers = tables.map(() => null);
    this.note = (viewer) => {
      if (viewer.isAreaConcerned) return;
      viewer.isAreaConcerned = true;
      this.concerned.push(viewer);
    };
  }

  /** Areas of all these are asked for next. */
  expect(viewers: readonly Viewer[]): void {
    this.concerned.push(...viewers);
    this.prepare();
    this.concerned.length = 0;
  }

  /** Runs the interest function again for each viewer of whose reads one changed, and moves centres with their rows. */
  takeRecord({ tables }: CommitRecord): void {
    if (this.uneased.length > 0) this.easeSome();
    for (const change of tables) this.readers[change.position]?.forEachConcerned(change, this.note);
    if (this.concerned.length > 0) {
      this.prepare();
      this.eachConcerned((viewer) => {
        this.ask(viewer);
        this.moveAll(viewer);
      });
    }
    // Behind the function: a centre whose function failed stays where it was before this record.
    for (const change of tables) this.followers[change.position]?.follow(change, this.note);
    if (this.concerned.length > 0) this.eachConcerned((viewer) => this.moveAll(viewer));
  }

  /** From now on this part of all radii is watched, 0.5 to 1. Whoever watches goes over in the course of EASED_IN_RECORDS records. */
  ease(radiusFactor: number, viewers: readonly (Viewer | null)[]): void {
    if (radiusFactor === this.radiusFactor) return;
    this.radiusFactor = radiusFactor;
    this.uneased = viewers.filter((viewer) => viewer !== null && viewer.reaches.length > 0) as Viewer[];
    this.easedAtOnce = Math.ceil(this.uneased.length / EASED_IN_RECORDS);
  }

  private easeSome(): void {
    for (let count = Math.min(this.easedAtOnce, this.uneased.length); count > 0; count--) {
      const viewer = this.uneased.pop()!;
      if (viewer.reaches.length === 0) continue;
      for (const reach of viewer.reaches) reach.ease(this.radiusFactor);
      this.moveAll(viewer);
    }
  }

  /** Makes the viewer's centres known, in `viewer.centres`. */
  require(viewer: Viewer): void {
    if (!viewer.isAreaKnown) this.ask(viewer);
    else this.refresh(viewer);
  }

  /** Brings `viewer.centres` to where the rows are with which they move. */
  refresh(viewer: Viewer): void {
    const { centreRows, centreLinks } = viewer;
    for (let i = 0; i < centreLinks.length; i++) {
      if (centreLinks[i] !== NO_LINK) this.followers[centreRows[2 * i]!]!.read(centreLinks[i]!, viewer.centres, 3 * i);
    }
  }

  /** Adds a source to the viewer's reach of its grid and radius, and takes what is in reach. */
  addSource(viewer: Viewer, source: Source): Reach {
    this.require(viewer);
    const places = source.tracker.places!;
    const radiusM = source.radiusM!;
    let reach = viewer.reaches.find((known) => known.places === places && known.radiusM === radiusM);
    if (reach === undefined) {
      reach = new Reach(places, radiusM);
      reach.ease(this.radiusFactor);
      const past = viewer.pastReaches.find((known) => known.radiusM === radiusM && isSameGrid(known.places, places));
      if (past !== undefined) reach.inherit(past);
      viewer.reaches.push(reach);
      this.moveAll(viewer);
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
    this.dropCentreRows(viewer);
    viewer.isAreaKnown = false;
    viewer.centreCount = 0;
  }

  private prepare(): void {
    if (this.area.prepare === undefined || this.concerned.length === 0) return;
    for (const { caller } of this.concerned) this.callers.push(caller);
    this.area.prepare(this.callers);
    this.callers.length = 0;
  }

  private eachConcerned(act: (viewer: Viewer) => void): void {
    for (const viewer of this.concerned) {
      viewer.isAreaConcerned = false;
      act(viewer);
    }
    this.concerned.length = 0;
  }

  /** Brings all reaches to the viewer's centres. */
  private moveAll(viewer: Viewer): void {
    viewer.areRanksStale = true;
    this.events.moved(viewer);
    if (this.slackMaxM < Number.POSITIVE_INFINITY) viewer.isOrdinary = false;
    this.refresh(viewer);
    for (const reach of viewer.reaches) this.move(viewer, reach);
    const { centreRows, centreLinks, centres } = viewer;
    for (let i = 0; i < centreLinks.length; i++) {
      if (centreLinks[i] === NO_LINK) continue;
      let slackM = this.slackMaxM;
      for (const reach of viewer.reaches) slackM = Math.min(slackM, reach.slackM(i, centres));
      this.followers[centreRows[2 * i]!]!.settle(centreLinks[i]!, slackM);
    }
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
    if (outcome === INTEREST_FAILED) {
      this.refresh(viewer);
      this.dropCentreRows(viewer);
      return;
    }
    const count = outcome === INTEREST_CENTRES ? area.centreCount : 0;
    if (outcome === INTEREST_NONE) viewer.centreCount = 0;
    else {
      if (viewer.centres.length < 3 * count) viewer.centres = new Float64Array(3 * count);
      for (let i = 0; i < 3 * count; i++) viewer.centres[i] = area.centres[i]!;
      viewer.centreCount = count;
    }
    this.keepCentreRows(viewer, count);
  }

  private keepReads(viewer: Viewer): void {
    const { reads, readColumns, readCount } = this.area;
    if (areSame(viewer.reads, reads, 2 * readCount) && areSame(viewer.readColumns, readColumns, readCount)) return;
    this.dropReads(viewer);
    viewer.reads = reads.slice(0, 2 * readCount);
    viewer.readColumns = readColumns.slice(0, readCount);
    for (let i = 0; i < readCount; i++) {
      const readers = (this.readers[reads[2 * i]!] ??= new AreaReaders());
      const slot = reads[2 * i + 1]!;
      if (slot < 0) {
        readers.wholeTable.add(viewer);
        viewer.readLinks.push(NO_LINK);
      } else viewer.readLinks.push(readers.add(slot, readColumns[i]!, viewer));
    }
  }

  private dropReads(viewer: Viewer): void {
    viewer.readLinks.forEach((link, i) => {
      const readers = this.readers[viewer.reads[2 * i]!]!;
      if (link === NO_LINK) readers.wholeTable.delete(viewer);
      else readers.remove(link);
    });
    viewer.readLinks = [];
    viewer.reads = new Int32Array(0);
    viewer.readColumns = new Uint32Array(0);
  }

  private keepCentreRows(viewer: Viewer, count: number): void {
    const { centreRows } = this.area;
    if (areSame(viewer.centreRows, centreRows, 2 * count)) {
      viewer.centreLinks.forEach((link, i) => {
        if (link !== NO_LINK) this.followers[centreRows[2 * i]!]!.moveTo(link, centreRows[2 * i + 1]!);
      });
      return;
    }
    this.dropCentreRows(viewer);
    viewer.centreRows = centreRows.slice(0, 2 * count);
    for (let i = 0; i < count; i++) {
      const position = centreRows[2 * i]!;
      const link =
        position < 0
          ? NO_LINK
          : (this.followers[position] ??= new CentreLinks(this.tables[position]!)).add(centreRows[2 * i + 1]!, viewer);
      viewer.centreLinks.push(link);
    }
  }

  private dropCentreRows(viewer: Viewer): void {
    viewer.centreLinks.forEach((link, i) => {
      if (link !== NO_LINK) this.followers[viewer.centreRows[2 * i]!]!.remove(link);
    });
    viewer.centreLinks = [];
    viewer.centreRows = new Int32Array(0);
  }
}

/** A second at 20 Hz: all at once would make a tick late, which easing is to prevent. */
const EASED_IN_RECORDS = 20;

function isSameGrid(before: Places, places: Places): boolean {
  return before.table.plan.id === places.table.plan.id && before.cellM === places.cellM;
}

/** True when `known` is just the first `length` numbers of `numbers`. */
function areSame(known: Int32Array | Uint32Array, numbers: Int32Array | Uint32Array, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== numbers[i]) return false;
  return true;
}
