import { ByteWriter, Prng } from '@tickbase/base';
import { Builder } from 'flatbuffers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeClientMessage } from '../client/decode-client-message.ts';
import { encodeClientMessage } from '../client/encode-client-message.ts';
import { Call } from '../generated/tickbase/wire/call.ts';
import { ClientMessage } from '../generated/tickbase/wire/client-message.ts';
import { Goodbye } from '../generated/tickbase/wire/goodbye.ts';
import { ItemBody } from '../generated/tickbase/wire/item-body.ts';
import { Item } from '../generated/tickbase/wire/item.ts';
import { Subscribe } from '../generated/tickbase/wire/subscribe.ts';
import { encodeSection } from '../server/encode-section.ts';
import { randomClientMessage, randomSection } from './random-messages.ts';
import { readClientMessage, readServerMessage } from './read-generated.ts';

test('generated accessors read our client messages as we meant them', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const message = randomClientMessage(new Prng(seed));
      const writer = new ByteWriter(16);
      encodeClientMessage(writer, message);
      expect(readClientMessage(writer.copy())).toEqual(message);
    }),
    { numRuns: 500 },
  );
});

test('generated accessors read our sections as we meant them', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const prng = new Prng(seed);
      const sections = [randomSection(prng), randomSection(prng)];
      const writer = new ByteWriter(16);
      for (const section of sections) encodeSection(writer, section, [], 0);
      expect(readServerMessage(writer.copy())).toEqual(sections);
    }),
    { numRuns: 250 },
  );
});

test("messages of the FlatBuffers library's own builder are accepted", () => {
  const builder = new Builder(16);
  const items = [3, 4, 5].map((sequence) => {
    const args = Call.createArgsVector(builder, Uint8Array.of(9, sequence));
    return Item.createItem(builder, ItemBody.Call, Call.createCall(builder, sequence, 70 + sequence, args));
  });
  const queries = Subscribe.createQueriesVector(builder, [
    builder.createString('select * from body'),
    builder.createString('é'),
  ]);
  items.push(Item.createItem(builder, ItemBody.Subscribe, Subscribe.createSubscribe(builder, 12, queries)));
  Goodbye.startGoodbye(builder);
  items.push(Item.createItem(builder, ItemBody.Goodbye, Goodbye.endGoodbye(builder)));
  builder.finish(
    ClientMessage.createClientMessage(builder, 2n ** 40n, ClientMessage.createItemsVector(builder, items)),
  );
  expect(decodeClientMessage(builder.asUint8Array())).toEqual({
    receiptTick: 2 ** 40,
    items: [
      { kind: 'call', sequence: 3, reducerId: 73, args: Uint8Array.of(9, 3) },
      { kind: 'call', sequence: 4, reducerId: 74, args: Uint8Array.of(9, 4) },
      { kind: 'call', sequence: 5, reducerId: 75, args: Uint8Array.of(9, 5) },
      { kind: 'subscribe', querySetId: 12, queries: ['select * from body', 'é'] },
      { kind: 'goodbye' },
    ],
  });
});
