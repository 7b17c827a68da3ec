/**
 * `npm run fuzz -- NAME --seconds N [--seed S]`: random programs until the time is over. The last line is
 * `ok N cases, seed S`, or `failed, seed S: COMMAND` with the command that replays it; exit 0 or 1.
 */
import { parseArgs } from 'node:util';
import { FUZZES } from './fuzzes.ts';
import { randomSeed } from './random-seed.ts';
import { runFuzz } from './run-fuzz.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const name = positionals[0] ?? '';
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? randomSeed() : Number(values.seed);
if (!Object.hasOwn(FUZZES, name) || !(seconds > 0) || !Number.isInteger(seed) || seed < 0) {
  console.error(`usage: npm run fuzz -- NAME --seconds N [--seed S]; NAME is one of ${Object.keys(FUZZES).join(', ')}`);
  process.exit(2);
}
process.exit((await runFuzz(name, seconds, seed)) ? 0 : 1);
