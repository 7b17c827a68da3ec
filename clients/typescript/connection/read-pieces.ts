import { TickbaseError } from '@tickbase/base';
import { decodePiece, pieceByteLength, type PieceCursor, readPieceFlags, readPieceHandle } from '@tickbase/protocol';
import type { ClientCache } from '../cache/client-cache.ts';
import type { Partition } from '../cache/partition.ts';
import type { Meter } from './meter.ts';

/**
 * Takes the pieces of a section into the cache, exact partitions first: a row that leaves its exact partition may have its
 * newest values in a streamed one, which are ignored as long as the exact one holds it. Pieces of tables that the generated
 * code does not know are passed over.
 */
export function readPieces(cache: ClientCache, pieces: PieceCursor, meter: Meter | null): void {
  const { bytes } = pieces;
  const streamed: { partition: Partition; offset: number }[] = [];
  for (let offset = pieces.next(); offset >= 0; offset = pieces.next()) {
    const partition = cache.partition(readPieceHandle(bytes, offset)) ?? unknownPartition(bytes, offset);
    if (partition.bound !== null) meter?.piece(partition.bound.definition.accessor, pieceByteLength(bytes, offset));
    if (partition.watch.isExact) readPiece(cache, partition, bytes, offset);
    else streamed.push({ partition, offset });
  }
  for (const { partition, offset } of streamed) readPiece(cache, partition, bytes, offset);
  cache.endPieces();
}

function readPiece(cache: ClientCache, partition: Partition, bytes: Uint8Array, offset: number): void {
  const { bound, watch } = partition;
  if (bound === null) return;
  cache.piece(partition, readPieceFlags(bytes, offset), (sink) => decodePiece(bytes, offset, bound.wire, watch, sink));
}

function unknownPartition(bytes: Uint8Array, offset: number): never {
  throw new TickbaseError({
    code: 'UNKNOWN_PARTITION',
    what: `a server message has news of partition ${readPieceHandle(bytes, offset)}, which was not announced`,
    where: `byte ${offset} of the message`,
    mend: 'report it with the versions of the server and the client',
  });
}
