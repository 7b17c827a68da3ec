import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AreaMeter } from './area-meter.ts';

test('the sum is of the ticks of one second, whatever ticks have messages', () => {
  const message = fc.record({ after: fc.integer({ min: 0, max: 30 }), bytes: fc.integer({ min: 0, max: 5000 }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.array(message), (tickRate, messages) => {
      const meter = new AreaMeter(tickRate);
      const told: { tick: number; bytes: number }[] = [];
      let tick = 7;
      for (const { after, bytes } of messages) {
        tick += after;
        told.push({ tick, bytes });
        const inSecond = told.filter((one) => one.tick > tick - tickRate);
        expect(meter.add(tick, bytes)).toBe(inSecond.reduce((sum, one) => sum + one.bytes, 0));
      }
    }),
  );
});
