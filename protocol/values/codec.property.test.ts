import { ByteReader, ByteWriter, Prng } from '@tickbase/base';
import { storageKindOf } from '@tickbase/schema/plan';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SCALARS, columnOf, randomType, randomValue } from '../testing/random-values.ts';
import { checkValue } from './check-value.ts';
import { compileCodec } from './codec.ts';
import { minimalSize } from './minimal-size.ts';
import { encodeStoredRow } from './stored.ts';

const seeds = fc.nat();

test('any value of any type comes back as it was', () => {
  const kindsSeen = new Set<string>();
  fc.assert(
    fc.property(seeds, (seed) => {
      const prng = new Prng(seed);
      const type = randomType(prng, 3);
      kindsSeen.add(type.kind);
      const value = randomValue(prng, type);
      const codec = compileCodec(type);
      const writer = new ByteWriter(1);
      writer.u8(77);
      codec.encode(writer, value);
      expect(writer.length - 1).toBeGreaterThanOrEqual(minimalSize(type));
      const reader = new ByteReader(writer.view(), 1);
      expect(codec.decode(reader)).toEqual(value);
      expect(reader.remaining).toBe(0);
    }),
    { numRuns: 3000 },
  );
  expect(kindsSeen.size).toBe(SCALARS.length + 5);
});

test('a value that its type allows passes the check unless it holds a float that is not finite', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const prng = new Prng(seed);
      const type = randomType(prng, 3);
      const writer = new ByteWriter();
      compileCodec(type).encode(writer, randomValue(prng, type));
      const reader = new ByteReader(writer.view());
      try {
        checkValue(reader, type);
        expect(reader.remaining).toBe(0);
      } catch (error) {
        expect(error).toMatchObject({ code: 'VALUE_NOT_FINITE' });
      }
    }),
    { numRuns: 1000 },
  );
});

test('what the check lets pass can be decoded, whatever the bytes are', () => {
  let passed = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const prng = new Prng(seed);
      const type = randomType(prng, 2);
      const bytes = Uint8Array.from({ length: prng.int(0, 40) }, () =>
        prng.int(0, 2) === 0 ? prng.int(0, 255) : prng.int(0, 3),
      );
      const checked = new ByteReader(bytes);
      try {
        checkValue(checked, type);
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^(WIRE|VALUE)_/);
        return;
      }
      passed++;
      const reader = new ByteReader(bytes);
      compileCodec(type).decode(reader);
      expect(reader.offset).toBe(checked.offset);
    }),
    { numRuns: 3000 },
  );
  expect(passed).toBeGreaterThan(100);
});

test('a row written from its columns has the same bytes as the row of values', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const prng = new Prng(seed);
      const types = Array.from({ length: prng.int(1, 6) }, () => randomType(prng, 2));
      const slot = prng.int(1, 12);
      const values = types.map((type) => randomValue(prng, type));
      const expected = new ByteWriter();
      types.forEach((type, i) => compileCodec(type).encode(expected, values[i]));
      const stored = new ByteWriter();
      const columns = types.map((type, i) => columnOf(type, new Map([[slot, values[i]]]), 13));
      encodeStoredRow(stored, types.map(storageKindOf), columns, slot);
      expect(stored.view()).toEqual(expected.view());
    }),
    { numRuns: 1000 },
  );
});
