import { Prng } from '@tickbase/base';
import { NaiveArea } from '../../runtime/interest/testing/naive-area.ts';
import { expect, test } from 'vitest';
import { reachOf } from './reach-of.ts';

// Rows of the cell from 64 m to 96 m may stand from 62 m to 98 m.
test.each([
  [80, 'inside'],
  [157.9, 'inside'],
  [158.1, 'band'],
  [193.9, 'band'],
  [194.1, 'outside'],
  [2.1, 'inside'],
  [1.9, 'band'],
  [-34.1, 'outside'],
])('a centre at %d m has the third cell of 32 m within 60 m: %s', (x, reach) => {
  expect(reachOf({ space: 2, cellX: 2, cellY: -1 }, 32, [{ space: 2, x, y: -7 }], 60)).toBe(reach);
});

test('another space is out of reach, and the nearest of several centres counts', () => {
  const cell = { space: 2, cellX: 2, cellY: -1 };
  expect(reachOf(cell, 32, [{ space: 3, x: 80, y: -7 }], 60)).toBe('outside');
  expect(
    reachOf(
      cell,
      32,
      [
        { space: 2, x: 900, y: 3 },
        { space: 2, x: 80, y: -7 },
      ],
      60,
    ),
  ).toBe('inside');
  expect(reachOf(cell, 32, [], 60)).toBe('outside');
});

test('whatever way a viewer comes, it holds what is inside, and nothing outside', () => {
  const random = new Prng(5);
  const [cellM, radiusM] = [24, 41];
  const area = new NaiveArea(cellM, radiusM);
  const centre = { space: 4, x: 13, y: -70 };
  let bandHeld = 0;
  for (let step = 0; step < 400; step++) {
    centre.x += random.float() * 16 - 8;
    centre.y += random.float() * 16 - 8;
    area.update([[centre.space, centre.x, centre.y]]);
    const [nearX, nearY] = [Math.floor(centre.x / cellM), Math.floor(centre.y / cellM)];
    for (let cellX = nearX - 6; cellX <= nearX + 6; cellX++) {
      for (let cellY = nearY - 6; cellY <= nearY + 6; cellY++) {
        const isHeld = area.held.has(`4,${cellX},${cellY}`);
        const reach = reachOf({ space: 4, cellX, cellY }, cellM, [centre], radiusM);
        if (reach === 'band') bandHeld += Number(isHeld);
        else expect(isHeld).toBe(reach === 'inside');
      }
    }
  }
  expect(bandHeld).toBeGreaterThan(100);
});
