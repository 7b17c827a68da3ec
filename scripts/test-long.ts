/**
 * `npm run test:long -- [--hours H | --seconds N] [--seed S]`: all tests, then every random walk for its share of the time
 * (four minutes unless told), then a thousand kills and ten million rows of clients. Exit 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { argumentsOrEnd } from './arguments-or-end.ts';
import { FUZZES } from './fuzzes.ts';
import { numberOf } from './number-of.ts';
import { randomSeed } from './random-seed.ts';
import { readArguments } from './read-arguments.ts';
import { runFuzz } from './run-fuzz.ts';

const HELP = `npm run test:long -- [--hours H | --seconds N] [--seed S]

  --hours H     for all random walks together
  --seconds N   the same in seconds (default: 240)
  --seed S      of the random numbers, to see the same again (default: a new one)
  --help        this text`;

const { seconds, seed } = argumentsOrEnd(HELP, () => {
  const given = readArguments(process.argv.slice(2), {
    script: 'test:long',
    names: null,
    options: { hours: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } },
  });
  if (given === null) return null;
  const { hours, seconds, seed } = given.values;
  const wholeSeconds = numberOf('--seconds', seconds, 240, isLength, 'give a number above 0');
  return {
    seconds: 3600 * numberOf('--hours', hours, wholeSeconds / 3600, isLength, 'give a number above 0'),
    seed: numberOf(
      '--seed',
      seed,
      randomSeed(),
      (value) => Number.isInteger(value) && value >= 0,
      'give a whole number from 0',
    ),
  };
});

/** However long they take: some twenty minutes. */
const KILLS = 1000;
/** Millions of rows that clients hold, compared with what they should: some fifteen minutes. */
const VIEW_ROUNDS = 10;

let isGood = spawnSync(process.execPath, ['scripts/test.mjs'], { stdio: 'inherit' }).status === 0;
const names = Object.keys(FUZZES).filter((name) => name !== 'kill');
for (const name of names) {
  console.log(`${name}: ${Math.round(seconds / names.length)} s`);
  isGood = (await runFuzz(name, { seconds: seconds / names.length, seed })) && isGood;
}
console.log(`kill: ${KILLS} kills`);
isGood = (await runFuzz('kill', { seconds, seed, rounds: KILLS })) && isGood;
console.log(`views: ${VIEW_ROUNDS} million rows`);
isGood = (await runFuzz('views', { seconds, seed, rounds: VIEW_ROUNDS })) && isGood;
process.exit(isGood ? 0 : 1);

function isLength(value: number): boolean {
  return value > 0;
}
