import { ByteWriter, Prng, TickbaseError } from '@tickbase/base';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { randomClientMessage } from '../testing/random-messages.ts';
import { CLIENT_MESSAGE_LIMITS, ClientMessageDecoder, decodeClientMessage } from './decode-client-message.ts';
import type { ClientItem, ClientMessage } from './client-message.ts';
import { encodeClientMessage } from './encode-client-message.ts';

test('client messages come back as they were', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const message = randomClientMessage(new Prng(seed));
      const writer = new ByteWriter(16);
      encodeClientMessage(writer, message);
      expect(decodeClientMessage(writer.copy())).toEqual(message);
    }),
    { numRuns: runsOf(2000) },
  );
});

test('a decoder for many messages reads what the plain one reads, and refuses what it refuses', () => {
  const decoder = new ClientMessageDecoder(CLIENT_MESSAGE_LIMITS);
  const seen = { calls: 0, items: 0, refused: 0 };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = new Prng(seed);
      const message = randomClientMessage(random);
      if (random.int(0, 1) === 1) message.items = message.items.filter(({ kind }) => kind === 'call');
      const writer = new ByteWriter(16);
      encodeClientMessage(writer, message);
      const bytes = writer.copy();
      if (random.int(0, 2) === 0) bytes[random.int(0, bytes.length - 1)]! ^= 1 << random.int(0, 7);
      const plain = outcomeOf(() => decodeClientMessage(bytes));
      const decoded = outcomeOf(() => {
        const { receiptTick, items } = decoder.decode(bytes);
        return { receiptTick, items: [...items, ...callsOf(decoder)] };
      });
      expect(decoded).toEqual(plain);
      if ('code' in decoded) seen.refused++;
      else if (decoder.calls.count > 0) seen.calls++;
      else seen.items++;
    }),
    { numRuns: runsOf(3000) },
  );
  if (ARE_ALL_RUN) for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});

test('messages of the usual shapes are read as all others, whole or broken', () => {
  const decoder = new ClientMessageDecoder({ ...CLIENT_MESSAGE_LIMITS, argsBytesMax: 20 });
  const limits = { ...CLIENT_MESSAGE_LIMITS, argsBytesMax: 20 };
  const seen = { receipts: 0, calls: 0, refused: 0 };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = new Prng(seed);
      const call = (): ClientItem => ({
        kind: 'call',
        sequence: random.int(0, 0xffff_ffff),
        reducerId: random.int(0, 0xffff_ffff),
        args: Uint8Array.from({ length: random.int(0, 22) }, () => random.int(0, 255)),
      });
      const items = Array.from({ length: random.int(0, 5) === 0 ? 2 : random.int(0, 1) }, call);
      const writer = new ByteWriter(16);
      encodeClientMessage(writer, { receiptTick: random.int(0, 2 ** 53 - 1), items });
      let bytes: Uint8Array = writer.copy();
      if (random.int(0, 1) === 0) bytes[random.int(0, bytes.length - 1)]! ^= 1 << random.int(0, 7);
      if (random.int(0, 4) === 0)
        bytes = Uint8Array.from([...bytes, ...new Uint8Array(12)]).subarray(0, random.int(8, bytes.length + 12));
      const plain = outcomeOf(() => decodeClientMessage(bytes, limits));
      const decoded = outcomeOf(() => {
        const { receiptTick, items: others } = decoder.decode(bytes);
        return { receiptTick, items: [...others, ...callsOf(decoder)] };
      });
      expect(decoded).toEqual(plain);
      if ('code' in decoded) seen.refused++;
      else if (decoded.items.length > 0) seen.calls++;
      else seen.receipts++;
    }),
    { numRuns: runsOf(3000) },
  );
  if (ARE_ALL_RUN) for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});

function callsOf({ calls }: ClientMessageDecoder): ClientItem[] {
  return Array.from({ length: calls.count }, (_, i) => ({
    kind: 'call',
    sequence: calls.sequences[i]!,
    reducerId: calls.reducerIds[i]!,
    args: calls.bytes.slice(calls.starts[i]!, calls.ends[i]!),
  }));
}

function outcomeOf(decode: () => ClientMessage): ClientMessage | { code: string; where: string } {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    return { code: error.code, where: error.where };
  }
}
