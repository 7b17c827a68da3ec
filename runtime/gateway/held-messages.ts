import { ByteWriter } from '@tickbase/base';
import type { Viewers } from '../interest/viewers-port.ts';
import type { Link } from './link.ts';
import type { Session } from './session.ts';

/**
 * Messages that wait for the disk: what each flush had for confirmed clients, oldest first, bounded in number and bytes. Its last section's
 * tick says when a flush's messages may leave; ticks ascend from flush to flush, so that none overtakes another.
 */
export class HeldMessages {
  readonly #limits: HeldLimits;
  readonly #flushes: HeldFlush[] = [];
  /** Emptied buffers, for the flushes to come. */
  readonly #spares: ByteWriter[] = [];
  #bytes = 0;

  constructor(limits: HeldLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#flushes.length;
  }

  /** Memory of all buffers that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nothing more is to be assembled for a client whose messages would have to wait, too. */
  get isFull(): boolean {
    return this.#flushes.length >= this.#limits.heldTicksMax || this.#bytes >= this.#limits.heldBytesMax;
  }

  /**
   * Takes over the buffer of a flush; returns the one to write on in. A buffer that is hardly used is copied instead, so that
   * what is held takes about what it says.
   */
  hold(flush: Omit<HeldFlush, 'bytes'>, written: ByteWriter, source: WriterSource): ByteWriter {
    const isLarge = written.length > COPIED_BYTES_MAX && 4 * written.length > written.bytes.length;
    const bytes = isLarge ? written : copyOf(written);
    this.#flushes.push({ ...flush, bytes });
    this.#bytes += bytes.bytes.length;
    if (!isLarge) return written;
    const spare = this.#spares.pop();
    return spare === undefined ? source.takeWriter(written.bytes.length) : source.nextWriter(spare);
  }

  /** Takes out the oldest flush if it waits for no tick above `durableTick`. To be given back by `done`. */
  takeDurable(durableTick: number): HeldFlush | null {
    if (this.#flushes.length === 0 || this.#flushes[0]!.tick > durableTick) return null;
    const oldest = this.#flushes.shift()!;
    this.#bytes -= oldest.bytes.bytes.length;
    return oldest;
  }

  /** The flush's messages have left. */
  done({ bytes }: HeldFlush, source: WriterSource): void {
    const { length } = bytes.bytes;
    if (length <= COPIED_BYTES_MAX) return; // a copy
    bytes.reset();
    if (length <= SPARE_BYTES_MAX && this.#spares.length < SPARES_MAX) this.#spares.push(bytes);
    else source.giveBack(bytes);
  }
}

/** Where buffers to write sections in come from, and where they go when nobody needs them any more. */
export type WriterSource = Pick<Viewers, 'takeWriter' | 'nextWriter' | 'giveBack'>;

/** What one flush had for clients that wait; the lists go together. */
export interface HeldFlush {
  /** Of the youngest section in it. */
  readonly tick: number;
  readonly bytes: ByteWriter;
  /** Start, end and next section of the same message (-1: none), three numbers a section. */
  readonly places: readonly number[];
  readonly sessions: readonly Session[];
  /** The link that each message is for: one that has ended meanwhile gets nothing more. */
  readonly links: readonly Link[];
  /** Place of each message's first section. */
  readonly firsts: readonly number[];
  /** The tick that each message brings its client to. */
  readonly clientTicks: readonly number[];
}

export interface HeldLimits {
  readonly heldTicksMax: number;
  readonly heldBytesMax: number;
}

function copyOf(written: ByteWriter): ByteWriter {
  const copy = new ByteWriter(written.length);
  copy.raw(written.view());
  return copy;
}

/** To copy so much takes some microseconds. */
const COPIED_BYTES_MAX = 64 * 1024;
/** A disk that keeps up has one or two flushes waiting. */
const SPARES_MAX = 3;
const SPARE_BYTES_MAX = 4 * 1024 * 1024;
