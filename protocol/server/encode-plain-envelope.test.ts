import { ByteWriter, Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import { beginPlainSection, encodeSection, encodeSectionInFull, plainSectionBegin } from './encode-section.ts';
import { OwnRows } from './own-rows.ts';
import { PlainResults } from './plain-results.ts';
import type { Section } from './section.ts';

const PIECES = new Uint8Array([7, 0, 0, 0, 2, 0, 0, 1, 5, 6]);

test('sections with results and own rows have the bytes that the general writer gives them', () => {
  const prng = new Prng(41);
  for (let i = 0; i < 300; i++) {
    // Mostly of the shapes that there are templates of.
    const [resultCount, ownRowCount] = [prng.int(0, i % 2 === 0 ? 1 : 6), prng.int(0, i % 2 === 0 ? 1 : 5)];
    const section = plainSection(prng, resultCount, ownRowCount);
    const [fast, full] = [dirtyWriter(), dirtyWriter()];
    encodeSection(fast, section, [PIECES], 1);
    encodeSectionInFull(full, section, [PIECES], 1);
    expect(fast.copy(), `${resultCount} results, ${ownRowCount} own rows`).toEqual(full.copy());
  }
});

test('how long the begin of a section is, is known before it is written', () => {
  const prng = new Prng(43);
  for (let resultCount = 0; resultCount < 6; resultCount++) {
    for (let ownRowCount = 0; ownRowCount < 5; ownRowCount++) {
      const section = plainSection(prng, resultCount, ownRowCount);
      const [results, ownRows] = [new PlainResults(), new OwnRows()];
      for (const { sequence, tick } of section.results) results.add(sequence, 2, tick);
      for (const { tableId, slot, row } of section.ownRows) {
        ownRows.bytes.raw(row);
        ownRows.add(tableId, slot);
      }
      const writer = dirtyWriter();
      beginPlainSection(writer, section.head, results, ownRows, 1);
      expect(writer.length - 16).toBe(plainSectionBegin(results, ownRows));
    }
  }
});

/** With old bytes where the section will be, and another section of 16 bytes before it. */
function dirtyWriter(): ByteWriter {
  const writer = new ByteWriter(64);
  for (let i = 0; i < 1000; i++) writer.u8(0xa5);
  writer.length = 16;
  return writer;
}

function plainSection(prng: Prng, resultCount: number, ownRowCount: number): Section {
  return {
    head: {
      tick: 2 ** 33 + 17,
      durableTick: 2 ** 33 + 11,
      serverTimeUs: 1_700_000_000_123_456n,
      callsProcessed: 91,
      timeScale: 0.5,
      flags: 1,
    },
    welcome: null,
    results: Array.from({ length: resultCount }, (_, i) => ({
      sequence: 91 + i,
      status: (['committed', 'refused', 'failed'] as const)[i % 3]!,
      code: '',
      message: '',
      tick: 2 ** 33 + i,
    })),
    watches: [],
    unwatches: [],
    ownRows: Array.from({ length: ownRowCount }, (_, i) => ({
      tableId: 3 + i,
      slot: prng.int(1, 70_000),
      row: new Uint8Array(prng.int(0, 3) === 0 ? prng.int(90, 120) : prng.int(0, 13)).map(() => prng.int(1, 255)),
    })),
    applied: [],
    ended: [],
    subscriptionErrors: [],
    queryAnswers: [],
  };
}
