import { expect, test } from 'vitest';
import { GoodputMeter, SLOW_LINK_LAG_MS } from './goodput-meter.ts';
import { LagMeters } from './lag-meters.ts';

/**
 * A link of so many bytes a second with a queue before it, and a client that confirms what has come out of it four times a second. Like the server it
 * sends nothing more while receipts are 1.5 s late. Returns the longest queue of the second half.
 */
class SlowLink {
  meter: GoodputMeter | null = null;
  readonly #lags = new LagMeters();
  readonly #queue: { readonly tick: number; bytes: number }[] = [];
  #totalBytes = 0;
  #tick = 0;
  #doneTick = 0;

  constructor() {
    this.#lags.open(0);
  }

  run(linkBytesPerSecond: number, wanted: number, seconds: number): number {
    let longest = 0;
    for (let i = 0; i < 20 * seconds; i++) {
      this.#send(wanted);
      this.#carry(linkBytesPerSecond / 20);
      const bytes = this.#queue.reduce((sum, message) => sum + message.bytes, 0);
      if (i > 10 * seconds) longest = Math.max(longest, bytes);
      if (i % 5 === 0 && this.#doneTick > 0) this.#confirm();
    }
    return longest;
  }

  #send(wanted: number): void {
    const nowMs = 50 * ++this.#tick;
    if (this.#lags.lagMs(0, nowMs) > 1_500) return;
    const bytes = Math.min(wanted, this.meter?.bytesPerSecondMax ?? Infinity) / 20;
    this.#queue.push({ tick: this.#tick, bytes });
    this.#totalBytes += bytes;
    this.#lags.sent(0, this.#tick, nowMs);
    this.meter?.sent(this.#tick, this.#totalBytes);
  }

  #carry(bytes: number): void {
    for (let room = bytes; room > 0 && this.#queue.length > 0;) {
      const first = this.#queue[0]!;
      const part = Math.min(room, first.bytes);
      first.bytes -= part;
      room -= part;
      if (first.bytes > 0) return;
      this.#doneTick = first.tick;
      this.#queue.shift();
    }
  }

  #confirm(): void {
    const nowMs = 50 * this.#tick;
    const lagMs = this.#lags.received(0, this.#doneTick, nowMs);
    if (lagMs < 0 || (lagMs <= SLOW_LINK_LAG_MS && this.meter === null)) return;
    this.meter ??= new GoodputMeter();
    this.meter.received(this.#doneTick, lagMs, nowMs);
    if (this.meter.isFree) this.meter = null;
  }
}

test('a link that carries less than is sent is sent no more than it carries, and its queue gets short', () => {
  const link = new SlowLink();
  const longest = link.run(30_000, 120_000, 60);
  expect(link.meter!.bytesPerSecondMax).toBeLessThan(45_000);
  expect(link.meter!.bytesPerSecondMax).toBeGreaterThan(15_000);
  expect(longest).toBeLessThan(60_000);
});

test('a link that is quick again is sent all there is', () => {
  const link = new SlowLink();
  link.run(30_000, 120_000, 20);
  expect(link.meter).not.toBe(null);
  link.run(4_000_000, 120_000, 40);
  expect(link.meter).toBe(null);
});

test('a receipt that comes late once says nothing yet', () => {
  const meter = new GoodputMeter();
  expect(meter.received(10, 2_000, 5_000)).toBe(false);
  expect(meter.bytesPerSecondMax).toBe(Number.POSITIVE_INFINITY);
});

test('however slow a link is, it is left enough for the nearest', () => {
  const link = new SlowLink();
  link.run(900, 50_000, 120);
  expect(link.meter!.bytesPerSecondMax).toBeGreaterThanOrEqual(2_048);
});

test('what it remembers of messages is bounded', () => {
  const meter = new GoodputMeter();
  for (let tick = 1; tick < 5_000; tick++) meter.sent(tick, 100 * tick);
  meter.received(4_900, 900, 1_000);
  expect(meter.received(4_990, 900, 2_000)).toBe(true);
  expect(meter.bytesPerSecondMax).toBeCloseTo(0.85 * 9_000);
});
