export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Instead of the seconds, for walks that count so. */
  readonly rounds?: number;
  readonly now: () => number;
}

/** Throws what went wrong; `cases` says how many random programs ran. */
export type Fuzz = (options: FuzzOptions) => { cases: number } | Promise<{ cases: number }>;

/** Every random walk of the project, by the name that `npm run fuzz` knows. */
export const FUZZES: Readonly<Record<string, () => Promise<Fuzz>>> = {
  decoders: async () => (await import('../protocol/testing/fuzz-decoders.ts')).fuzzDecoders,
  crashes: async () => (await import('../test/durability/simulation/fuzz-crashes.ts')).fuzzCrashes,
  kill: async () => (await import('../test/durability/kill/fuzz-kill.ts')).fuzzKill,
  log: async () => (await import('../runtime/storage/testing/fuzz-log.ts')).fuzzLog,
  power: async () => (await import('../test/durability/faults/fuzz-power.ts')).fuzzPower,
  stops: async () => (await import('../runtime/host/testing/fuzz-stops.ts')).fuzzStops,
  recovery: async () => (await import('../runtime/storage/recovery/testing/fuzz-recovery.ts')).fuzzRecovery,
  store: async () => (await import('../runtime/transactions/testing/fuzz-store.ts')).fuzzStore,
  migrations: async () => (await import('../runtime/store/testing/fuzz-migrations.ts')).fuzzMigrations,
  views: async () => (await import('../test/simulation/fuzz-worlds.ts')).fuzzWorlds,
  gateway: async () => (await import('../runtime/gateway/testing/fuzz-gateway.ts')).fuzzGateway,
};

/** Those that take rounds in the place of seconds. */
export const COUNT_ROUNDS: readonly string[] = ['kill', 'views'];

/** What each of them does, for the help. */
export const FUZZ_TEXTS: Readonly<Record<string, string>> = {
  crashes: 'a whole server and its clients on a simulated disk, with crashes at every moment',
  decoders: 'damaged and random bytes before every decoder of the wire',
  gateway: 'clients that send anything at all to a gateway',
  kill: 'a server that is killed at random moments, and what it knows afterwards',
  log: 'the log on a disk that fails, fills up and loses power',
  migrations: 'tables whose columns change while rows are in them',
  power: 'power cuts of a real file system under a server with clients; needs the right to mount',
  recovery: 'worlds that are read back after a crash',
  stops: 'module code that is stopped by force at any place',
  store: 'transactions on tables and indexes, beside plain lists of rows',
  views: 'whole worlds: what clients see, beside what they should see',
};
