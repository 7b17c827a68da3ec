import { assert, ByteWriter } from '@tickbase/base';
import { encodeStoredRow, wireSchemaOf } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';
import type { Query } from '@tickbase/schema/query';
import { Identity } from '@tickbase/schema/values';
import type { CommitRecord, TableView } from '../store/index.ts';
import { AreaKeeper } from './area-keeper.ts';
import type { AreaSource } from './area-source.ts';
import { ByteBudgets } from './byte-budgets.ts';
import { ChangeMarks } from './change-marks.ts';
import { compileQuery, type Source } from './compile-query.ts';
import { type Easing, NO_EASING } from './easing.ts';
import { FrameFiller } from './frame-filler.ts';
import { inheritEvents } from './inherit-events.ts';
import { inheritView } from './inherit-view.ts';
import { InterestCounters, type InterestFigures } from './interest-counters.ts';
import { isSeen } from './own-row-filler.ts';
import { OwnTables } from './own-tables.ts';
import { HeldKeys } from './held-keys.ts';
import { MemoryWriter } from './memory-writer.ts';
import { NewsList } from './news-list.ts';
import { KeyReader, type PartitionKey } from './partition-key.ts';
import { PieceBuilder } from './piece-builder.ts';
import { PieceHandOut } from './piece-hand-out.ts';
import type { PieceWorkers } from './piece-workers.ts';
import { CLASS_MAX, RateTiers } from './rate-tiers.ts';
import { fitsReach, Reach } from './reach.ts';
import { SentWrites } from './sent-writes.ts';
import { TickNews } from './tick-news.ts';
import { type HeldSource, Viewer } from './viewer.ts';
import { ACKED_TICK, EVEN_SINCE, HAS_UNACKNOWLEDGED, IS_ORDINARY, LINE, ViewerLines } from './viewer-lines.ts';
import { QueryTranslator } from './translate-query.ts';
import {
  type OrdinaryFrame,
  type SubscribeRefusal,
  type ViewerFrame,
  type ViewerId,
  type Viewers,
  WRITER_BYTES,
} from './viewers-port.ts';
import { OrderedColumn } from './value-range.ts';
import { WatchBook } from './watch-book.ts';
import { foreseenRowCount, watchedRowCount } from './watched-rows.ts';
import type { Watching } from './watching.ts';

export interface DiffBuilderOptions {
  /** For how many ticks leaves are remembered and freed names rest; a client that is further behind gets whole partitions. */
  readonly leaveRingTicks?: number;
  /** Events that a partition keeps for clients that missed ticks. */
  readonly eventsKeptMax?: number;
  /** Pieces longer than this are split; a row is never split. */
  readonly pieceBytesGoal?: number;
  /** Partitionings that one table may have at a time: each costs a look at every changed row. */
  readonly partitioningsMax?: number;
  /** Rows that the ranges on one table may hold, a row counted once for each range; further ones are refused. Bounds their memory. */
  readonly rangeRowsMax?: number;
  /** Queries that one viewer may have subscribed at a time. */
  readonly queriesMax?: number;
  /** Rows that the subscriptions of one viewer may watch, see watched-rows.ts; left out: any number. */
  readonly watchedRowsMax?: number;
  /** News of rows in a tick from which on its pieces are left to the workers, if there are any. */
  readonly workersRowsMin?: number;
}

/** A query set that ended with the plan under which it was subscribed. */
export interface LostQuerySet {
  readonly viewer: ViewerId;
  readonly querySetId: number;
  readonly refusal: SubscribeRefusal;
}

