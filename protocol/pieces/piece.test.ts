import { ByteWriter, TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import { bodyTable, movers } from '../testing/body-fixture.ts';
import { recordingSink } from '../testing/random-piece.ts';
import type { Watch } from '../server/section.ts';
import { decodePiece } from './decode-piece.ts';
import { encodePiece } from './encode-piece.ts';
import { PIECE_ESCAPED, PIECE_HAS_ENTERS, PIECE_HAS_UPDATES } from './piece-flags.ts';
import { readPieceFlags } from './piece-header.ts';
import { PIECE_EVENTS, type PieceSource } from './piece-port.ts';

function encoded(source: PieceSource): Uint8Array {
  const writer = new ByteWriter();
  encodePiece(writer, source);
  return writer.copy();
}

/** A piece with a body of these bytes, for partition 19. */
function pieceOf(flags: number, ...body: number[]): Uint8Array {
  return Uint8Array.of(19, 0, 0, 0, body.length, 0, 0, flags, ...body);
}

function refusal(bytes: Uint8Array, watch: Watch = movers(1, 1).watch): string {
  try {
    decodePiece(bytes, 0, bodyTable(), watch, recordingSink());
  } catch (error) {
    if (error instanceof TickbaseError) return error.code;
    throw error;
  }
  return 'accepted';
}

test('ten movers with position and heading cost at most 6.1 bytes each, everything counted', () => {
  expect(encoded(movers(10, 24).source).length).toBeLessThanOrEqual(61);
  expect(encoded(movers(10, 3).source).length).toBe(57);
  expect(encoded(movers(10, 1).source).length).toBe(55);
});

test('what each column comes to is counted, and the whole piece with its names, over any number of pieces', () => {
  const { source } = movers(10, 24);
  const columnBytes = new Float64Array(source.table.columns.length + 1);
  const lengths = [1, 2].map(() => encoded({ ...source, columnBytes }).length);
  expect(lengths).toEqual([61, 61]);
  // Ten pairs of three bytes, under the first of the two, and ten angles of one.
  expect([...columnBytes].filter((bytes) => bytes > 0)).toEqual([60, 20, 122]);
});

test('sixty movers cost less than five bytes each', () => {
  expect(encoded(movers(60, 3).source).length).toBeLessThan(300);
});

test('a body that only turned costs its heading and a name', () => {
  const { source } = movers(10, 24);
  source.updateMasks.fill(1 << 5);
  expect(encoded(source).length).toBe(8 + 3 + 10 + 10);
});

test('x travels with y, also when only one of them changed', () => {
  const { source, watch } = movers(1, 1);
  source.updateMasks.fill(1 << 3);
  const sink = recordingSink();
  decodePiece(encoded(source), 0, source.table, watch, sink);
  expect(sink.events()).toEqual([{ what: 'update', name: 6, values: { 3: -96, 4: 160 } }]);
});

test('a body on either border of its margin still fits in three bytes', () => {
  for (const x of [-3 * 32 - 2, -2 * 32 + 2]) {
    const { source, watch } = movers(1, 1);
    (source.columns[3] as Float32Array)[4] = x;
    const bytes = encoded(source);
    expect(readPieceFlags(bytes, 0)).toBe(PIECE_HAS_UPDATES);
    const sink = recordingSink();
    decodePiece(bytes, 0, source.table, watch, sink);
    expect(sink.events()[0]).toMatchObject({ values: { 3: x } });
  }
});

test('a body far outside of its cell is sent as it is, escaped', () => {
  const { source, watch } = movers(2, 1);
  (source.columns[3] as Float32Array)[6] = 12_345.67;
  const bytes = encoded(source);
  expect(readPieceFlags(bytes, 0)).toBe(PIECE_HAS_UPDATES | PIECE_ESCAPED);
  const sink = recordingSink();
  decodePiece(bytes, 0, source.table, watch, sink);
  expect(sink.events()[1]).toMatchObject({ values: { 3: Math.fround(12_345.67) } });
});

test('exact partitions carry the floats themselves', () => {
  const { source, watch } = movers(1, 1);
  const exact = { ...source, isExact: true };
  (exact.columns[5] as Float32Array)[4] = 1.2345;
  const sink = recordingSink();
  decodePiece(encoded(exact), 0, exact.table, { ...watch, isExact: true }, sink);
  expect(sink.events()[0]).toMatchObject({ values: { 5: Math.fround(1.2345) } });
});

test('names above 255 make the names of leaves and enters two bytes wide', () => {
  const { source, watch } = movers(1, 1);
  const wide: PieceSource = {
    ...source,
    updateCount: 0,
    leaveCount: 2,
    leaveNames: Uint16Array.of(5, 700),
    leaveTo: Uint32Array.of(0, 3_000_000_000),
  };
  const sink = recordingSink();
  decodePiece(encoded(wide), 0, wide.table, watch, sink);
  expect(sink.events()).toEqual([
    { what: 'leave', name: 5, to: 0 },
    { what: 'leave', name: 700, to: 3_000_000_000 },
  ]);
});

test('a count that the bytes cannot hold is refused before anything loops over it', () => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
  expect(refusal(pieceOf(PIECE_HAS_ENTERS, ...huge))).toBe('WIRE_PIECE');
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, ...huge))).toBe('WIRE_PIECE');
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0b100000, ...huge, 0))).toBe('WIRE_PIECE');
  expect(refusal(pieceOf(PIECE_EVENTS | PIECE_HAS_ENTERS, 0, ...huge))).toBe('WIRE_PIECE');
});

test('masks, names and bitmaps are held to their rules', () => {
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0b100000, 2, 6, 77))).toBe('accepted');
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0, 2, 6, 77))).toBe('WIRE_PIECE'); // no column
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0x80, 0x01, 2, 6, 77))).toBe('WIRE_PIECE'); // a column that is not there
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0b1000, 2, 6, 1, 2, 3))).toBe('WIRE_PIECE'); // half of a pair
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0b100000, 3, 6, 1, 0, 77))).toBe('WIRE_PIECE'); // an empty bitmap
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0b100000, 5, 6, 1, 3, 77, 78))).toBe('WIRE_PIECE'); // one bit too many
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0b100000, 2, 0x80, 0x80, 0x04, 77))).toBe('WIRE_PIECE'); // name 65536
  expect(refusal(pieceOf(PIECE_HAS_UPDATES, 1, 0b100000, 2, 6, 77, 0))).toBe('WIRE_PIECE'); // something follows
  expect(refusal(pieceOf(PIECE_EVENTS | PIECE_HAS_ENTERS | PIECE_HAS_UPDATES, 0, 0))).toBe('WIRE_PIECE');
});

test('a piece that ends behind its message is refused', () => {
  expect(refusal(encoded(movers(3, 1).source).slice(0, -1))).toBe('WIRE_PIECE');
  expect(refusal(Uint8Array.of(1, 2, 3))).toBe('WIRE_PIECE');
});

test('an empty snapshot says that the partition is empty', () => {
  const { source, watch } = movers(1, 1);
  const bytes = encoded({ ...source, updateCount: 0, flags: 1 });
  expect(bytes.length).toBe(8);
  expect(decodePiece(bytes, 0, source.table, watch, recordingSink())).toBe(8);
});
