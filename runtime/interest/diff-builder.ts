import { assert, ByteWriter } from '@tickbase/base';
import { encodeStoredRow, wireSchemaOf } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';
import type { Query } from '@tickbase/schema/query';
import { Identity } from '@tickbase/schema/values';
import type { CommitRecord, TableView } from '../store/index.ts';
import { AreaKeeper } from './area-keeper.ts';
import type { AreaSource } from './area-source.ts';
import { compileQuery, type Source } from './compile-query.ts';
import { FrameFiller } from './frame-filler.ts';
import { KeyReader } from './partition-key.ts';
import { PieceBuilder } from './piece-builder.ts';
import { fitsReach, Reach } from './reach.ts';
import { TickNews } from './tick-news.ts';
import { Viewer } from './viewer.ts';
import type { SubscribeRefusal, ViewerFrame, ViewerId, Viewers } from './viewers-port.ts';
import { WatchBook } from './watch-book.ts';

export interface DiffBuilderOptions {
  /** For how many ticks leaves are remembered and freed names rest; a client that is further behind gets whole partitions. */
  readonly leaveRingTicks?: number;
  /** Events that a partition keeps for clients that missed ticks. */
  readonly eventsKeptMax?: number;
  /** Pieces longer than this are split; a row is never split. */
  readonly pieceBytesGoal?: number;
  /** Partitionings that one table may have at a time: each costs a look at every changed row. */
  readonly partitioningsMax?: number;
  /** Queries that one viewer may have subscribed at a time. */
  readonly queriesMax?: number;
}

/** The ordinary diff builder: on the tick's own thread, straight from the tables. */
export class DiffBuilder implements Viewers {
  readonly withNews: ViewerId[] = [];
  private readonly plan: Plan;
  private readonly news: TickNews;
  private readonly book: WatchBook;
  private readonly areas: AreaKeeper;
  private readonly builder: PieceBuilder;
  private readonly filler: FrameFiller;
  private readonly partitioningsMax: number;
  private readonly queriesMax: number;
  private readonly viewers: (Viewer | null)[] = [];
  private readonly freeViewers: number[] = [];
  /** By table position: how many viewers hold a source of each rule, by the rule's text. */
  private readonly rules: readonly Map<string, number>[];
  private tick = 0;

  constructor(plan: Plan, tables: readonly TableView[], area: AreaSource, options: DiffBuilderOptions = {}) {
    this.plan = plan;
    this.news = new TickNews(options.leaveRingTicks ?? 200);
    this.book = new WatchBook(plan, wireSchemaOf(plan), tables, this.news, options.eventsKeptMax ?? 256);
    this.builder = new PieceBuilder(this.news, options.pieceBytesGoal ?? 1_048_576);
    this.filler = new FrameFiller(this.book, this.builder);
    this.areas = new AreaKeeper(area, tables.length, {
      take: (viewer, source, place) => this.watch(viewer, source, place),
      drop: (viewer, source, place) => this.release(viewer, source, place),
    });
    this.rules = plan.tables.map(() => new Map());
    this.partitioningsMax = options.partitioningsMax ?? 256;
    this.queriesMax = options.queriesMax ?? 256;
  }

  add(identity: bigint, caller: number): ViewerId {
    const id = (this.freeViewers.pop() ?? this.viewers.length) as ViewerId;
    this.viewers[id] = new Viewer(id, new Identity(identity), caller, this.tick);
    return id;
  }

  remove(id: ViewerId): void {
    const viewer = this.get(id);
    for (const { source } of viewer.sources.values()) this.countRule(source, -1);
    this.areas.forget(viewer);
    for (const watching of viewer.watchings.values()) this.book.end(watching);
    this.dropNews(viewer);
    this.viewers[id] = null;
    this.freeViewers.push(id);
  }

  begin(record: CommitRecord): void {
    const { tick } = record;
    assert(tick > this.tick, 'records come in the order of their ticks');
    this.tick = tick;
    this.news.beginTick();
    this.book.takeRecord(record);
    for (const page of this.news.changedPages) {
      const { partition } = page;
      partition.events?.push(this.builder.events(page, tick));
      if (partition.newsTick === tick) continue;
      partition.newsTick = tick;
      for (const { viewer } of partition.watchings) this.addNews(viewer);
    }
    this.areas.takeRecord(record);
  }

