export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly now: () => number;
}

/** Throws what went wrong; `cases` says how many random programs ran. */
export type Fuzz = (options: FuzzOptions) => { cases: number } | Promise<{ cases: number }>;

/** Every random walk of the project, by the name that `npm run fuzz` knows. */
export const FUZZES: Readonly<Record<string, () => Promise<Fuzz>>> = {
  decoders: async () => (await import('../protocol/testing/fuzz-decoders.ts')).fuzzDecoders,
  stops: async () => (await import('../runtime/host/testing/fuzz-stops.ts')).fuzzStops,
  store: async () => (await import('../runtime/transactions/testing/fuzz-store.ts')).fuzzStore,
  views: async () => (await import('../test/simulation/fuzz-worlds.ts')).fuzzWorlds,
  gateway: async () => (await import('../runtime/gateway/testing/fuzz-gateway.ts')).fuzzGateway,
};
