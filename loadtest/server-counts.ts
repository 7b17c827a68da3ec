import type { ServerMetrics } from './server-metrics-of.ts';

/** What a server counts of the news that it could not send at once. */
export interface ServerCounts {
  /** Times that a client was passed over because it was behind. */
  readonly framesSkipped: number;
  /** Pieces for which a client's budget had no room in their tick. */
  readonly piecesSkipped: number;
  /** Pieces that brought at once what several ticks had changed. */
  readonly piecesMerged: number;
}

export function countsBetween(before: ServerMetrics, after: ServerMetrics): ServerCounts {
  const grown = (name: string): number => after.get(name) - before.get(name);
  return {
    framesSkipped: grown('tickbase_frames_skipped_total'),
    piecesSkipped: grown('tickbase_pieces_skipped_total'),
    piecesMerged: grown('tickbase_pieces_merged_total'),
  };
}
