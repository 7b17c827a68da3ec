import { expect, test } from 'vitest';
import { LagMeter } from './lag-meter.ts';

test('a client that confirms everything has no lag', () => {
  const meter = new LagMeter();
  meter.sent(7, 1_000);
  expect(meter.lagMs(1_080)).toBe(80);
  meter.received(7, 1_090);
  expect(meter.lagMs(5_000)).toBe(0);
});

test('a silent client falls behind from the first tick that it has not confirmed', () => {
  const meter = new LagMeter();
  for (let tick = 3; tick < 50; tick++) meter.sent(tick, tick * 50);
  expect(meter.lagMs(2_500)).toBe(2_350);
});

test('a receipt for an older tick than the marked one changes nothing', () => {
  const meter = new LagMeter();
  meter.sent(12, 600);
  meter.received(11, 900);
  expect(meter.lagMs(1_000)).toBe(400);
});

test('a client that is steadily late is seen to be so', () => {
  const meter = new LagMeter();
  let lagMsMax = 0;
  for (let nowMs = 50; nowMs < 20_000; nowMs += 50) {
    meter.sent(nowMs, nowMs);
    if (nowMs > 2_000) meter.received(nowMs - 2_000, nowMs);
    lagMsMax = Math.max(lagMsMax, meter.lagMs(nowMs + 49));
  }
  expect(lagMsMax).toBeGreaterThan(1_900);
});

test('more news of a tick that is confirmed already asks for no second receipt', () => {
  const meter = new LagMeter();
  meter.sent(7, 100);
  meter.received(7, 150);
  meter.sent(7, 200);
  expect(meter.lagMs(90_000)).toBe(0);
});
