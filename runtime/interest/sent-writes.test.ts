import { expect, test } from 'vitest';
import type { ViewerId } from './viewers-port.ts';
import { SentWrites } from './sent-writes.ts';

const VIEWER = 2 as ViewerId;
const OTHER = 3 as ViewerId;

test('what was sent after the last receipt is kept, in its order, over any growth', () => {
  const sent = new SentWrites();
  sent.open(VIEWER);
  sent.open(OTHER);
  const model: [tick: number, position: number, slot: number][] = [];
  let releasedTick = 0;
  for (let tick = 3; tick < 300; tick++) {
    for (let i = 0; i < (tick * 7) % 5; i++) {
      sent.push(VIEWER, tick, (2 + i) * 2 ** 32 + tick * 31);
      model.push([tick, 2 + i, tick * 31]);
    }
    sent.push(OTHER, tick, 7);
    if (tick % 11 === 0) releasedTick = tick - (tick % 6);
    sent.releaseTick(VIEWER, releasedTick);
    const kept: number[][] = [];
    sent.forEach(VIEWER, (position, slot, sentTick) => kept.push([sentTick, position, slot]));
    expect(kept).toEqual(model.filter(([sentTick]) => sentTick > releasedTick));
  }
  sent.clear(VIEWER);
  expect([sent.countOf(VIEWER), sent.countOf(OTHER)]).toEqual([0, 297]);
});
