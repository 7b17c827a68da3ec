import { expect, test } from 'vitest';
import { FULL_DAY, skyColour } from './sky-colour.ts';

test('by day nothing is taken from any colour, by night blue is left most', () => {
  expect(skyColour(1)).toBe(FULL_DAY);
  expect(skyColour(0)).toBe(0x4e5c9a);
});

test('dusk is warm: more red than blue is left', () => {
  const dusk = skyColour(0.6);
  expect(dusk >> 16).toBeGreaterThan(dusk & 255);
});

test('between two shades the colour goes over from one to the other, and it never gets lighter as the light falls', () => {
  let before = skyColour(0) >> 16;
  for (let light = 0; light <= 1; light += 0.01) {
    const red = skyColour(light) >> 16;
    expect(red).toBeGreaterThanOrEqual(before);
    expect(red - before).toBeLessThan(5);
    before = red;
  }
});
