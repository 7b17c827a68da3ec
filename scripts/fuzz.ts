/**
 * `npm run fuzz -- NAME --seconds N [--seed S]`: random programs until the time is over (some count `--rounds N` instead). The last line is
 * `ok N cases, seed S`, or `failed, seed S: COMMAND` with the command that replays it; exit 0 or 1.
 */
import { TickbaseError } from '@tickbase/base';
import { argumentsOrEnd } from './arguments-or-end.ts';
import { COUNT_ROUNDS, FUZZES, FUZZ_TEXTS } from './fuzzes.ts';
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
  if (rounds !== undefined && !COUNT_ROUNDS.includes(given.name)) {
    const mend = `leave it out, or give --seconds; ${COUNT_ROUNDS.join(' and ')} take it`;
    throw new TickbaseError({ code: 'CLI_VALUE', what: `${given.name} has no rounds`, where: '--rounds', mend });
  }
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
