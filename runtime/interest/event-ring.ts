/** The events of one tick in one partition. */
export interface EventEntry {
  readonly tick: number;
  /** By event, oldest first: a number that no other event has. */
  readonly serials: readonly number[];
  /** All of them, in one piece but for very long ones. */
  readonly pieces: EventPieces;
  /** The same, each on its own, for viewers that may get some of them from another partition; null: nobody can. */
  readonly singles: readonly EventPieces[] | null;
}

/** Whole pieces one after another. */
export interface EventPieces {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** Encoded events of one partition, oldest first, bounded by their number. */
export class EventRing {
  private readonly eventsMax: number;
  private readonly entries: EventEntry[] = [];
  private eventCount = 0;
  /** Ticks and counts of what fell out, oldest first, merged beyond DROPPED_MAX. */
  private readonly dropped: { tick: number; count: number }[] = [];

  constructor(eventsMax: number) {
    this.eventsMax = eventsMax;
  }

  /** The newest entry always stays, however many events it has. */
  push(entry: EventEntry): void {
    this.entries.push(entry);
    this.eventCount += entry.serials.length;
    while (this.eventCount > this.eventsMax && this.entries.length > 1) {
      const { tick, serials } = this.entries.shift()!;
      this.eventCount -= serials.length;
      this.dropped.push({ tick, count: serials.length });
    }
    while (this.dropped.length > DROPPED_MAX) {
      // A client so far behind is told of a little more than it missed, never of less.
      const oldest = this.dropped.shift()!;
      this.dropped[0]!.count += oldest.count;
    }
  }

  /** It never had an event. */
  get isFresh(): boolean {
    return this.entries.length + this.dropped.length === 0;
  }

  /** Takes over what another ring holds, as `rename` gives it; null: as missed. Before any event of its own. */
  inherit(other: EventRing, rename: ((pieces: EventPieces) => EventPieces) | null): void {
    this.dropped.push(...other.dropped);
    if (rename === null) {
      for (const { tick, serials } of other.entries) this.dropped.push({ tick, count: serials.length });
      this.dropped.sort((a, b) => a.tick - b.tick);
      return;
    }
    for (const { tick, serials, pieces, singles } of other.entries) {
      this.push({ tick, serials, pieces: rename(pieces), singles: singles && singles.map(rename) });
    }
  }

  /** Events after `tick` that are no longer here. */
  missedAfter(tick: number): number {
    let count = 0;
    for (let i = this.dropped.length - 1; i >= 0 && this.dropped[i]!.tick > tick; i--) count += this.dropped[i]!.count;
    return count;
  }

  /** Calls `take` with each entry after `tick`, oldest first. */
  forEachAfter(tick: number, take: (entry: EventEntry) => void): void {
    let first = this.entries.length;
    while (first > 0 && this.entries[first - 1]!.tick > tick) first--;
    for (let i = first; i < this.entries.length; i++) take(this.entries[i]!);
  }
}

const DROPPED_MAX = 1024;
