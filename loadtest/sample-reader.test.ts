import { expect, test } from 'vitest';
import { SampleReader } from './sample-reader.ts';

test('samples come out whole, however the stream is cut', () => {
  const sent = [3, 0, 700, 1].map((length, i) => new Uint8Array(length).fill(i + 1));
  const stream = Buffer.concat(
    sent.flatMap((sample) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(sample.length);
      return [length, sample];
    }),
  );
  for (const chunkBytes of [1, 3, 5, 64, 1000]) {
    const got: Uint8Array[] = [];
    const reader = new SampleReader((sample) => got.push(new Uint8Array(sample)));
    for (let at = 0; at < stream.length; at += chunkBytes) reader.push(stream.subarray(at, at + chunkBytes));
    expect(got).toEqual(sent);
  }
});
