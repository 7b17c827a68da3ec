import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Walkers } from './walkers.ts';

test('after each tick every player is in the square where it stands, and in no other', () => {
  const scenes = fc.record({ landM: fc.integer({ min: 20, max: 700 }), squareM: fc.constantFrom(8, 17, 32) });
  const players = fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(scenes, players, ({ landM, squareM }, coming) => {
      const walkers = new Walkers(landM, squareM);
      for (const player of coming) {
        walkers.add(player);
        walkers.tick();
        const found: string[] = [];
        for (let square = 0; square + 1 < walkers.starts.length; square++) {
          const inSquare = walkers.bySquare.subarray(walkers.starts[square]!, walkers.starts[square + 1]!);
          for (const other of inSquare) found.push(`${other} ${square}`);
        }
        const naive = walkers.places().map(([other, x, y]) => {
          return `${other} ${Math.floor(y / squareM) * walkers.columns + Math.floor(x / squareM)}`;
        });
        expect(found.sort()).toEqual(naive.sort());
      }
    }),
    { numRuns: 50 },
  );
});