/** The ordinary diff builder: on the tick's own thread, straight from the tables. */
export class DiffBuilder implements Viewers {
  readonly withNews: readonly ViewerId[];
  private readonly owned: OwnTables;
  /** With what owners alone get as tables of their own, behind the others. */
  private readonly plan: Plan;
  private readonly tables: readonly TableView[];
  private readonly news: TickNews;
  private readonly book: WatchBook;
  private readonly areas: AreaKeeper;
  private readonly builder: PieceBuilder;
  private readonly filler: FrameFiller;
  private readonly partitioningsMax: number;
  private readonly rangeRowsMax: number;
  private readonly queriesMax: number;
  private readonly watchedRowsMax: number;
  private readonly viewers: (Viewer | null)[] = [];
  private readonly lines: ViewerLines;
  private readonly sentWrites = new SentWrites();
  private readonly freeViewers: number[] = [];
  private readonly list = new NewsList();
  private readonly marks: ChangeMarks;
  /** By table position: how many viewers hold a source of each rule, by the rule's text. */
  private readonly rules: readonly Map<string, number>[];
  /** Sources that viewers hold. */
  private sourceCount = 0;
  private tick = 0;
  /** Of the last record, in seconds; 0 at `tickRate: 0`, where no budget goes by time. */
  private nowS = 0;
  private easing = NO_EASING;
  private readonly tiers: RateTiers;
  /** Those that are told something in the next tick, whatever changes. */
  private pending: ViewerId[] = [];
  private readonly counters: InterestCounters;
  private readonly budgets = new ByteBudgets();
  private readonly handOut: PieceHandOut;

  constructor(ofModule: Plan, ofWorld: readonly TableView[], area: AreaSource, options: DiffBuilderOptions = {}) {
    this.owned = new OwnTables(ofModule, ofWorld);
    const { plan, tables } = this.owned;
    this.plan = plan;
    this.tables = tables;
    this.tiers = new RateTiers(plan.interest);
    this.counters = new InterestCounters(plan.tables);
    this.news = new TickNews(options.leaveRingTicks ?? 200);
    this.lines = new ViewerLines(this.news.pieces.memory);
    this.book = new WatchBook(plan, wireSchemaOf(plan), tables, this.news, options.eventsKeptMax ?? 256);
    this.builder = new PieceBuilder(this.news, this.counters, options.pieceBytesGoal ?? 1_048_576);
    this.areas = new AreaKeeper(
      area,
      tables,
      {
        take: (viewer, source, place) => this.watch(viewer, source, place),
        drop: (viewer, source, place) => this.release(viewer, source, place),
        // What has come near waits in the lists of a slower tier until a frame has ranked it.
        moved: (viewer) => {
          if (this.tiers.hasTiers) this.list.add(viewer.id);
        },
      },
      this.slackMaxM(),
    );
    this.filler = new FrameFiller(
      this.book,
      this.builder,
      this.news,
      this.areas,
      this.tiers,
      this.budgets,
      this.counters,
      this.lines,
      this.sentWrites,
      {
        tickRate: plan.tickRate,
        rowsMax: plan.interest?.rowsMax ?? null,
      },
    );
    this.marks = new ChangeMarks(this.news, this.tiers, this.book, this.builder, this.lines, this.viewers, this.list);
    this.withNews = this.list.viewers;
    this.rules = plan.tables.map(() => new Map());
    this.partitioningsMax = options.partitioningsMax ?? 256;
    this.rangeRowsMax = options.rangeRowsMax ?? 2_000_000;
    this.queriesMax = options.queriesMax ?? 256;
    this.watchedRowsMax = options.watchedRowsMax ?? Number.POSITIVE_INFINITY;
    this.handOut = new PieceHandOut(this.news, this.builder, this.counters, options.workersRowsMin ?? WORKERS_ROWS_MIN);
  }

  add(identity: bigint, caller: number): ViewerId {
    const id = (this.freeViewers.pop() ?? this.viewers.length) as ViewerId;
    this.list.reserve(id + 1);
    this.viewers[id] = this.open(id, new Identity(identity), caller, this.tick);
    this.budgets.open(id, this.bytesPerSecond);
    return id;
  }

  remove(id: ViewerId): void {
    const viewer = this.get(id);
    for (const { source, keys } of viewer.sources.values()) {
      this.countRule(source, -1);
      keys?.release(this.book.keys);
    }
    this.areas.forget(viewer);
    viewer.reaches.length = 0;
    for (const watching of viewer.watchings.values()) this.book.end(watching);
    this.list.drop(id);
    this.viewers[id] = null;
    this.lines.close(id);
    this.freeViewers.push(id);
  }

