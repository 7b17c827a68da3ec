import { expect, test } from 'vitest';
import { SentWrites } from './sent-writes.ts';

test('what was sent after the last receipt is kept, in its order, over any growth', () => {
  const sent = new SentWrites();
  const model: [tick: number, position: number, slot: number][] = [];
  let releasedTick = 0;
  for (let tick = 3; tick < 300; tick++) {
    for (let i = 0; i < (tick * 7) % 5; i++) {
      sent.push(tick, 2 + i, tick * 31);
      model.push([tick, 2 + i, tick * 31]);
    }
    if (tick % 11 === 0) releasedTick = tick - (tick % 6);
    sent.releaseTick(releasedTick);
    const kept: number[][] = [];
    sent.forEach((position, slot, sentTick) => kept.push([sentTick, position, slot]));
    expect(kept).toEqual(model.filter(([sentTick]) => sentTick > releasedTick));
  }
  sent.clear();
  expect(sent.count).toBe(0);
});
