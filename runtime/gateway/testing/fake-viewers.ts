import { ByteWriter } from '@tickbase/base';
import type { SubscribeRefusal, ViewerFrame, ViewerId, Viewers } from '../../interest/viewers-port.ts';

/**
 * A diff builder without rows: a viewer's news are numbers that arrive as `unwatches`, in order, and completed query
 * sets. A query of the table `crowded` is refused.
 */
export class FakeViewers implements Viewers {
  readonly withNews: ViewerId[] = [];
  readonly awaitsPieces = false;
  readonly isIdle = false;
  /** What happened, for assertions: `ack 7`, `resume 7`, `remove`. By viewer. */
  readonly log = new Map<ViewerId, string[]>();
  readonly #viewers = new Map<ViewerId, FakeViewer>();
  #nextViewer = 3;

  add(): ViewerId {
    const viewer = this.#nextViewer++ as ViewerId;
    this.#viewers.set(viewer, { news: [], applied: [], ended: [], sets: new Set(), isAreaReady: false });
    this.log.set(viewer, []);
    return viewer;
  }

  collectPieces(): boolean {
    return true;
  }

  giveUpPieces(): void {}

  remove(viewer: ViewerId): void {
    this.#viewers.delete(viewer);
    this.#unlist(viewer);
    this.log.get(viewer)!.push('remove');
  }

  /** Something in the viewer's view changes. */
  change(viewer: ViewerId, news: number): void {
    this.#viewers.get(viewer)!.news.push(news);
    this.#list(viewer);
  }

  /** The next frame has the cells of the viewer's centres. */
  bringArea(viewer: ViewerId): void {
    this.#viewers.get(viewer)!.isAreaReady = true;
    this.#list(viewer);
  }

  begin(): void {}

  subscribe(
    viewer: ViewerId,
    querySetId: number,
    queries: readonly { readonly table: string }[],
  ): SubscribeRefusal | null {
    if (queries.some((query) => query.table === 'crowded')) return { code: 'TOO_MANY_PREDICATES', message: 'too many' };
    this.#viewers.get(viewer)!.applied.push(querySetId);
    this.#viewers.get(viewer)!.sets.add(querySetId);
    this.#list(viewer);
    return null;
  }

  unsubscribe(viewer: ViewerId, querySetId: number): SubscribeRefusal | null {
    const found = this.#viewers.get(viewer)!;
    if (!found.sets.delete(querySetId)) return { code: 'UNKNOWN_QUERY_SET', message: 'unknown' };
    found.ended.push(querySetId);
    this.#list(viewer);
    return null;
  }

  takeWriter(capacity: number): ByteWriter {
    return new ByteWriter(capacity);
  }

  nextWriter(writer: ByteWriter): ByteWriter {
    writer.reset();
    return writer;
  }

  giveBack(): void {}

  hasNews(viewer: ViewerId): boolean {
    return this.withNews.includes(viewer);
  }

  takeFrame(viewer: ViewerId, frame: ViewerFrame): void {
    const found = this.#viewers.get(viewer)!;
    frame.watches = [];
    frame.pieces.reset();
    frame.pieceCount = 0;
    frame.ownRows.clear();
    frame.isAreaReady = found.isAreaReady;
    found.isAreaReady = false;
    frame.unwatches = found.news.splice(0);
    frame.applied = found.applied.splice(0);
    frame.ended = found.ended.splice(0);
    this.#unlist(viewer);
  }

  takeOrdinary(): boolean {
    return false;
  }

  acknowledge(viewer: ViewerId, tick: number): void {
    this.log.get(viewer)!.push(`ack ${tick}`);
  }

  resume(viewer: ViewerId, tick: number): void {
    this.log.get(viewer)!.push(`resume ${tick}`);
    this.#list(viewer);
  }

  queryOnce(_viewer: ViewerId, query: { readonly table: string }): Uint8Array[] | SubscribeRefusal {
    if (query.table === 'crowded') return { code: 'TOO_MANY_ROWS', message: 'too many' };
    return [Uint8Array.of(5, 6), Uint8Array.of(7)];
  }

  noteOwnWrites(): void {}

  ease(): void {}

  limit(viewer: ViewerId, bytesPerSecond: number): void {
    if (Number.isFinite(bytesPerSecond)) this.log.get(viewer)!.push(`limit ${Math.round(bytesPerSecond)}`);
  }

  charge(): void {}

  #list(viewer: ViewerId): void {
    if (!this.withNews.includes(viewer)) this.withNews.push(viewer);
  }

  #unlist(viewer: ViewerId): void {
    const place = this.withNews.indexOf(viewer);
    if (place >= 0) this.withNews.splice(place, 1);
  }
}

interface FakeViewer {
  readonly news: number[];
  readonly applied: number[];
  readonly ended: number[];
  readonly sets: Set<number>;
  isAreaReady: boolean;
}