  begin(record: CommitRecord): void {
    const { tick } = record;
    assert(tick > this.tick, 'records come in the order of their ticks');
    this.tick = tick;
    this.news.beginTick(tick);
    this.book.beginTick(tick);
    if (this.isIdle) {
      this.handOut.take(record);
      return;
    }
    this.book.takeRecord(this.owned.take(record));
    if (this.plan.tickRate > 0) this.nowS = record.timestampUs / 1e6;
    this.filler.firstCopies.beginTick();
    if (this.pending.length > 0) {
      for (const id of this.pending) if (this.viewers[id]) this.list.add(id);
      this.pending.length = 0;
    }
    this.handOut.take(record);
    this.marks.takeChanges(tick);
    this.followKeys();
    this.areas.takeRecord(record);
  }

  get isIdle(): boolean {
    return this.plan.tickRate === 0 && this.sourceCount === 0 && this.pending.length === 0 && this.book.isEmpty;
  }

  /** From now on these encode pieces; null: nobody but this thread. Between two ticks. They have every record up to the last one. */
  employ(workers: PieceWorkers | null): void {
    this.handOut.employ(workers);
  }

  get awaitsPieces(): boolean {
    return this.handOut.isAwaiting;
  }

  collectPieces(): boolean {
    return this.handOut.collect();
  }

  giveUpPieces(): void {
    this.handOut.giveUp();
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
    const sources = this.compileAll(viewer, queries);
    if ('code' in sources) return sources;
    const refusal = this.findTooMany(sources) ?? this.holdAll(viewer, sources);
    if (refusal !== null) return refusal;

    viewer.querySets.set(querySetId, sources);
    viewer.queries.set(querySetId, queries);
    viewer.applied.push(querySetId);
    viewer.noteSets();
    viewer.subscribeTicks.set(querySetId, this.tick);
    this.list.add(viewer.id);
    return null;
  }

  unsubscribe(id: ViewerId, querySetId: number): SubscribeRefusal | null {
    const viewer = this.get(id);
    const sources = viewer.querySets.get(querySetId);
    if (sources === undefined) {
      return { code: 'UNKNOWN_QUERY_SET', message: `there is no query set ${querySetId}` };
    }
    viewer.querySets.delete(querySetId);
    viewer.subscribeTicks.delete(querySetId);
    viewer.queries.delete(querySetId);
    for (const source of sources) this.letGo(viewer, source);
    viewer.applied = viewer.applied.filter((known) => known !== querySetId);
    viewer.ended.push(querySetId);
    viewer.noteSets();
    this.list.add(viewer.id);
    return null;
  }

  takeWriter(capacity: number): ByteWriter {
    return new MemoryWriter(this.news.pieces.memory, capacity);
  }

  nextWriter(writer: ByteWriter): ByteWriter {
    if (writer instanceof MemoryWriter && writer.memory === this.news.pieces.memory && writer.isFit) {
      writer.reset();
      return writer;
    }
    this.giveBack(writer);
    return this.takeWriter(WRITER_BYTES);
  }

  giveBack(writer: ByteWriter): void {
    if (writer instanceof MemoryWriter) writer.release();
  }

  hasNews(id: ViewerId): boolean {
    return this.list.has(id);
  }

  takeFrame(id: ViewerId, frame: ViewerFrame): void {
    const { tick, nowS } = this;
    if (!this.filler.fillOrdinary(id, frame, tick, nowS)) {
      const viewer = this.get(id);
      this.filler.fill(viewer, frame, tick, nowS);
      if (viewer.isPending) this.pending.push(id);
    }
    this.list.drop(id);
  }

  takeOrdinary(id: ViewerId, frame: OrdinaryFrame): boolean {
    if (!this.filler.appendOrdinary(id, frame, this.tick, this.nowS)) return false;
    this.list.drop(id);
    return true;
  }

  acknowledge(id: ViewerId, tick: number): void {
    this.sentWrites.releaseTick(id, tick);
    const { values } = this.lines;
    const line = LINE * id;
    const ackedTick = values[line + ACKED_TICK]!;
    if (values[line + IS_ORDINARY] !== 0 && ackedTick >= values[line + EVEN_SINCE]!) {
      values[line + ACKED_TICK] = Math.max(ackedTick, tick);
      if (values[line + HAS_UNACKNOWLEDGED] === 0) return; // as nearly always: the viewer itself is not looked at
    } else this.filler.ages.acknowledge(this.get(id), tick);
    const viewer = this.get(id);
    if (!viewer.hasUnacknowledged) return;
    const { unacknowledged } = viewer;
    let count = 0;
    while (count < unacknowledged.length && unacknowledged[count]!.tick <= tick) count++;
    if (count > 0) unacknowledged.splice(0, count);
    viewer.hasUnacknowledged = unacknowledged.length > 0;
  }

