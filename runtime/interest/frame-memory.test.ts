import { ByteWriter, Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import { FrameMemory, NO_PLACE } from './frame-memory.ts';
import { MemoryInts } from './memory-ints.ts';
import { MemoryWriter } from './memory-writer.ts';

const MIB = 1024 * 1024;

test.for([1, 64])('what is in a memory of %i MiB stays what it is while others come, grow and go', (size) => {
  const prng = new Prng(29);
  const memory = new FrameMemory(size * MIB);
  const writers: { writer: MemoryWriter; model: ByteWriter }[] = [];
  const lists = Array.from({ length: 3 }, () => ({ ints: new MemoryInts(memory), model: [] as number[] }));
  let outside = 0;
  for (let step = 0; step < 400; step++) {
    if (writers.length < 6) {
      writers.push({ writer: new MemoryWriter(memory, prng.int(0, 5_000)), model: new ByteWriter(0) });
    }
    const { writer, model } = prng.pick(writers);
    const bytes = Uint8Array.from({ length: prng.int(0, 60_000) }, () => step);
    writer.raw(bytes);
    model.raw(bytes);
    if (prng.int(0, 20) === 0) {
      writer.reset();
      model.reset();
    }
    if (prng.int(0, 30) === 0) {
      writers.splice(prng.int(0, writers.length - 1), 1)[0]!.writer.release();
    }
    const list = prng.pick(lists);
    list.ints.reserve(list.model.length + 90);
    for (let i = 0; i < 90; i++) {
      expect(list.ints.values[list.model.length]).toBe(0);
      list.ints.values[list.model.length] = step;
      list.model.push(step);
    }
    for (const { writer, model } of writers) {
      expect(Buffer.compare(writer.view(), model.view())).toBe(0);
      if (writer.place === NO_PLACE) outside++;
      else expect(writer.bytes.byteOffset).toBe(writer.place);
    }
    for (const { ints, model } of lists) expect(Buffer.compare(viewOf(ints, model.length), viewOf(model))).toBe(0);
  }
  // What has no room is in ordinary memory.
  expect(outside > 0).toBe(size === 1);
});

function viewOf(numbers: MemoryInts | readonly number[], length = 0): Uint8Array {
  const values = numbers instanceof MemoryInts ? numbers.values.slice(0, length) : Int32Array.from(numbers);
  return new Uint8Array(values.buffer);
}
