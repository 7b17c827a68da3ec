/**
 * `npm run fuzz -- NAME --seconds N [--seed S]`: random programs until the time is over (`kill` takes `--rounds N`, too). The last line is
 * `ok N cases, seed S`, or `failed, seed S: COMMAND` with the command that replays it; exit 0 or 1.
 */
import { argumentsOrEnd } from './arguments-or-end.ts';
import { FUZZES, FUZZ_TEXTS } from './fuzzes.ts';
import { nameList } from './name-list.ts';
import { numberOf } from './number-of.ts';
import { randomSeed } from './random-seed.ts';
import { readArguments } from './read-arguments.ts';
import { runFuzz } from './run-fuzz.ts';

const HELP = `npm run fuzz -- NAME [--seconds N] [--seed S] [--rounds N]

NAME is one of
${nameList(Object.keys(FUZZES), FUZZ_TEXTS)}

  --seconds N   how long (default: 10)
  --seed S      of the random numbers, to see the same again (default: a new one)
  --rounds N    instead of the seconds, for walks that count so: kills of \`kill\`, million rows compared of \`views\`
  --help        this text`;

const { name, seconds, seed, rounds } = argumentsOrEnd(HELP, () => {
  const given = readArguments(process.argv.slice(2), {
    script: 'fuzz',
    names: Object.keys(FUZZES),
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, rounds: { type: 'string' } },
  });
  if (given === null) return null;
  const { seconds, seed, rounds } = given.values;
  return {
    name: given.name,
    seconds: numberOf('--seconds', seconds, 10, (value) => value > 0, 'give a number above 0'),
    seed: numberOf('--seed', seed, randomSeed(), isSeed, 'give a whole number from 0'),
    rounds: rounds === undefined ? undefined : numberOf('--rounds', rounds, 0, isCount, 'give a whole number from 1'),
  };
});
process.exit((await runFuzz(name, { seconds, seed, rounds })) ? 0 : 1);

function isSeed(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
