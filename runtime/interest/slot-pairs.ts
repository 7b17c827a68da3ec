/** Different pairs (table position, slot) in the order in which they were added first, each with the latest tick that it was added with. */
export class SlotPairs {
  /** Numbers that `read` gives: three a pair. */
  length = 0;
  /** Table position, slot, tick, …: some pairs may be there twice, but never more than as many again as there are different ones. */
  private values: number[] = [];
  private compactAt = COMPACT_AT_MIN;

  add(position: number, slot: number, tick: number): void {
    const { values } = this;
    for (let i = this.length - 3; i >= 0 && i >= this.length - LOOK_BACK; i -= 3) {
      if (values[i] !== position || values[i + 1] !== slot) continue;
      values[i + 2] = Math.max(values[i + 2]!, tick);
      return;
    }
    values[this.length++] = position;
    values[this.length++] = slot;
    values[this.length++] = tick;
    if (this.length >= this.compactAt) this.compact();
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** Table position, slot, tick, table position, slot, tick, …, `length` numbers; valid until the next `add` or `clear`. */
  read(): readonly number[] {
    if (this.length > LOOK_BACK) this.compact();
    return this.values;
  }

  clear(): void {
    this.length = 0;
    if (this.values.length <= COMPACT_AT_MIN) return;
    this.values = []; // after a burst the memory is given back
    this.compactAt = COMPACT_AT_MIN;
  }

  private compact(): void {
    /** By pair: where it stands. */
    const places = new Map<number, number>();
    const { values } = this;
    let length = 0;
    for (let i = 0; i < this.length; i += 3) {
      const key = values[i]! * 2 ** 32 + values[i + 1]!;
      const place = places.get(key);
      if (place !== undefined) {
        values[place + 2] = Math.max(values[place + 2]!, values[i + 2]!);
        continue;
      }
      places.set(key, length);
      for (let k = 0; k < 3; k++) values[length++] = values[i + k]!;
    }
    this.length = length;
    this.compactAt = Math.max(COMPACT_AT_MIN, 2 * length);
  }
}

/** Numbers, not pairs: a frame's few writes are told apart at once, the many of a client that takes no frames now and then. */
const LOOK_BACK = 48;
const COMPACT_AT_MIN = 384;