  subscribe(id: ViewerId, querySetId: number, queries: readonly Query[]): SubscribeRefusal | null {
    const viewer = this.get(id);
    if (viewer.querySets.has(querySetId) || viewer.ended.includes(querySetId)) {
      return { code: 'DUPLICATE_QUERY_SET', message: `the query set ${querySetId} is subscribed already` };
    }
    let queryCount = queries.length;
    for (const sources of viewer.querySets.values()) queryCount += Math.max(1, sources.length);
    if (queryCount > this.queriesMax) {
      return { code: 'TOO_MANY_SUBSCRIPTIONS', message: `a client subscribes to at most ${this.queriesMax} queries` };
    }
    const sources: Source[] = [];
    for (const query of queries) {
      const compiled = this.compile(viewer, query);
      if ('code' in compiled) return compiled;
      for (const source of compiled) if (!sources.some(({ text }) => text === source.text)) sources.push(source);
    }
    const refusal = this.findTooMany(sources);
    if (refusal !== null) return refusal;

    viewer.querySets.set(querySetId, sources);
    for (const source of sources) this.hold(viewer, source);
    viewer.applied.push(querySetId);
    this.addNews(viewer);
    return null;
  }

  unsubscribe(id: ViewerId, querySetId: number): SubscribeRefusal | null {
    const viewer = this.get(id);
    const sources = viewer.querySets.get(querySetId);
    if (sources === undefined) {
      return { code: 'UNKNOWN_QUERY_SET', message: `there is no query set ${querySetId}` };
    }
    viewer.querySets.delete(querySetId);
    for (const source of sources) this.letGo(viewer, source);
    viewer.applied = viewer.applied.filter((known) => known !== querySetId);
    viewer.ended.push(querySetId);
    this.addNews(viewer);
    return null;
  }

  hasNews(id: ViewerId): boolean {
    return this.get(id).placeInNews >= 0;
  }

  takeFrame(id: ViewerId, frame: ViewerFrame): void {
    const viewer = this.get(id);
    this.filler.fill(viewer, frame, this.tick);
    this.dropNews(viewer);
  }

  acknowledge(id: ViewerId, tick: number): void {
    const viewer = this.get(id);
    const { unacknowledged } = viewer;
    if (unacknowledged.length > 0 && unacknowledged[0]!.tick <= tick) {
      viewer.unacknowledged = unacknowledged.filter((notes) => notes.tick > tick);
    }
  }

  resume(id: ViewerId, tick: number): void {
    const viewer = this.get(id);
    viewer.isResuming = true;
    viewer.sentTick = Math.min(viewer.sentTick, Math.max(0, tick));
    for (const watching of viewer.watchings.values()) {
      // The client may not have heard of the watch: it is told again, and the whole partition with it.
      if (watching.announcedTick > tick) watching.isNew = true;
    }
    for (const notes of viewer.unacknowledged) {
      if (notes.tick <= tick) continue;
      viewer.applied.push(...notes.applied.filter((querySet) => viewer.querySets.has(querySet)));
      viewer.ended.push(...notes.ended);
      viewer.lostUnwatches.push(...notes.unwatches);
      for (const [position, slot] of notes.ownWrites) noteOwnWrite(viewer, position, slot);
    }
    viewer.unacknowledged = [];
    this.addNews(viewer);
  }

  queryOnce(id: ViewerId, query: Query, rowsMax: number): Uint8Array[] | SubscribeRefusal {
    const viewer = this.get(id);
    const sources = this.compile(viewer, query);
    if ('code' in sources) return sources;
    const rows: Uint8Array[] = [];
    const writer = new ByteWriter();
    let isOver = false;
    for (const source of sources) {
      const { tracker } = source;
      this.book.withLinks(tracker, () => {
        this.forEachRow(viewer, source, (slot) => {
          isOver ||= rows.length === rowsMax;
          if (isOver) return;
          writer.reset();
          encodeStoredRow(writer, tracker.storages, tracker.columns, slot);
          rows.push(writer.copy());
        });
      });
    }
    return isOver ? { code: 'TOO_MANY_ROWS', message: `a one-off query gives at most ${rowsMax} rows` } : rows;
  }

  noteOwnWrites(id: ViewerId, writes: Uint32Array, count: number): void {
    const viewer = this.get(id);
    for (let i = 0; i < count; i++) {
      const tracker = this.book.trackers[writes[2 * i]!];
      if (!tracker?.isStreamed || !tracker.isActive) continue;
      noteOwnWrite(viewer, writes[2 * i]!, writes[2 * i + 1]!);
      this.addNews(viewer);
    }
  }

  private get(id: ViewerId): Viewer {
    const viewer = this.viewers[id];
    assert(viewer !== null && viewer !== undefined, 'the viewer was added and not removed');
    return viewer;
  }

