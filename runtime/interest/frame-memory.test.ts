import { ByteWriter, Prng } from '@tickbase/base';
import { expect, test, vi } from 'vitest';
import { FrameMemory, NO_PLACE } from './frame-memory.ts';
import { MemoryInts } from './memory-ints.ts';
import { MemoryWriter } from './memory-writer.ts';
import { Stage } from './testing/stage.ts';

const MIB = 1024 * 1024;

test.for([1, 64])('what is in a memory of %i MiB stays what it is while others come, grow and go', (size) => {
  const prng = new Prng(29);
  const memory = new FrameMemory(size * MIB);
  const writers: { writer: MemoryWriter; model: ByteWriter }[] = [];
  const lists = Array.from({ length: 3 }, () => ({ ints: new MemoryInts(memory), model: [] as number[] }));
  let outside = 0;
  for (let step = 0; step < 250; step++) {
    if (writers.length < 6) {
      writers.push({ writer: new MemoryWriter(memory, prng.int(0, 5_000)), model: new ByteWriter(0) });
    }
    const { writer, model } = prng.pick(writers);
    const bytes = new Uint8Array(prng.int(0, 30_000)).fill(step);
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
    const added = list.ints.values.subarray(list.model.length, list.model.length + 90);
    expect(added.every((value) => value === 0)).toBe(true);
    added.fill(step);
    for (let i = 0; i < 90; i++) list.model.push(step);
    if (step % 16 !== 0) continue;
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

test('who has outgrown it is let go of', () => {
  const memory = new FrameMemory(4 * MIB);
  const large = new MemoryWriter(memory, 1);
  const small = new MemoryWriter(memory, 1);
  large.raw(new Uint8Array(17 * MIB));
  expect(large.place).toBe(NO_PLACE);
  const told = vi.spyOn(large, 'renew');
  const toldToo = vi.spyOn(small, 'renew');
  const other = new MemoryWriter(memory, 2 * MIB);
  expect(other.place).not.toBe(NO_PLACE);
  expect([told.mock.calls.length, toldToo.mock.calls.length]).toEqual([0, 1]);
});

test('a writer is used again unless it has become too large, or is of other viewers', () => {
  const [views, others] = [new Stage(30).views, new Stage(30).views];
  const writer = views.takeWriter(900);
  writer.raw(new Uint8Array(4 * MIB));
  expect(views.nextWriter(writer)).toBe(writer);
  expect(writer.length).toBe(0);
  expect(others.nextWriter(writer)).not.toBe(writer);

  const large = views.takeWriter(900);
  large.raw(new Uint8Array(9 * MIB));
  const next = views.nextWriter(large);
  expect(next.bytes.length).toBeLessThan(MIB);
  // What is given back is there for others.
  for (let i = 0; i < 100; i++) {
    const other = views.takeWriter(8 * MIB) as MemoryWriter;
    expect(other.place).not.toBe(NO_PLACE);
    views.giveBack(other);
  }
});

function viewOf(numbers: MemoryInts | readonly number[], length = 0): Uint8Array {
  const values = numbers instanceof MemoryInts ? numbers.values.slice(0, length) : Int32Array.from(numbers);
  return new Uint8Array(values.buffer);
}
