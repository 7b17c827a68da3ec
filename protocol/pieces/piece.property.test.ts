import { ByteWriter, Prng } from '@tickbase/base';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { randomPiece, recordingSink, writeJunk } from '../testing/random-piece.ts';
import { decodePiece } from './decode-piece.ts';
import { encodePiece } from './encode-piece.ts';
import * as flags from './piece-flags.ts';
import { pieceByteLength, readPieceFlags, readPieceHandle } from './piece-header.ts';
import { pieceLayoutOf } from './piece-layout.ts';

test('a piece tells the client what a naive reading of the rows tells', () => {
  const seen = { escaped: 0, wide: 0, pairs: 0, fixed: 0, bitmaps: 0, events: 0, wideMasks: 0 };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const prng = new Prng(seed);
      const { table, watch, source, expected } = randomPiece(prng);
      const writer = new ByteWriter(16);
      const offset = writeJunk(writer, prng);
      encodePiece(writer, source);
      const end = writer.length;
      writeJunk(writer, prng);
      const bytes = writer.copy();

      expect(readPieceHandle(bytes, offset)).toBe(source.handle);
      expect(offset + pieceByteLength(bytes, offset)).toBe(end);
      const bits = readPieceFlags(bytes, offset);
      const sink = recordingSink();
      expect(decodePiece(bytes, offset, table, watch, sink)).toBe(end);
      const isPairSplit = (bits & flags.PIECE_ESCAPED) !== 0;
      expect(sink.events()).toEqual(isPairSplit ? withoutPartners(expected, sink.events()) : expected);

      const layout = pieceLayoutOf(table, watch.cell !== null, watch.isExact, isPairSplit);
      if (isPairSplit) seen.escaped++;
      if ((bits & flags.PIECE_WIDE_NAMES) !== 0) seen.wide++;
      if (layout.pair !== null && end - offset > 8) seen.pairs++;
      if (layout.columns.some((column) => column.form === 'fixed')) seen.fixed++;
      if (expected.some((event) => event.what === 'missed')) seen.events++;
      if (source.maskWords > 1 && source.updateCount > 0) seen.wideMasks++;
      if (source.updateCount > 20) seen.bitmaps++;
    }),
    { numRuns: runsOf(1500) },
  );
  if (ARE_ALL_RUN) for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(4);
});

/** In an escaped piece a coordinate travels without the other; the model always sends both. */
function withoutPartners<Event extends object>(expected: readonly Event[], seen: readonly Event[]): readonly Event[] {
  return expected.map((event, i) => {
    const other = seen[i];
    if (!('values' in event) || !other || !('values' in other) || Array.isArray(event.values)) return event;
    const kept = Object.keys(other.values as object);
    return {
      ...event,
      values: Object.fromEntries(Object.entries(event.values as object).filter(([key]) => kept.includes(key))),
    };
  });
}
