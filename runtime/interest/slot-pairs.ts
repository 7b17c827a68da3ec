/** Different pairs (table position, slot) in the order in which they were added. */
export class SlotPairs {
  /** Table position, slot, …: some may be there twice, but never more than as many again as there are different ones. */
  private readonly values: number[] = [];
  private compactAt = COMPACT_AT_MIN;

  add(position: number, slot: number): void {
    const { values } = this;
    for (let i = values.length - 2; i >= 0 && i >= values.length - LOOK_BACK; i -= 2) {
      if (values[i] === position && values[i + 1] === slot) return;
    }
    values.push(position, slot);
    if (values.length >= this.compactAt) this.compact();
  }

  get isEmpty(): boolean {
    return this.values.length === 0;
  }

  /** Table position, slot, table position, slot, …; valid until the next `add` or `clear`. */
  read(): readonly number[] {
    if (this.values.length > LOOK_BACK) this.compact();
    return this.values;
  }

  clear(): void {
    if (this.values.length === 0) return;
    this.values.length = 0;
    this.compactAt = COMPACT_AT_MIN;
  }

  private compact(): void {
    const seen = new Set<number>();
    const { values } = this;
    let length = 0;
    for (let i = 0; i < values.length; i += 2) {
      const key = values[i]! * 2 ** 32 + values[i + 1]!;
      if (seen.has(key)) continue;
      seen.add(key);
      values[length++] = values[i]!;
      values[length++] = values[i + 1]!;
    }
    values.length = length;
    this.compactAt = Math.max(COMPACT_AT_MIN, 2 * length);
  }
}

/** Numbers, not pairs: a frame's few writes are told apart at once, the many of a client that takes no frames now and then. */
const LOOK_BACK = 32;
const COMPACT_AT_MIN = 256;
