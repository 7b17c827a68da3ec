import { expect, test } from 'vitest';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

const NAMES = ['north', 'east', 'south', 'west', 'middle'];
const plan = makePlan(
  [
    {
      name: 'scroll',
      columns: {
        id: { kind: 'u16' },
        ...Object.fromEntries(NAMES.map((name) => [name, { kind: 'string' as const }])),
        seal: { kind: 'bytes' },
      },
      key: ['id'],
    },
  ],
  { tickRate: 20, reducers: [{ name: 'run' }] },
);

const MEBI = 1024 * 1024;
const row = (texts: readonly string[], sealBytes: number): object => ({
  id: 3,
  ...Object.fromEntries(NAMES.map((name, i) => [name, texts[i] ?? ''])),
  seal: new Uint8Array(sealBytes),
});

test('a row that is too long to travel in one piece is refused, however it comes about, and leaves no trace', () => {
  const world = openWorld(plan);
  const wide = '€'.repeat(MEBI); // 3 bytes each
  const narrow = 'x'.repeat(MEBI);
  const tooLong = /VALUE_TOO_LONG[^]*table scroll/;
  expect(() => world.run(({ db }) => db.scroll.insert(row([wide, wide, wide, wide, 'x'], 0)))).toThrow(tooLong);
  expect(() => world.run(({ db }) => db.scroll.insert(row([], 8 * MEBI)))).toThrow(tooLong); // its count comes on top
  expect(world.run(({ db }) => db.scroll.count())).toBe(0n);

  world.run(({ db }) => db.scroll.insert(row([narrow, narrow, narrow, narrow, narrow], 7 * MEBI - 16)));
  expect(() =>
    world.run(({ db }) => {
      db.scroll.id.edit(3).middle = wide;
    }),
  ).toThrow(tooLong);
  expect(() => world.run(({ db }) => db.scroll.id.update(row([wide, wide], 7 * MEBI)))).toThrow(tooLong);
  expect(world.run(({ db }) => db.scroll.id.find(3).middle)).toBe(narrow);
});
