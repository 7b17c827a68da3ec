import { ByteReader } from '@tickbase/base';
import { compileRowCodec } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import type { BoundReducer } from '../module/bound-schema.ts';
import { CallEncoder } from './call-encoder.ts';
import { PendingCall } from './pending-call.ts';

const params = [
  { name: 'text', accessor: 'text', type: { kind: 'string' } },
  { name: 'count', accessor: 'count', type: { kind: 'u16' } },
] as const;
const say: BoundReducer = {
  wire: { id: 23, name: 'say', params: [] },
  definition: { name: 'say', accessor: 'sayIt', params },
  args: compileRowCodec(params),
  argsPath: 'reducer say, args',
};

const decoded = ({ bytes, start, end }: PendingCall): unknown => {
  const reader = new ByteReader(bytes, start, end);
  const args = say.args.decode(reader);
  expect(reader.remaining).toBe(0);
  return args;
};

test('calls of all lengths keep their bytes, whatever is encoded after them', () => {
  const encoder = new CallEncoder();
  // Together some pieces of memory; a few longer than one.
  const lengths = Array.from({ length: 300 }, (_, i) => (i % 97 === 50 ? 9000 : (i * 37) % 130));
  const calls = lengths.map((length, i) => {
    const args = { text: 'x'.repeat(length), count: i };
    const call = new PendingCall('sayIt', args);
    encoder.encode(call, say);
    args.text = 'changed by the caller since';
    return call;
  });
  for (const [i, call] of calls.entries()) {
    expect(call.reducerId).toBe(23);
    expect(decoded(call)).toEqual({ text: 'x'.repeat(lengths[i]!), count: i });
  }
});

test('a call that does not fit is as it was, and the next one is encoded as if it had not been', () => {
  const encoder = new CallEncoder();
  const wrong = new PendingCall('sayIt', { text: 'half of it is there', count: 70_000 });
  expect(() => encoder.encode(wrong, say)).toThrow(/args\.count/);
  const long = new PendingCall('sayIt', { text: 'y'.repeat(40_000), count: 1 });
  expect(() => encoder.encode(long, say)).toThrow(/32768 at most/);
  for (const { reducerId, start, end } of [wrong, long]) expect([reducerId, start, end]).toEqual([-1, 0, 0]);
  const right = new PendingCall('sayIt', { text: 'z', count: 7 });
  encoder.encode(right, say);
  expect(decoded(right)).toEqual({ text: 'z', count: 7 });
});
