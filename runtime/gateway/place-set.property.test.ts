import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlaceSet } from './place-set.ts';

function drained(set: PlaceSet): number[] {
  const places: number[] = [];
  set.drain((place) => places.push(place));
  return places;
}

test('gives each place once, the lowest first, and is empty then: as a set that is sorted', () => {
  const set = new PlaceSet();
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat({ max: 2_000 }))), (rounds) => {
      for (const places of rounds) {
        for (const place of places) set.add(place);
        const model = [...new Set(places)].toSorted((a, b) => a - b);
        expect(set.count).toBe(model.length);
        expect(drained(set)).toEqual(model);
        expect(set.count).toBe(0);
      }
    }),
  );
});

test('the first and the last place of a word are places as any', () => {
  const set = new PlaceSet();
  for (const place of [64, 31, 0, 63, 32]) set.add(place);
  expect(drained(set)).toEqual([0, 31, 32, 63, 64]);
});
