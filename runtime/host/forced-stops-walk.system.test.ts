import { expect, test } from 'vitest';
import { fuzzStops } from './testing/fuzz-stops.ts';

const STOPS = 1_500;

/** Each must have been stopped in the midst of some transaction. */
const STOPPED = ['call', 'hook', 'system', 'timer'].flatMap((kind) => [`${kind} stopped`, `${kind} to run again`]);
/** Files of the store and the transactions in which at least one stop must have landed; hooks are in all of them. */
const FILES = [
  'table.ts',
  'hash-index.ts',
  'sorted-slots.ts',
  'column.ts',
  'undo-log.ts',
  'runtime-world.ts',
  'timers.ts',
];

test('transactions that V8 stops at random moments leave the store equal to the model', async () => {
  const { cases, transactions, atPlaces, byTime, sites, events } = await fuzzStops({ seed: 20_261_121, stops: STOPS });
  const covered = [...events].map(([event, count]) => `${event} ${count}`).join(', ');
  // oxlint-disable-next-line no-console -- what a walk covered is read by people
  console.log(
    `${cases} worlds, ${transactions} transactions, ${atPlaces} stops at ${sites.size} places, ${byTime} by time; ${covered}`,
  );
  for (const event of STOPPED) expect(events.get(event), event).toBeGreaterThan(0);
  for (const file of FILES)
    expect(
      [...sites.keys()].some((site) => site.startsWith(`${file} `)),
      file,
    ).toBe(true);
  expect(atPlaces).toBeGreaterThan(STOPS / 5);
  expect(byTime).toBeGreaterThan(STOPS / 5);
}, 240_000);
