import { ByteWriter, Prng } from '@tickbase/base';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomClientMessage } from '../testing/random-messages.ts';
import { decodeClientMessage } from './decode-client-message.ts';
import { encodeClientMessage } from './encode-client-message.ts';

test('client messages come back as they were', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const message = randomClientMessage(new Prng(seed));
      const writer = new ByteWriter(16);
      encodeClientMessage(writer, message);
      expect(decodeClientMessage(writer.copy())).toEqual(message);
    }),
    { numRuns: 2000 },
  );
});
