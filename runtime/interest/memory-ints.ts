import { grownTo } from '@tickbase/base';
import { type FrameMemory, type MemoryHolder, NO_PLACE, partBytes } from './frame-memory.ts';

/** Whole numbers of 32 bits in the memory of frames. */
export class MemoryInts implements MemoryHolder {
  /** i32[]: another one whenever anything in the memory grows. */
  values = new Int32Array(0);
  /** Where they are in the memory, in bytes; NO_PLACE: it has no more, and they are in ordinary memory. */
  place = NO_PLACE;
  private readonly memory: FrameMemory;
  /** Of `values`; it has none itself when the memory has grown. */
  private length = 0;

  constructor(memory: FrameMemory) {
    this.memory = memory;
  }

  /** Makes room for at least `length` numbers, or twice as many as before; new ones are 0. */
  reserve(length: number): void {
    if (this.length >= length) return;
    const { place: placeBefore, length: lengthBefore } = this;
    const bytes = partBytes(4 * Math.max(length, 2 * lengthBefore));
    const place = this.memory.take(this, bytes); // may renew `values`
    if (place === NO_PLACE) this.values = grownTo(this.values, length);
    else {
      const longer = new Int32Array(this.memory.buffer, place, bytes / 4);
      longer.set(this.values);
      longer.fill(0, lengthBefore);
      this.values = longer;
    }
    if (placeBefore !== NO_PLACE) this.memory.giveBack(placeBefore, 4 * lengthBefore);
    this.place = place;
    this.length = this.values.length;
  }

  renew(): void {
    if (this.place !== NO_PLACE) this.values = new Int32Array(this.memory.buffer, this.place, this.length);
  }
}
