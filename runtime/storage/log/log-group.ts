import { ByteWriter } from '@tickbase/base';
import { FRAME_HEAD_BYTES } from './frame-head.ts';

/** Records that wait together: one frame, one sync. */
export class LogGroup {
  /** The frame: room for its head, then the records. */
  readonly writer: ByteWriter;
  readonly firstSequence: number;
  recordCount = 0;
  /** Every tick up to here is durable with this group; -1 when it says nothing of ticks. */
  lastTick = -1;
  /** Tick of its last commit, -1 without one. */
  commitTick = -1;
  schemaCount = 0;
  /** Told when the group is durable, or never will be. */
  readonly waiters: GroupWaiter[] = [];

  constructor(firstSequence: number, writer = new ByteWriter(GROUP_BYTES_FIRST)) {
    this.firstSequence = firstSequence;
    this.writer = writer;
    writer.reset();
    writer.zeros(FRAME_HEAD_BYTES);
  }

  get byteLength(): number {
    return this.writer.length;
  }

  /** True when the next record begins another group: one frame is read as a whole, and its buffer is kept. */
  get isFull(): boolean {
    return this.writer.length >= GROUP_BYTES;
  }
}

export interface GroupWaiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A group takes another record while it is below this: a few writes per sync, and a frame that a reader holds easily. */
export const GROUP_BYTES = 1 << 20;
const GROUP_BYTES_FIRST = 64 << 10;
