/**
 * `npm run bench -- NAME [--json] [--long]`: one benchmark, each figure beside a floor or a peer of the same run.
 * With --json the last line is one object. The exit status says only whether it ran.
 */
import { parseArgs } from 'node:util';
import { printReport, type Benchmark } from '../loadtest/bench/report.ts';

const BENCHMARKS: Record<string, () => Promise<Benchmark>> = {
  first: async () => (await import('../loadtest/bench/first.ts')).first,
  store: async () => (await import('../loadtest/bench/store.ts')).store,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, long: { type: 'boolean', default: false } },
});
const name = positionals[0] ?? '';
const load = BENCHMARKS[name];
if (load === undefined) {
  console.error(`usage: npm run bench -- NAME [--json] [--long]; NAME is one of ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}
const benchmark = await load();
const rows = await benchmark({ isLong: values.long, progress: (line) => process.stderr.write(`${line}\n`) });
printReport(name, rows, values.json);