  private compile(viewer: Viewer, query: Query): readonly Source[] | SubscribeRefusal {
    const position = this.plan.tables.findIndex(({ name }) => name === query.table);
    if (position < 0) return { code: 'UNKNOWN_TABLE', message: `there is no table ${query.table}` };
    const tracker = this.book.trackers[position]!;
    if (tracker === null) return { code: 'TABLE_NOT_PUBLIC', message: `the table ${query.table} is not public` };
    const sources = compileQuery(query, tracker, viewer.identity, this.plan.interest);
    if ('code' in sources) return sources;
    for (const { radiusM } of sources) {
      if (radiusM !== null && !fitsReach(radiusM, tracker.places!.cellM)) {
        const message = `the area of interest spans too many cells of the table ${query.table}: ${radiusM} m in cells of ${tracker.places!.cellM} m`;
        return { code: 'AREA_TOO_LARGE', message };
      }
    }
    return sources;
  }

  private findTooMany(sources: readonly Source[]): SubscribeRefusal | null {
    const added = new Map<number, Set<string>>();
    for (const { tracker, rule } of sources) {
      const { position } = tracker.view;
      if (this.rules[position]!.has(rule.text)) continue;
      const texts = added.get(position) ?? new Set();
      added.set(position, texts.add(rule.text));
      if (this.rules[position]!.size + texts.size > this.partitioningsMax) {
        const message = `the table ${tracker.plan.name} is watched by ${this.partitioningsMax} different predicates already`;
        return { code: 'TOO_MANY_PREDICATES', message };
      }
    }
    return null;
  }

  private hold(viewer: Viewer, source: Source): void {
    const held = viewer.sources.get(source.text);
    if (held !== undefined) {
      held.count++;
      return;
    }
    this.countRule(source, 1);
    const reach = source.radiusM === null ? null : this.areas.addSource(viewer, source);
    if (reach === null) this.watch(viewer, source, -1);
    viewer.sources.set(source.text, { source, count: 1, reach });
  }

  private letGo(viewer: Viewer, { text }: Source): void {
    const held = viewer.sources.get(text)!;
    if (--held.count > 0) return;
    viewer.sources.delete(text);
    this.countRule(held.source, -1);
    if (held.reach === null) this.release(viewer, held.source, -1);
    else this.areas.dropSource(viewer, held.source, held.reach);
  }

  private countRule({ tracker, rule }: Source, by: number): void {
    const counts = this.rules[tracker.view.position]!;
    const count = (counts.get(rule.text) ?? 0) + by;
    if (count > 0) counts.set(rule.text, count);
    else counts.delete(rule.text);
  }

  private watch(viewer: Viewer, source: Source, place: number): void {
    const watching = this.book.watch(viewer, source, place, this.tick);
    if (watching.isNew && watching.partition.pages.length > 0) this.addNews(viewer);
  }

  private release(viewer: Viewer, source: Source, place: number): void {
    const watching = this.book.release(viewer, source, place);
    if (watching.wantedCount > 0) return;
    if (watching.pagesAnnounced > 0) this.addNews(viewer);
    else this.book.end(watching);
  }

  private forEachRow(viewer: Viewer, source: Source, take: (slot: number) => void): void {
    const { tracker, rule, key, radiusM } = source;
    if (tracker.plan.isEvent) return;
    const reader = key === null ? null : new KeyReader(rule.keyColumns, tracker.plan.columns);
    const check = (slot: number): void => {
      if (reader !== null) {
        reader.read(tracker.view, slot);
        if (!reader.isAt(key!)) return;
      }
      if (rule.residual === null || rule.residual.holds(slot)) take(slot);
    };
    if (radiusM === null) {
      rule.forEachCandidate(tracker, -1, key, check);
      return;
    }
    this.areas.require(viewer);
    const reach = new Reach(tracker.places!, radiusM);
    const here = (place: number): void => rule.forEachCandidate(tracker, place, key, check);
    reach.update(viewer.centres, viewer.centreCount, here, here);
    if (viewer.reaches.length === 0) this.areas.forget(viewer);
  }

  private addNews(viewer: Viewer): void {
    if (viewer.placeInNews >= 0) return;
    viewer.placeInNews = this.withNews.push(viewer.id) - 1;
  }

  private dropNews(viewer: Viewer): void {
    const at = viewer.placeInNews;
    if (at < 0) return;
    const last = this.withNews.pop()!;
    if (last !== viewer.id) {
      this.withNews[at] = last;
      this.viewers[last]!.placeInNews = at;
    }
    viewer.placeInNews = -1;
  }
}

/** Own writes of a viewer that takes no frames are bounded by the rows that there are. */
function noteOwnWrite(viewer: Viewer, position: number, slot: number): void {
  const slots = viewer.ownWrites.get(position) ?? new Set();
  viewer.ownWrites.set(position, slots.add(slot));
}
