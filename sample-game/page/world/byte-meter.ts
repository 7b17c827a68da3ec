const WINDOW_MS = 3000;

/** Bytes a second over the last three seconds. */
export class ByteMeter {
  #arrivals: { atMs: number; bytes: number }[] = [];

  add(bytes: number, nowMs: number): void {
    this.#arrivals.push({ atMs: nowMs, bytes });
    this.#drop(nowMs);
  }

  perSecond(nowMs: number): number {
    this.#drop(nowMs);
    let sum = 0;
    for (const { bytes } of this.#arrivals) sum += bytes;
    return (sum * 1000) / WINDOW_MS;
  }

  #drop(nowMs: number): void {
    let oldCount = 0;
    while (oldCount < this.#arrivals.length && this.#arrivals[oldCount]!.atMs < nowMs - WINDOW_MS) oldCount++;
    if (oldCount > 0) this.#arrivals.splice(0, oldCount);
  }
}
