import type { CommitRecord } from '../store/index.ts';
import type { InterestCounters } from './interest-counters.ts';
import type { Page } from './page.ts';
import type { PieceBuilder } from './piece-builder.ts';
import { PieceJobs } from './piece-jobs.ts';
import type { DoneJobs, PieceWorkers } from './piece-workers.ts';
import type { TickNews } from './tick-news.ts';

/** Leaves the pieces of ticks with much to encode to workers, if there are any, and puts what they have encoded with the tick's pieces. */
export class PieceHandOut {
  private readonly news: TickNews;
  private readonly builder: PieceBuilder;
  private readonly counters: InterestCounters;
  private readonly rowsMin: number;
  /** Null: all is encoded here. */
  private workers: PieceWorkers | null = null;
  /** By lane of the workers. */
  private jobs: readonly PieceJobs[] = [];
  /** By number, pages whose jobs are with the workers. */
  private readonly awaited = new Map<number, Page>();

  /** `rowsMin`: news of rows in a tick from which on it is left to the workers. */
  constructor(news: TickNews, builder: PieceBuilder, counters: InterestCounters, rowsMin: number) {
    this.news = news;
    this.builder = builder;
    this.counters = counters;
    this.rowsMin = rowsMin;
  }

  /** See DiffBuilder.employ. */
  employ(workers: PieceWorkers | null): void {
    this.awaited.clear();
    this.workers = workers;
    this.jobs = Array.from({ length: workers?.laneCount ?? 0 }, () => new PieceJobs());
  }

  get isAwaiting(): boolean {
    return this.awaited.size > 0;
  }

  /** The news have this record. The workers follow every one. */
  take(record: CommitRecord): void {
    const { workers, news } = this;
    if (workers === null) return;
    this.giveUp();
    if (!workers.isReady || news.rowCount < this.rowsMin) {
      workers.post(record, null);
      return;
    }
    for (const jobs of this.jobs) jobs.clear();
    for (const page of news.changedPages) {
      if (page.partition.events !== null) continue;
      this.builder.addJobs(page, record.tick, this.jobs[page.number % this.jobs.length]!);
      this.awaited.set(page.number, page);
    }
    this.counters.workerTicks++;
    workers.post(record, this.jobs);
  }

  /** Takes in what has come; true when nothing is awaited any more. */
  collect(): boolean {
    if (this.awaited.size === 0 || this.workers === null) return true;
    if (!this.workers.collect((done) => this.takePieces(done))) return false;
    this.awaited.clear();
    return true;
  }

  /** What has not come is encoded when a frame asks for it. */
  giveUp(): void {
    if (this.awaited.size === 0) return;
    this.counters.lateTicks++;
    this.workers?.giveUp();
    this.awaited.clear();
  }

  /** Pages that were dropped in the meantime are left out. */
  private takePieces({ bytes, ends, count }: DoneJobs): void {
    const writer = this.news.pieces.bytes;
    const base = writer.length;
    writer.raw(bytes);
    let start = base;
    for (let job = 0; job < count;) {
      const number = ends[2 * job]!;
      let pieceCount = 0;
      let end = start;
      for (; job < count && ends[2 * job] === number; job++) {
        end = base + ends[2 * job + 1]!;
        pieceCount++;
      }
      const page = this.awaited.get(number)!;
      // Its number may be another page's by now.
      if (page === this.news.pages[number]) this.builder.takePieces(page, { start, end, count: pieceCount });
      start = end;
    }
  }
}
