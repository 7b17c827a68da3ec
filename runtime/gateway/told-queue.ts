/**
 * Items for one client in order, kept until a receipt says that it has applied the section they travelled in; a resume
 * tells the others again.
 */
export class ToldQueue<Item> {
  /** Estimated bytes of everything kept. */
  keptBytes = 0;
  readonly #entries: Entry<Item>[] = [];
  #told = 0;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get hasUntold(): boolean {
    return this.#told < this.#entries.length;
  }

  add(item: Item, bytes: number): void {
    this.#entries.push({ item, bytes, toldAtTick: 0 });
    this.keptBytes += bytes;
  }

  /** Adds what was not told yet to `out`; the client has seen it when it confirms `tick`. */
  tell(out: Item[], tick: number): void {
    for (; this.#told < this.#entries.length; this.#told++) {
      const entry = this.#entries[this.#told]!;
      entry.toldAtTick = tick;
      out.push(entry.item);
    }
  }

  /** Puts what `change` says in the place of each item. */
  change(change: (item: Item) => Item): void {
    for (const entry of this.#entries) entry.item = change(entry.item);
  }

  releaseTick(tick: number): void {
    let count = 0;
    while (count < this.#told && this.#entries[count]!.toldAtTick <= tick) {
      this.keptBytes -= this.#entries[count]!.bytes;
      count++;
    }
    if (count === 0) return;
    this.#entries.splice(0, count);
    this.#told -= count;
  }

  /** A resumed client confirms what it has by `releaseTick` first; the rest is told again. */
  rewind(): void {
    this.#told = 0;
  }
}

interface Entry<Item> {
  item: Item;
  readonly bytes: number;
  toldAtTick: number;
}
