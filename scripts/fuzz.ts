/**
 * `npm run fuzz -- NAME --seconds N [--seed S]`: random programs until the time is over. The last line is
 * `ok N cases, seed S`, or `failed, seed S: COMMAND` with the command that replays it; exit 0 or 1.
 */
import { parseArgs } from 'node:util';

interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly now: () => number;
}

/** Throws what went wrong; `cases` says how many random programs ran. */
type Fuzz = (options: FuzzOptions) => { cases: number } | Promise<{ cases: number }>;

const FUZZES: Record<string, () => Promise<Fuzz>> = {
  decoders: async () => (await import('../protocol/testing/fuzz-decoders.ts')).fuzzDecoders,
  store: async () => (await import('../runtime/transactions/testing/fuzz-store.ts')).fuzzStore,
  views: async () => (await import('../runtime/interest/testing/fuzz-views.ts')).fuzzViews,
  gateway: async () => (await import('../runtime/gateway/testing/fuzz-gateway.ts')).fuzzGateway,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const name = positionals[0] ?? '';
const load = FUZZES[name];
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? (Math.random() * 0xffff_ffff) >>> 0 : Number(values.seed);
if (load === undefined || !(seconds > 0) || !Number.isInteger(seed) || seed < 0) {
  console.error(`usage: npm run fuzz -- NAME --seconds N [--seed S]; NAME is one of ${Object.keys(FUZZES).join(', ')}`);
  process.exit(2);
}

try {
  const fuzz = await load();
  const { cases } = await fuzz({ seconds, seed, now: () => performance.now() });
  console.log(`ok ${cases} cases, seed ${seed}`);
} catch (error) {
  console.error(error);
  console.log(`failed, seed ${seed}: npm run fuzz -- ${name} --seconds ${seconds} --seed ${seed}`);
  process.exit(1);
}
