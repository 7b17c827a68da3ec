import { ByteWriter, Prng } from '@tickbase/base';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../test/support/runs-of.ts';
import { encodePiece } from '../pieces/encode-piece.ts';
import { hashWireSchema } from '../schema/hash-wire-schema.ts';
import { randomSection } from '../testing/random-messages.ts';
import { randomPiece } from '../testing/random-piece.ts';
import { decodeServerMessage } from './decode-server-message.ts';
import { encodeSection } from './encode-section.ts';
import type { Section } from './section.ts';

test('sections with any parts come back as they were, with their pieces', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const prng = new Prng(seed);
      const writer = new ByteWriter(16);
      const sent = Array.from({ length: prng.int(1, 3) }, () => {
        const pieces = Array.from({ length: prng.int(0, 3) }, () => {
          const piece = new ByteWriter();
          encodePiece(piece, randomPiece(prng).source);
          return piece.copy();
        });
        const section = randomSection(prng);
        encodeSection(writer, section, pieces, pieces.length);
        expect(writer.length % 8).toBe(0);
        return { section, pieces };
      });
      const received: { section: Section; pieces: Uint8Array[] }[] = [];
      decodeServerMessage(writer.copy(), (section, cursor) => {
        const pieces: Uint8Array[] = [];
        for (let at = cursor.next(); at !== -1; at = cursor.next()) {
          pieces.push(cursor.bytes.slice(at, at + sent[received.length]!.pieces[pieces.length]!.length));
        }
        received.push({ section, pieces });
      });
      expect(received).toEqual(sent);
      for (const [i, { section }] of received.entries()) {
        const schema = section.welcome?.schema;
        if (schema) expect(hashWireSchema(schema)).toBe(hashWireSchema(sent[i]!.section.welcome!.schema!));
      }
    }),
    { numRuns: runsOf(250) },
  );
});
