import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TickbaseError } from './tickbase-error.ts';
import { decodeUtf8, encodeUtf8Into, isUtf8, isWellFormed, utf8Length } from './utf8.ts';

/** Any sequence of UTF-16 units, lone surrogates included. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x7f }),
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd7f0, max: 0xe010 }),
    ),
  )
  .map((units) => String.fromCharCode(...units));

/** Bytes near the borders of what UTF-8 allows. */
const anyBytes = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) =>
    bytes.map(
      (byte, i) =>
        [byte, 0x80 | (byte & 0x3f), 0xe0 | (byte & 0xf), 0xf0 | (byte & 7), 0xed, byte & 0x7f][(byte + i) % 6]!,
    ),
  );

test('texts are encoded as TextEncoder encodes them', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const expected = new TextEncoder().encode(text);
      expect(utf8Length(text)).toBe(expected.length);
      const bytes = new Uint8Array(expected.length + 3);
      expect(encodeUtf8Into(text, bytes, 3)).toBe(bytes.length);
      expect(bytes.subarray(3)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test('bytes are decoded or refused as a fatal TextDecoder does', () => {
  const seen = { good: 0, bad: 0 };
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      let expected: string | null;
      try {
        expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        expected = null;
      }
      seen[expected === null ? 'bad' : 'good']++;
      expect(isUtf8(bytes, 0, bytes.length)).toBe(expected !== null);
      if (expected === null) expect(() => decodeUtf8(bytes, 0, bytes.length)).toThrow(TickbaseError);
      else expect(decodeUtf8(bytes, 0, bytes.length)).toBe(expected);
    }),
    { numRuns: 5000 },
  );
  expect(seen.good).toBeGreaterThan(200);
  expect(seen.bad).toBeGreaterThan(200);
});

test('texts longer than a chunk come back whole, wherever a pair falls', () => {
  for (const lead of [0, 1, 2046, 2047, 2048]) {
    const text = `${'a'.repeat(lead)}${'😀é漢'.repeat(3000)}`;
    const bytes = new TextEncoder().encode(text);
    expect(decodeUtf8(bytes, 0, bytes.length)).toBe(text);
  }
});

test('only texts without lone surrogates are well formed', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const roundTrip = new TextDecoder().decode(new TextEncoder().encode(text));
      expect(isWellFormed(text)).toBe(roundTrip === text || roundTrip === text.replace(/^\ufeff/, ''));
    }),
  );
});
