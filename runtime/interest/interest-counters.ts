import { type Plan, shownTable } from '@tickbase/schema/plan';
import { RINGS_MAX } from './rate-tiers.ts';

/** For metrics. */
export interface InterestFigures {
  readonly counters: InterestCounters;
  /** First copies of pages that were encoded. */
  readonly firstCopyCount: number;
  /** Partitions of which viewers wait for first copies. */
  readonly waitingCount: number;
  /** Viewers of whose pages some wait for the budget. */
  readonly unevenCount: number;
  /** By table position. */
  readonly watched: readonly WatchedFigures[];
  /** Key sets that are kept for joins and for what visibleTo looks up. */
  readonly keySetCount: number;
}

/** What is watched of one table. */
export interface WatchedFigures {
  /** Rules that each changed row is looked at for. */
  readonly ruleCount: number;
  readonly partitionCount: number;
  /** Rows in ranges, each counted once for every range. */
  readonly rangeRowCount: number;
}

/** What became of pieces, since the start. */
export class InterestCounters {
  /** By table position: bytes of pieces; of ordinary frames estimated from one in SAMPLED_FRAMES. */
  readonly tableBytes: Float64Array;
  /**
   * By table position f64[shown columns + 1]: by column, bytes of pieces as the tick thread encodes them, once for all who get them; the last: of
   * whole pieces.
   */
  readonly columnBytes: readonly Float64Array[];
  /** Pieces that waited for a later frame because the budget was spent. */
  piecesSkipped = 0;
  /** Pieces that brought what several frames might have. */
  piecesMerged = 0;
  /** Frames that did not hold all that was due. */
  framesCut = 0;
  /** Ticks of which workers were to encode the pieces, and of them those in which some were late. */
  workerTicks = 0;
  lateTicks = 0;
  /** f64[RINGS_MAX * AGE_BUCKETS]: by ring, pieces whose news had waited for less than 2, 4, 8 … ticks when they were sent. */
  readonly ages = new Float64Array(RINGS_MAX * AGE_BUCKETS);

  private readonly tables: Plan['tables'];

  constructor(tables: Plan['tables']) {
    this.tables = tables.map(shownTable);
    this.tableBytes = new Float64Array(tables.length);
    this.columnBytes = this.tables.map(({ columns }) => new Float64Array(columns.length + 1));
  }

  /** Goes on from those of a diff builder before. `moved`: by old table position the new one, -1: the table is gone. */
  goOnFrom(old: InterestCounters, moved: readonly number[]): void {
    old.tableBytes.forEach((bytes, position) => {
      if (moved[position]! >= 0) this.tableBytes[moved[position]!] = bytes;
    });
    old.columnBytes.forEach((before, position) => {
      if (moved[position]! >= 0) this.goOnWithColumns(moved[position]!, old.tables[position]!.columns, before);
    });
    this.piecesSkipped = old.piecesSkipped;
    this.piecesMerged = old.piecesMerged;
    this.framesCut = old.framesCut;
    this.workerTicks = old.workerTicks;
    this.lateTicks = old.lateTicks;
    this.ages.set(old.ages);
  }

  /** Bytes of columns that are gone are in those of whole pieces still. */
  private goOnWithColumns(position: number, was: Plan['tables'][number]['columns'], before: Float64Array): void {
    const { columns } = this.tables[position]!;
    const bytes = this.columnBytes[position]!;
    bytes[columns.length] = before[was.length]!;
    columns.forEach(({ name }, place) => {
      bytes[place] = before[was.findIndex((column) => column.name === name)] ?? 0;
    });
  }

  countAge(ring: number, ageTicks: number): void {
    const bucket = Math.min(AGE_BUCKETS - 1, Math.floor(Math.log2(Math.max(1, ageTicks))));
    this.ages[ring * AGE_BUCKETS + bucket]!++;
  }
}

/** Up to 2^10 ticks and more. */
export const AGE_BUCKETS = 11;
/** One in so many ordinary frames is looked through piece by piece. */
export const SAMPLED_FRAMES = 64;
