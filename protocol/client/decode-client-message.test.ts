import { ByteWriter, TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import type { ClientItem, ClientMessage } from './client-message.ts';
import { CLIENT_MESSAGE_LIMITS, decodeClientMessage } from './decode-client-message.ts';
import { encodeClientMessage } from './encode-client-message.ts';

function encoded(items: ClientItem[], receiptTick = 3): Uint8Array {
  const writer = new ByteWriter();
  encodeClientMessage(writer, { receiptTick, items });
  return writer.copy();
}

const call = (bytes: number): ClientItem => ({ kind: 'call', sequence: 2, reducerId: 9, args: new Uint8Array(bytes) });
const hello: ClientItem = {
  kind: 'hello',
  protocolVersion: 1,
  token: '',
  confirmed: true,
  schemaHash: '',
  resume: null,
  resultsSeen: 0,
  bytesPerSecond: 0,
};

function refusal(bytes: Uint8Array, limits = CLIENT_MESSAGE_LIMITS): string {
  try {
    decodeClientMessage(bytes, limits);
  } catch (error) {
    if (error instanceof TickbaseError) return error.code;
    throw error;
  }
  return 'accepted';
}

function patched(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(offset, value, true);
  return copy;
}

test('a vector of 100 000 items in 56 bytes is refused', () => {
  const bytes = encoded([call(0)]).slice(0, 56);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    for (const count of [100_000, 100_000_000, 0x7fff_ffff, 0xffff_ffff]) {
      expect(['WIRE_ENVELOPE', 'WIRE_TRAILING', 'WIRE_TAG', 'WIRE_LIMIT', 'accepted']).toContain(
        refusal(patched(bytes, at, count)),
      );
    }
  }
  const receipt = Uint8Array.of(12, 0, 0, 0, 0, 0, 8, 0, 8, 0, 4, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0xa0, 0x86, 1, 0);
  expect(refusal(patched(receipt, 8, 0x0004_0000))).toBe('WIRE_ENVELOPE');
});

test('the limits are the last sizes that pass', () => {
  const limits = { messageBytesMax: 400, itemsMax: 3, argsBytesMax: 20, queryTextBytesMax: 10, queriesMax: 2 };
  const codeOf = (items: ClientItem[]) => refusal(encoded(items), limits);
  expect(codeOf([call(20), call(0), call(0)])).toBe('accepted');
  expect(codeOf([call(0), call(0), call(0), call(0)])).toBe('WIRE_LIMIT');
  expect(codeOf([call(21)])).toBe('WIRE_LIMIT');
  expect(codeOf([{ kind: 'query', requestId: 4, query: 'x'.repeat(10) }])).toBe('accepted');
  expect(codeOf([{ kind: 'query', requestId: 4, query: 'x'.repeat(11) }])).toBe('WIRE_LIMIT');
  expect(codeOf([{ kind: 'subscribe', querySetId: 4, queries: ['a', 'b'] }])).toBe('accepted');
  expect(codeOf([{ kind: 'subscribe', querySetId: 4, queries: ['a', 'b', 'c'] }])).toBe('WIRE_LIMIT');
  expect(codeOf([{ ...hello, token: 't'.repeat(300) }])).toBe('WIRE_LIMIT');
});

test('a hello stands first or nowhere', () => {
  expect(refusal(encoded([hello, call(1)]))).toBe('accepted');
  expect(refusal(encoded([call(1), hello]))).toBe('WIRE_ENVELOPE');
});

test('references to the same bytes do not multiply work', () => {
  // A vector of 60 offsets that all lead to the one call that was sent.
  const bytes = encoded(Array.from({ length: 60 }, () => call(200)));
  const view = new DataView(bytes.buffer);
  const root = view.getUint32(0, true);
  const vtable = root - view.getInt32(root, true);
  const field = root + view.getUint16(vtable + 6, true);
  const first = field + view.getUint32(field, true) + 4;
  const item = first + view.getUint32(first, true);
  for (let at = first; at < first + 4 * 60; at += 4) view.setUint32(at, item - at, true);
  const call1End = first + 4 * 60 + 280;
  expect(() => decodeClientMessage(bytes.slice(0, call1End))).toThrow(/uses the same bytes more than once/);
});

test('trailing bytes are refused, padding of up to seven zeros is not', () => {
  const bytes = encoded([{ kind: 'unsubscribe', querySetId: 8 }]);
  expect(refusal(new Uint8Array([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]))).toBe('WIRE_TRAILING');
  expect(refusal(new Uint8Array([...bytes, 1]))).toBe('WIRE_TRAILING');
});

test('an unknown kind of item, broken text and a number of 2^53 are refused', () => {
  const tagged = encoded([{ kind: 'goodbye' }]);
  const found = tagged.findIndex((byte, at) => byte === 6 && tagged[at + 1] === 0 && at > 40);
  tagged[found] = 7;
  expect(refusal(tagged)).toBe('WIRE_TAG');
  const text = encoded([{ kind: 'query', requestId: 4, query: 'abcd' }]);
  text[text.indexOf(0x61)] = 0xff;
  expect(refusal(text)).toBe('WIRE_UTF8');
  expect(refusal(encoded([], 2 ** 53))).toBe('WIRE_ENVELOPE');
});

test('every cut of a message is refused', () => {
  const bytes = encoded([hello, call(13), { kind: 'subscribe', querySetId: 7, queries: ['select * from body'] }]);
  const reached = bytes.length - 8;
  for (let length = 0; length <= reached; length++) expect(refusal(bytes.slice(0, length))).not.toBe('accepted');
});

test('what is decoded does not share memory with the message', () => {
  const bytes = encoded([{ kind: 'call', sequence: 2, reducerId: 9, args: Uint8Array.of(5, 6) }]);
  const message: ClientMessage = decodeClientMessage(bytes);
  bytes.fill(0);
  expect(message.items[0]).toMatchObject({ args: Uint8Array.of(5, 6) });
});
