import { assert } from '@tickbase/base';

/** When each connection came and went, as far as no crash has undone it. */
export class CrashVisits {
  readonly #visits = new Map<bigint, { readonly cameTick: number; wentTick: number | null }>();

  came(connectionId: bigint, tick: number): void {
    assert(!this.#visits.has(connectionId), `connection ${connectionId} comes twice`);
    this.#visits.set(connectionId, { cameTick: tick, wentTick: null });
  }

  went(connectionId: bigint, tick: number): void {
    const visit = this.#visits.get(connectionId);
    assert(visit !== undefined, `connection ${connectionId} goes and has never come`);
    assert(visit.wentTick === null, `connection ${connectionId} goes twice`);
    visit.wentTick = tick;
  }

  /** What happened in later ticks has not happened. */
  crashed(tick: number): void {
    for (const [connectionId, visit] of this.#visits) {
      if (visit.cameTick > tick) this.#visits.delete(connectionId);
      else if (visit.wentTick !== null && visit.wentTick > tick) visit.wentTick = null;
      else if (visit.wentTick !== null && visit.wentTick <= tick) this.#visits.delete(connectionId);
    }
  }

  /** Connections that have come and not gone. */
  get openCount(): number {
    let count = 0;
    for (const { wentTick } of this.#visits.values()) if (wentTick === null) count++;
    return count;
  }
}