  resume(id: ViewerId, tick: number): void {
    const viewer = this.get(id);
    viewer.isResuming = true;
    viewer.isRouteLaid = false;
    const sentTick = Math.min(viewer.sentTick, Math.max(0, tick));
    this.filler.ages.resume(viewer, sentTick);
    viewer.sentTick = sentTick;
    for (const watching of viewer.watchings.values()) {
      // The client may not have heard of the watch: it is told again, and the whole partition with it.
      if (watching.announcedTick <= tick) continue;
      watching.isNew = true;
      watching.isPerhapsKnown = true;
    }
    for (const notes of viewer.unacknowledged) {
      if (notes.tick <= tick) continue;
      viewer.applied.push(...notes.applied.filter((querySet) => viewer.querySets.has(querySet)));
      viewer.ended.push(...notes.ended);
      viewer.lostUnwatches.push(...notes.unwatches);
    }
    viewer.noteSets();
    viewer.unacknowledged = [];
    viewer.hasUnacknowledged = false;
    this.sentWrites.releaseTick(id, tick);
    this.sentWrites.forEach(id, (position, slot, sentTick) => viewer.ownWrites.add(position, slot, sentTick));
    this.sentWrites.clear(id);
    viewer.gatherWrites();
    this.list.add(viewer.id);
  }

