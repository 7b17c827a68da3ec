import { ByteWriter } from '@tickbase/base';
import { type FrameMemory, type MemoryHolder, NO_PLACE, partBytes } from './frame-memory.ts';

/** A writer whose bytes are in the memory of frames, while it has room for them. `bytes` is another one whenever anything in that memory grows. */
export class MemoryWriter extends ByteWriter implements MemoryHolder {
  readonly memory: FrameMemory;
  /** Where `bytes` is in the memory; NO_PLACE: it is in ordinary memory. */
  place = NO_PLACE;
  /** Bytes of that part. */
  private capacity = 0;

  constructor(memory: FrameMemory, capacity: number) {
    super(0);
    this.memory = memory;
    this.move(capacity);
  }

  /** False: what was written last was so much that another writer is to take its place. */
  get isFit(): boolean {
    return this.place !== NO_PLACE && this.capacity <= KEPT_BYTES_MAX;
  }

  /** Gives its part of the memory back, with all that was written. */
  release(): void {
    if (this.place === NO_PLACE) return;
    this.memory.giveBack(this.place, this.capacity);
    this.memory.forget(this);
    this.place = NO_PLACE;
    this.length = 0;
    this.bytes = new Uint8Array(16);
    this.data = new DataView(this.bytes.buffer);
  }

  renew(): void {
    if (this.place !== NO_PLACE) this.look();
  }

  protected override grow(count: number): void {
    this.move(Math.max(2 * this.bytes.length, this.length + count));
  }

  private move(wanted: number): void {
    const capacity = partBytes(wanted);
    const place = this.memory.take(this, capacity); // may renew `bytes`
    const { place: placeBefore, capacity: capacityBefore, bytes: before } = this;
    if (place === NO_PLACE) super.grow(wanted - this.length);
    this.place = place;
    this.capacity = capacity;
    if (place !== NO_PLACE) {
      this.look();
      this.bytes.set(before.subarray(0, this.length));
    }
    if (placeBefore !== NO_PLACE) this.memory.giveBack(placeBefore, capacityBefore);
    if (place === NO_PLACE) this.memory.forget(this); // it would be kept, and what it holds in ordinary memory with it
  }

  private look(): void {
    this.bytes = new Uint8Array(this.memory.buffer, this.place, this.capacity);
    this.data = new DataView(this.memory.buffer, this.place, this.capacity);
  }
}

/** After a larger burst (many first loads at once) others are to have the room. */
const KEPT_BYTES_MAX = 8 * 1024 * 1024;
