/**
 * `npm run test:long -- [--hours H | --seconds N] [--seed S]`: all tests, then every random walk for its share of the time
 * (four minutes unless told). Exit 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { FUZZES } from './fuzzes.ts';
import { randomSeed } from './random-seed.ts';
import { runFuzz } from './run-fuzz.ts';

const { values } = parseArgs({
  options: { hours: { type: 'string' }, seconds: { type: 'string', default: '240' }, seed: { type: 'string' } },
});
const seconds = values.hours === undefined ? Number(values.seconds) : Number(values.hours) * 3600;
const seed = values.seed === undefined ? randomSeed() : Number(values.seed);
if (!(seconds > 0) || !Number.isInteger(seed) || seed < 0) {
  console.error('usage: npm run test:long -- [--hours H | --seconds N] [--seed S]');
  process.exit(2);
}

let isGood = spawnSync(process.execPath, ['scripts/test.mjs'], { stdio: 'inherit' }).status === 0;
const names = Object.keys(FUZZES);
for (const name of names) {
  console.log(`${name}: ${Math.round(seconds / names.length)} s`);
  isGood = (await runFuzz(name, seconds / names.length, seed)) && isGood;
}
process.exit(isGood ? 0 : 1);