  queryOnce(id: ViewerId, query: Query, rowsMax: number): Uint8Array[] | SubscribeRefusal {
    const viewer = this.get(id);
    const sources = this.compile(viewer, query);
    if ('code' in sources) return sources;
    const rows: Uint8Array[] = [];
    const writer = new ByteWriter();
    const taken = new Set<number>(); // Sources may overlap.
    let isOver = false;
    for (const source of sources) {
      const { tracker } = source;
      this.book.withLinks(tracker, () => {
        this.forEachRow(viewer, source, (slot) => {
          if (taken.has(slot)) return;
          taken.add(slot);
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

  noteOwnWrites(id: ViewerId, writes: Uint32Array, count: number, first = 0): void {
    for (let i = first; i < first + count; i++) {
      this.noteOwnWrite(id, writes[2 * i]!, writes[2 * i + 1]!);
      if (this.owned.isEmpty) continue;
      const owned = this.owned.positionOf(writes[2 * i]!);
      if (owned >= 0) this.noteOwnWrite(id, owned, writes[2 * i + 1]!);
    }
  }

  private noteOwnWrite(id: ViewerId, position: number, slot: number): void {
    const tracker = this.book.trackers[position];
    if (!tracker?.isActive || tracker.plan.isEvent) return;
    // A row out of view alone makes no frame. A viewer that has news may see the row when its frame is put together.
    if (!this.hasNews(id) && !isSeen(this.get(id), tracker, slot)) return;
    this.addWrite(id, position, slot);
    this.list.add(id);
  }

  /** For metrics; looks at all viewers. */
  figures(): InterestFigures {
    let waitingCount = 0;
    let unevenCount = 0;
    for (const viewer of this.viewers) {
      if (viewer === null) continue;
      waitingCount += viewer.waiting.length;
      if (!viewer.isEven) unevenCount++;
    }
    return {
      counters: this.counters,
      firstCopyCount: this.builder.snapshotCount,
      waitingCount,
      unevenCount,
      watched: this.book.figures(),
      keySetCount: this.book.keys.setCount,
    };
  }

  limit(id: ViewerId, bytesPerSecond: number): void {
    this.get(id).bytesPerSecondWanted = bytesPerSecond;
    this.budgets.setRate(id, Math.min(bytesPerSecond, this.bytesPerSecond));
  }

  charge(id: ViewerId, bytes: number): void {
    this.budgets.take(id, bytes);
  }

  ease(easing: Easing): void {
    this.easing = easing;
    this.areas.ease(easing.radiusFactor, this.viewers);
    if (!this.tiers.ease(easing)) return;
    this.marks.wasEased = true;
    // What waits for a tick of its old period is to be told of in the new one, too.
    for (const page of this.news.pages) {
      if (!page.partition.isDropped && this.tick - page.changeTick <= 2 ** CLASS_MAX)
        this.marks.wait(page, this.tick + 1);
    }
  }

  /**
   * Takes the place of another diff builder whose tables were moved into this one's, after the record of the move: its viewers go on under
   * their ids, and what they have subscribed comes to them whole, under new handles; what ended with the change is ended in the same
   * frame. Returns the query sets that the new plan does not allow any more. `movedOfModule`: by old table position the new one, -1: gone.
   */
  takeOver(old: DiffBuilder, movedOfModule: readonly number[]): readonly LostQuerySet[] {
    const moved = this.owned.withMoved(old.owned, movedOfModule);
    assert(
      this.viewers.length === 0 && this.tick > old.tick,
      'a diff builder takes over before it has viewers of its own',
    );
    this.news.goOnFrom(old.news);
    this.book.goOnFrom(old.book, moved);
    this.list.reserve(old.viewers.length);
    this.lines.reserve(old.viewers.length);
    this.freeViewers.push(...old.freeViewers);
    this.ease(old.easing);
    this.counters.goOnFrom(old.counters, moved);
    this.builder.snapshotCount = old.builder.snapshotCount;
    for (const known of old.viewers) {
      this.viewers.push(known && this.open(known.id, known.identity, known.caller, known.sentTick));
    }
    const standing = old.viewers.filter((known) => known !== null && known.reaches.length > 0);
    if (this.plan.interest !== null) this.areas.expect(standing as Viewer[]);
    const translator = new QueryTranslator(old.plan, this.plan);
    const lost: LostQuerySet[] = [];
    for (const known of old.viewers) {
      if (known === null) continue;
      const viewer = this.get(known.id);
      this.budgets.open(known.id, this.bytesPerSecond);
      this.limit(known.id, known.bytesPerSecondWanted);
      // Whose area cannot be told now stays where it was.
      old.areas.refresh(known);
      viewer.centres = known.centres.slice();
      viewer.centreCount = known.centreCount;
      viewer.pastReaches = known.reaches;
      for (const [querySetId, queries] of known.queries) {
        const refusal = this.subscribeAgain(viewer, querySetId, queries, translator);
        if (refusal !== null) lost.push({ viewer: known.id, querySetId, refusal });
      }
      viewer.pastReaches = [];
      inheritView(known, viewer, moved, old.book.trackers, old.sentWrites, this.sentWrites);
      const { applied, ended, lostUnwatches, watchings } = viewer;
      if (applied.length + ended.length + lostUnwatches.length + watchings.size > 0) this.list.add(known.id);
    }
    inheritEvents(old.viewers, this.viewers, this.tick);
    return lost;
  }

  private get bytesPerSecond(): number {
    return this.plan.interest?.bytesPerSecond ?? Number.POSITIVE_INFINITY;
  }

  /** With tiers, cells are ranked anew every eighth of the smallest cell that a centre moves. */
  private slackMaxM(): number {
    if (!this.tiers.hasTiers) return Number.POSITIVE_INFINITY;
    const cells = this.plan.tables.flatMap(({ spatial }) => (spatial?.kind === 'position' ? [spatial.cell] : []));
    return Math.min(...cells) / 8;
  }

  private open(id: ViewerId, identity: Identity, caller: number, tick: number): Viewer {
    this.lines.open(id, tick);
    this.sentWrites.open(id);
    return new Viewer(id, identity, caller, this.lines);
  }

  private addWrite(id: ViewerId, position: number, slot: number): void {
    if (this.lines.addWrite(id, position, slot, this.tick)) return;
    const viewer = this.get(id);
    viewer.gatherWrites();
    viewer.isOrdinary = false; // ordinary frames look at the line alone
    this.lines.addWrite(id, position, slot, this.tick);
  }

  private get(id: ViewerId): Viewer {
    const viewer = this.viewers[id];
    assert(viewer !== null && viewer !== undefined, 'the viewer was added and not removed');
    return viewer;
  }

  /** Subscribes to what a query set holds under the new plan; why not, if it cannot. */
  private subscribeAgain(
    viewer: Viewer,
    querySetId: number,
    queries: readonly Query[],
    translator: QueryTranslator,
  ): SubscribeRefusal | null {
    const translated = translator.translateAll(queries);
    if ('code' in translated) return translated;
    const sources = this.compileAll(viewer, translated);
    if ('code' in sources) return sources;
    viewer.querySets.set(querySetId, sources);
    viewer.queries.set(querySetId, translated);
    for (const source of sources) this.hold(viewer, source);
    return null;
  }

  private compileAll(viewer: Viewer, queries: readonly Query[]): readonly Source[] | SubscribeRefusal {
    const sources: Source[] = [];
    for (const query of queries) {
      const compiled = this.compile(viewer, query);
      if ('code' in compiled) return compiled;
      for (const source of compiled) if (!sources.some(({ text }) => text === source.text)) sources.push(source);
    }
    return sources;
  }

  private compile(viewer: Viewer, query: Query): readonly Source[] | SubscribeRefusal {
    const position = this.plan.tables.findIndex(({ name }) => name === query.table);
    if (position < 0) return { code: 'UNKNOWN_TABLE', message: `there is no table ${query.table}` };
    const tracker = this.book.trackers[position]!;
    if (tracker === null) return { code: 'TABLE_NOT_PUBLIC', message: `the table ${query.table} is not public` };
    const sources = compileQuery(query, tracker, viewer.identity, this.plan.interest, this.tables);
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
      if (rule.range !== null && tracker.rangeRowCount >= this.rangeRowsMax) {
        const message = `the ranges of all clients on the table ${tracker.plan.name} hold ${this.rangeRowsMax} rows already`;
        return { code: 'TOO_MANY_RANGE_ROWS', message };
      }
      if (this.rules[position]!.has(rule.groupText)) continue;
      const texts = added.get(position) ?? new Set();
      added.set(position, texts.add(rule.groupText));
      if (this.rules[position]!.size + texts.size > this.partitioningsMax) {
        const message = `the table ${tracker.plan.name} is watched by ${this.partitioningsMax} different predicates already`;
        return { code: 'TOO_MANY_PREDICATES', message };
      }
    }
    return null;
  }

  /** Holds all of them, or none if that were too many rows. What can be told before a row is looked at is refused before. */
  private holdAll(viewer: Viewer, sources: readonly Source[]): SubscribeRefusal | null {
    const { watchedRowsMax } = this;
    if (watchedRowsMax !== Number.POSITIVE_INFINITY) {
      let foreseen = watchedRowCount(viewer);
      for (const source of sources) {
        if (!viewer.sources.has(source.text)) foreseen += foreseenRowCount(source, this.book.find(source));
      }
      if (foreseen > watchedRowsMax) return tooManyRows(foreseen, watchedRowsMax);
    }
    for (const source of sources) this.hold(viewer, source);
    if (watchedRowsMax === Number.POSITIVE_INFINITY) return null;
    const count = watchedRowCount(viewer);
    if (count <= watchedRowsMax) return null;
    for (const source of sources) this.letGo(viewer, source);
    return tooManyRows(count, watchedRowsMax);
  }

  private hold(viewer: Viewer, source: Source): void {
    const held = viewer.sources.get(source.text);
    if (held !== undefined) {
      held.count++;
      return;
    }
    this.countRule(source, 1);
    const columns = source.rule.keyColumns.map((c) => source.tracker.plan.columns[c]!);
    const keys = source.keys && new HeldKeys(viewer, source.text, source.keys, columns, this.book.keys);
    const added: HeldSource = { source, count: 1, reach: null, keys };
    viewer.sources.set(source.text, added);
    if (source.radiusM === null) this.watch(viewer, source, -1);
    else added.reach = this.areas.addSource(viewer, source);
  }

  private letGo(viewer: Viewer, { text }: Source): void {
    const held = viewer.sources.get(text)!;
    if (--held.count > 0) return;
    this.countRule(held.source, -1);
    if (held.reach === null) this.release(viewer, held.source, -1);
    else this.areas.dropSource(viewer, held.source, held.reach);
    held.keys?.release(this.book.keys);
    viewer.sources.delete(text);
  }

  private countRule({ tracker, rule }: Source, by: number): void {
    this.sourceCount += by;
    const counts = this.rules[tracker.view.position]!;
    const count = (counts.get(rule.groupText) ?? 0) + by;
    if (count > 0) counts.set(rule.groupText, count);
    else counts.delete(rule.groupText);
  }

  /** Adds or takes away the needs of all keys of a source in one place. */
  private watch(viewer: Viewer, source: Source, place: number): void {
    const { keys } = viewer.sources.get(source.text)!;
    if (keys === null) this.watchKey(viewer, source, source.key, place);
    else for (const key of keys.keys.values()) this.watchKey(viewer, source, key, place);
  }

  private release(viewer: Viewer, source: Source, place: number): void {
    const { keys } = viewer.sources.get(source.text)!;
    if (keys === null) this.releaseKey(viewer, source, source.key, place);
    else for (const key of keys.keys.values()) this.releaseKey(viewer, source, key, place);
  }

  private watchKey(viewer: Viewer, source: Source, key: PartitionKey | null, place: number): void {
    const watching = this.book.watch(viewer, source, key, place);
    if (watching.unwantedTick >= 0) watching.wantAgain(this.tick);
    if (watching.isHidden) {
      watching.isHidden = false;
      watching.sinceTick = this.tick; // What happened meanwhile was not for this viewer.
    }
    if (watching.isNew && watching.partition.pages.length > 0) this.list.add(viewer.id);
  }

  private releaseKey(viewer: Viewer, source: Source, key: PartitionKey | null, place: number): Watching {
    const watching = this.book.release(viewer, source, key, place);
    if (watching.wantedCount > 0) return watching;
    watching.unwantedTick = this.tick;
    if (watching.pagesPerhapsKnown > 0) this.list.add(viewer.id);
    else this.book.end(watching);
    return watching;
  }

  /** Keys that rows of other tables give follow them, as of the end of the tick. */
  private followKeys(): void {
    if (this.book.keys.changedSets.length === 0) return;
    const stale: HeldKeys[] = [];
    for (const { users } of this.book.keys.changedSets) {
      for (const keys of users) {
        if (keys.isStale) continue;
        keys.isStale = true;
        stale.push(keys);
      }
    }
    for (const keys of stale) {
      const { viewer } = keys;
      const { source, reach } = viewer.sources.get(keys.sourceText)!;
      const places = reach === null ? [-1] : [...reach.heldPlaces];
      const gone: PartitionKey[] = [];
      // What comes is taken first: what several keys need stays without a break.
      keys.follow(
        (key) => {
          for (const place of places) this.watchKey(viewer, source, key, place);
        },
        (key) => gone.push(key),
      );
      for (const key of gone) {
        for (const place of places) {
          const watching = this.releaseKey(viewer, source, key, place);
          watching.isHidden = watching.wantedCount === 0;
        }
      }
    }
  }

  private forEachRow(viewer: Viewer, source: Source, take: (slot: number) => void): void {
    const { tracker, rule } = source;
    if (tracker.plan.isEvent) return;
    const join = rule.residual?.join ?? null;
    join?.bind(this.book.keys);
    if (source.keys === null) this.forEachRowOf(viewer, source, source.key, take);
    else {
      const columns = rule.keyColumns.map((c) => tracker.plan.columns[c]!);
      const held = new HeldKeys(viewer, source.text, source.keys, columns, this.book.keys);
      for (const key of held.keys.values()) this.forEachRowOf(viewer, source, key, take);
      held.release(this.book.keys);
    }
    join?.unbind(this.book.keys);
  }

  private forEachRowOf(viewer: Viewer, source: Source, key: PartitionKey | null, take: (slot: number) => void): void {
    const { tracker, rule, radiusM } = source;
    const reader = key === null ? null : new KeyReader(rule.keyColumns, tracker.plan.columns);
    const values = rule.range === null ? null : new OrderedColumn(tracker.view, rule.range.column);
    const check = (slot: number): void => {
      if (reader !== null) {
        reader.read(tracker.view, slot);
        if (!reader.isAt(key!)) return;
      }
      if (values !== null && !values.holds(rule.range!, slot)) return;
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
}

function tooManyRows(count: number, watchedRowsMax: number): SubscribeRefusal {
  const message = `this client's subscriptions would watch ${count} rows, ${watchedRowsMax} at most (watchedRowsMax)`;
  return { code: 'TOO_MANY_ROWS_WATCHED', message };
}

/** From here on a worker's round trip costs less than it saves, see docs/decisions. */
const WORKERS_ROWS_MIN = 10_000;
