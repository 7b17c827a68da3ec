/**
 * `npm run bench -- NAME [--json] [--long]`: one benchmark, each figure beside a floor or a peer of the same run.
 * With --json the last line is one object. The exit status says only whether it ran.
 */
import type { Benchmark } from '../loadtest/bench/bench-row.ts';
import { printReport } from '../loadtest/bench/print-report.ts';
import { argumentsOrEnd } from './arguments-or-end.ts';
import { nameList } from './name-list.ts';
import { readArguments } from './read-arguments.ts';

const BENCHMARKS: Record<string, () => Promise<Benchmark>> = {
  cache: async () => (await import('../loadtest/bench/cache.ts')).cache,
  durability: async () => (await import('../loadtest/bench/durability.ts')).durability,
  fanout: async () => (await import('../loadtest/bench/fanout.ts')).fanout,
  first: async () => (await import('../loadtest/bench/first.ts')).first,
  peers: async () => (await import('../loadtest/bench/beside-peers.ts')).besidePeers,
  links: async () => (await import('../loadtest/bench/links.ts')).links,
  queries: async () => (await import('../loadtest/bench/queries.ts')).queries,
  store: async () => (await import('../loadtest/bench/store.ts')).store,
  transfer: async () => (await import('../loadtest/bench/transfer.ts')).transfer,
};

/** By name, for the help. */
const TEXTS: Readonly<Record<string, string>> = {
  cache: 'a client’s cache: look-ups beside a Map, a frame of 10 000 rows and a React list in Chromium',
  durability: 'the commit log, beside bare writes and syncs of the same bytes',
  fanout: 'a tick for every client: processor time, updates, bytes, beside bare sockets with equal bytes',
  first: 'calls and fan-out of a whole server, beside bare sockets and a Map without transactions',
  peers:
    'one scene of players on Tickbase, on Colyseus with its view filters, on ws with JSON, and bare sockets with equal bytes',
  links: '200 clients whose links are cut, stalled and delayed, restarts of the server, bytes of a resume',
  queries: 'what ranges, joins and visibility cost for 10 000 clients, beside 100',
  store: 'what the store does in a tick: inserts, edits, look-ups, transfers, motion, memory',
  transfer: 'confirmed calls over 64 sockets: the public money transfer workload',
};
const HELP = `npm run bench -- NAME [--json] [--long]

NAME is one of
${nameList(Object.keys(BENCHMARKS), TEXTS)}

  --json   the last line is the report as one JSON object
  --long   the longer form, for figures that are published
  --help   this text`;

const { name, values } = argumentsOrEnd(HELP, () =>
  readArguments(process.argv.slice(2), {
    script: 'bench',
    names: Object.keys(BENCHMARKS),
    options: { json: { type: 'boolean' }, long: { type: 'boolean' } },
  }),
);
const benchmark = await BENCHMARKS[name]!();
const rows = await benchmark({ isLong: values.long === true, progress: (line) => process.stderr.write(`${line}\n`) });
printReport(name, rows, values.json === true);
