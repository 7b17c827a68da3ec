import { expect, test } from 'vitest';
import { LagMeters } from './lag-meters.ts';

function meterAt(place: number): Meter {
  const meters = new LagMeters();
  for (const at of [place - 1, place, place + 1]) meters.open(at);
  meters.sent(place + 1, 3, 1); // another client's
  return {
    sent: (tick, nowMs) => meters.sent(place, tick, nowMs),
    received: (tick, nowMs) => meters.received(place, tick, nowMs),
    lagMs: (nowMs) => meters.lagMs(place, nowMs),
  };
}

interface Meter {
  sent(tick: number, nowMs: number): void;
  received(tick: number, nowMs: number): number;
  lagMs(nowMs: number): number;
}

test('a client that confirms everything has no lag', () => {
  const meter = meterAt(7);
  meter.sent(7, 1_000);
  expect(meter.lagMs(1_080)).toBe(80);
  meter.received(7, 1_090);
  expect(meter.lagMs(5_000)).toBe(0);
});

test('a silent client falls behind from the first tick that it has not confirmed', () => {
  const meter = meterAt(7);
  for (let tick = 3; tick < 50; tick++) meter.sent(tick, tick * 50);
  expect(meter.lagMs(2_500)).toBe(2_350);
});

test('a receipt for an older tick than the marked one changes nothing', () => {
  const meter = meterAt(7);
  meter.sent(12, 600);
  meter.received(11, 900);
  expect(meter.lagMs(1_000)).toBe(400);
});

test('a client that is steadily late is seen to be so', () => {
  const meter = meterAt(7);
  let lagMsMax = 0;
  for (let nowMs = 50; nowMs < 20_000; nowMs += 50) {
    meter.sent(nowMs, nowMs);
    if (nowMs > 2_000) meter.received(nowMs - 2_000, nowMs);
    lagMsMax = Math.max(lagMsMax, meter.lagMs(nowMs + 49));
  }
  expect(lagMsMax).toBeGreaterThan(1_900);
});

test('more news of a tick that is confirmed already asks for no second receipt', () => {
  const meter = meterAt(7);
  meter.sent(7, 100);
  meter.received(7, 150);
  meter.sent(7, 200);
  expect(meter.lagMs(90_000)).toBe(0);
});
