import { ByteWriter, TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import { readServerMessage } from '../testing/read-generated.ts';
import { decodeServerMessage } from './decode-server-message.ts';
import { encodeSection } from './encode-section.ts';
import type { Section } from './section.ts';

const HEAD = { tick: 2 ** 40 + 5, durableTick: 7, serverTimeUs: -9n, callsProcessed: 11, timeScale: 0.5, flags: 1 };

function sectionOf(parts: Partial<Section>): Section {
  return {
    head: HEAD,
    welcome: null,
    results: [],
    watches: [],
    unwatches: [],
    ownRows: [],
    applied: [],
    ended: [],
    subscriptionErrors: [],
    queryAnswers: [],
    ...parts,
  };
}

function encoded(section: Section, pieces: Uint8Array[] = []): Uint8Array {
  const writer = new ByteWriter();
  encodeSection(writer, section, pieces, pieces.length);
  return writer.copy();
}

function refusal(bytes: Uint8Array): string {
  try {
    decodeServerMessage(bytes, () => {});
  } catch (error) {
    if (error instanceof TickbaseError) return error.code;
    throw error;
  }
  return 'accepted';
}

const PIECE = Uint8Array.of(5, 0, 0, 0, 3, 0, 0, 16, 1, 4, 0);

test('a section with nothing but its head has 64 bytes', () => {
  const bytes = encoded(sectionOf({}));
  expect(bytes.length).toBe(64);
  expect(readServerMessage(bytes)).toEqual([sectionOf({})]);
});

test('memory that was used before does not shine through the template', () => {
  const writer = new ByteWriter(512);
  writer.raw(new Uint8Array(512).fill(0xee));
  writer.reset();
  encodeSection(writer, sectionOf({}), [PIECE], 1);
  expect(writer.view()).toEqual(encoded(sectionOf({}), [PIECE]));
});

test('pieces lie one after another without a gap, padded at the end', () => {
  const bytes = encoded(sectionOf({}), [PIECE, PIECE]);
  expect(bytes.length).toBe(64 + 24);
  expect(bytes.subarray(64, 75)).toEqual(PIECE);
  expect(bytes.subarray(75, 86)).toEqual(PIECE);
  const offsets: number[] = [];
  decodeServerMessage(bytes, (_section, pieces) => {
    for (let at = pieces.next(); at !== -1; at = pieces.next()) offsets.push(at);
  });
  expect(offsets).toEqual([64, 75]);
});

test('lengths that do not fit together are refused', () => {
  const bytes = encoded(sectionOf({ applied: [3] }), [PIECE]);
  const patched = (offset: number, value: number) => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(offset, value, true);
    return refusal(copy);
  };
  expect(refusal(bytes)).toBe('accepted');
  expect(refusal(new Uint8Array(0))).toBe('WIRE_FRAME');
  expect(refusal(bytes.slice(0, -8))).toBe('WIRE_FRAME');
  expect(refusal(new Uint8Array([...bytes, 0]))).toBe('WIRE_FRAME');
  expect(patched(0, bytes.length + 8)).toBe('WIRE_FRAME');
  expect(patched(0, 0)).toBe('WIRE_FRAME');
  expect(patched(4, 0xffff_fff8)).toBe('WIRE_FRAME');
  const pieceAt = bytes.length - 16;
  expect(patched(pieceAt + 4, 0x00ff_ffff)).toBe('WIRE_FRAME');
  expect(patched(pieceAt + 12, 0x0100_0000)).toBe('WIRE_FRAME');
});
