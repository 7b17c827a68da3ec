/** Where a body was at a moment of the server's time. */
export interface Sample {
  readonly timeMs: number;
  readonly space: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

const SAMPLES_KEPT = 8;

/**
 * One body's last known positions, so that it can be shown a little late and therefore smoothly between two of them.
 * The server sends a body only when it changed: a gap means that it stood still until one tick before the next sample.
 */
export class Track {
  #samples: Sample[] = [];

  get last(): Sample {
    return this.#samples[this.#samples.length - 1]!;
  }

  push(sample: Sample, tickPeriodMs: number): void {
    const last = this.#samples[this.#samples.length - 1];
    if (last !== undefined) {
      if (sample.timeMs <= last.timeMs) this.#samples.pop();
      else if (sample.timeMs - last.timeMs > 3 * tickPeriodMs) {
        this.#samples.push({ ...last, timeMs: sample.timeMs - tickPeriodMs });
      }
    }
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES_KEPT) this.#samples.splice(0, this.#samples.length - SAMPLES_KEPT);
  }

  /** The position at a moment: between two samples if they enclose it, else the nearer end. A door is no way to glide. */
  at(timeMs: number): Sample {
    const samples = this.#samples;
    let next = samples.length - 1;
    while (next > 0 && samples[next - 1]!.timeMs > timeMs) next--;
    const to = samples[next]!;
    const from = samples[next - 1];
    if (from === undefined || timeMs >= to.timeMs) return to;
    if (from.space !== to.space) return from;
    const part = (timeMs - from.timeMs) / (to.timeMs - from.timeMs);
    return {
      timeMs,
      space: to.space,
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
      heading: from.heading + shortTurn(to.heading - from.heading) * part,
    };
  }
}

/** The same turn by the shorter way round: -π…π. */
function shortTurn(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
