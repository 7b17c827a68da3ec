import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '@tickbase/base';
import { CallMessageWriter } from './call-message-writer.ts';
import type { CallItem } from './client-message.ts';
import { encodeClientMessage } from './encode-client-message.ts';

const calls = new CallMessageWriter();
// Left-overs of the message before must not show.
const used = new ByteWriter(16);

function written(receiptTick: number, items: readonly CallItem[]): Uint8Array {
  used.bytes.fill(0xee);
  calls.begin(used, receiptTick, items.length);
  for (const { sequence, reducerId, args } of items) {
    // The arguments lie among other bytes.
    const bytes = Uint8Array.of(0xaa, 0xbb, 0xcc, ...args, 0xdd);
    calls.add(sequence, reducerId, bytes, 3, 3 + args.length);
  }
  calls.end();
  return used.copy();
}

test('a message of calls has the bytes that the general writer gives it', () => {
  const item = fc.record({
    kind: fc.constant('call' as const),
    sequence: fc.integer({ min: 1, max: 0xffff_ffff }),
    reducerId: fc.integer({ min: 0, max: 0xffff_ffff }),
    args: fc.uint8Array({ maxLength: 130 }),
  });
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.array(item, { minLength: 1, maxLength: 9 }), (receiptTick, items) => {
      const writer = new ByteWriter();
      encodeClientMessage(writer, { receiptTick, items });
      expect(written(receiptTick, items)).toEqual(writer.copy());
    }),
  );
});

test('fewer calls than were announced are a fault', () => {
  calls.begin(new ByteWriter(), 7, 2);
  calls.add(1, 3, new Uint8Array(0), 0, 0);
  expect(() => calls.end()).toThrow(/as many as were announced/);
});
