import { serverMetricsOf } from './server-metrics-of.ts';

/** What a server counts of the news that it could not send at once. */
export interface ServerCounts {
  /** Times that a client was passed over because it was behind. */
  readonly framesSkipped: number;
  /** Pieces for which a client's budget had no room in their tick. */
  readonly piecesSkipped: number;
  /** Pieces that brought at once what several ticks had changed. */
  readonly piecesMerged: number;
}

/** Since it began, as its metrics tell; null: it gave no answer. */
export async function serverCountsOf(uri: string): Promise<ServerCounts | null> {
  const metrics = await serverMetricsOf(uri);
  if (metrics === null) return null;
  return {
    framesSkipped: metrics.get('tickbase_frames_skipped_total') ?? 0,
    piecesSkipped: metrics.get('tickbase_pieces_skipped_total') ?? 0,
    piecesMerged: metrics.get('tickbase_pieces_merged_total') ?? 0,
  };
}

/** Null when one of both is not known. */
export function countsSince(before: ServerCounts | null, after: ServerCounts | null): ServerCounts | null {
  if (before === null || after === null) return null;
  return {
    framesSkipped: after.framesSkipped - before.framesSkipped,
    piecesSkipped: after.piecesSkipped - before.piecesSkipped,
    piecesMerged: after.piecesMerged - before.piecesMerged,
  };
}
