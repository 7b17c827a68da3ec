import type { ViewerId, Viewers } from '../interest/viewers-port.ts';
import type { World } from '../transactions/world.ts';
import type { TickClient } from './tick-ports.ts';

/**
 * Rows that each client's committed calls wrote in this tick, kept until the diff builder has taken the record in. `keep` may be ended by
 * force at any place: what it did counts from `settle` on, and `cut` takes back the rest.
 */
export class OwnWrites {
  /** u32[>= 2 * pairCount]: (table position, slot). */
  #pairs = new Uint32Array(256);
  #pairCount = 0;
  /** The viewer of each call with writes, and where its pairs begin. */
  readonly #viewers: ViewerId[] = [];
  readonly #starts: number[] = [];
  readonly #clients: TickClient[] = [];
  /** Calls and pairs up to the last `settle`. */
  #settledCount = 0;
  #settledPairCount = 0;

  /** Copies what the last committed call wrote. */
  keep(world: World, client: TickClient): void {
    const count = world.lastWriteCount;
    if (count === 0 || client.viewer === null) return;
    const end = 2 * (this.#pairCount + count);
    if (end > this.#pairs.length) this.#grow(end);
    const { lastWrites } = world;
    for (let i = 0, to = 2 * this.#pairCount; i < 2 * count; i++, to++) this.#pairs[to] = lastWrites[i]!;
    this.#viewers.push(client.viewer);
    this.#clients.push(client);
    this.#starts.push(this.#pairCount);
    this.#pairCount += count;
  }

  settle(): void {
    this.#settledPairCount = this.#pairCount;
    this.#settledCount = this.#starts.length;
  }

  cut(): void {
    this.#pairCount = this.#settledPairCount;
    for (const list of [this.#viewers, this.#clients, this.#starts]) list.length = this.#settledCount;
  }

  /** Tells the diff builder, call by call in their order, and forgets. Clients that have left meanwhile are passed over. */
  tell(diffs: Viewers): void {
    if (this.#viewers.length === 0) return;
    for (let i = 0; i < this.#viewers.length; i++) {
      const viewer = this.#viewers[i]!;
      if (this.#clients[i]!.viewer !== viewer) continue;
      const start = this.#starts[i]!;
      const end = this.#starts[i + 1] ?? this.#pairCount;
      diffs.noteOwnWrites(viewer, this.#pairs, end - start, start);
    }
    // To set the lengths would give the memory back.
    while (this.#viewers.length > 0) {
      this.#viewers.pop();
      this.#clients.pop();
      this.#starts.pop();
    }
    this.#pairCount = 0;
    this.settle();
  }

  #grow(length: number): void {
    const pairs = new Uint32Array(Math.max(length, 2 * this.#pairs.length));
    pairs.set(this.#pairs);
    this.#pairs = pairs;
  }
}
