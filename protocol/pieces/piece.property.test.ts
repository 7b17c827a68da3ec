import { ByteWriter, Prng } from '@tickbase/base';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { movers } from '../testing/body-fixture.ts';
import { randomPiece, recordingSink, writeJunk } from '../testing/random-piece.ts';
import { decodePiece } from './decode-piece.ts';
import { encodePiece } from './encode-piece.ts';
import * as flags from './piece-flags.ts';
import { PIECE_HEADER_BYTES, pieceByteLength, readPieceFlags, readPieceHandle } from './piece-header.ts';
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

test('the names of a run of updates are gaps, or a bitmap where that is shorter', () => {
  const seen = { gaps: 0, bitmaps: 0, near: 0 };
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.array(fc.nat(3), { maxLength: 90 }),
      fc.constantFrom(1, 1, 60),
      (first, steps, scale) => {
        const names = [first];
        for (const step of steps) names.push(names.at(-1)! + 1 + scale * step);
        const { source } = movers(names.length, 1);
        source.updateNames = Uint16Array.from(names);
        source.updateMasks.fill(1 << 5); // the heading alone, a byte
        const writer = new ByteWriter(16);
        encodePiece(writer, source);

        const gaps = names.slice(1).map((name, i) => name - names[i]! - 1);
        const gapsLength = gaps.reduce((sum, gap) => sum + varintLength(gap), 0);
        const bitmapLength = Math.ceil((names.at(-1)! - names[0]!) / 8);
        const isBitmap = bitmapLength + varintLength(bitmapLength) < gapsLength;
        const namesLength = isBitmap ? bitmapLength + varintLength(bitmapLength) : gapsLength;
        const headLength = varintLength(2 * names.length + 1) + varintLength(names[0]!);
        expect(writer.length).toBe(PIECE_HEADER_BYTES + 1 + 1 + headLength + namesLength + names.length);
        seen[isBitmap ? 'bitmaps' : 'gaps']++;
        if (names.at(-1)! < 0x80) seen.near++;
      },
    ),
    { numRuns: runsOf(300) },
  );
  if (ARE_ALL_RUN) for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(4);
});

function varintLength(value: number): number {
  return value < 0x80 ? 1 : 2;
}
