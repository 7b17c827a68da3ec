import type { SampledWorld } from '../check/sampled-world.ts';

/**
 * What the bots of a load test do. One file each beside this one, named in `scenarios.ts`. All names (tables, columns,
 * reducers, parameters) are the canonical ones of SQL and of the wire, in snake case.
 */
export interface Scenario {
  readonly name: string;
  /** Folder of the module that the load test's own server runs. */
  readonly modulePath: string;
  /** Name of the database, also on a running server whose address names none. */
  readonly database: string;
  /** Joins a second, of all bots together. */
  readonly joinsPerSecond: number;
  /** From the last join to the measured window: time for the bots to spread. */
  readonly settleMs: number;
  /** The measured window begins before the joins and not when all are in: the joins are what is measured. */
  readonly measuresJoins?: boolean;
  /** What every bot subscribes to; 'all': every public one. */
  readonly tables: readonly string[] | 'all';
  /** Tables of which a bot subscribes only to some rows, by its number; the others it takes whole. */
  only?(number: number): ReadonlyMap<string, Condition>;
  /** Bots that read slowly, as over a bad link: the last one of so many; never a checking one. */
  readonly slowReaders?: SlowReaders;
  /** Asked for all the while by HTTP, each so often a second. `staticDir`: what the server serves at `/`. */
  readonly http?: { readonly paths: readonly string[]; readonly perSecond: number; readonly staticDir: string };
  /** Fills the world, by a player that leaves again; never on a running server. */
  readonly prepare?: (player: Player) => Promise<void>;
  /** Brings a player into the world. False: it was refused. */
  join(player: Player): Promise<boolean>;
  /** Sets the timers by which a player lives in the world. */
  play(player: Player): void;
  /**
   * Where a client's area of interest lies by the rows of a sampled tick: the module's rule, written anew. Empty: it sees nothing that
   * has a place. Not asked for a module without an area of interest.
   */
  centresOf(world: SampledWorld, identity: bigint): readonly Centre[];
  /** Rows with quantized columns that the bot's own calls write, by table and `keyOf`: it may hold them in full precision. */
  writtenBy(world: SampledWorld, identity: bigint): ReadonlyMap<string, ReadonlySet<string>>;
}

/** Rows whose column has this value. */
export interface Condition {
  readonly column: string;
  readonly value: number;
}

export interface SlowReaders {
  readonly oneIn: number;
  readonly bytesPerSecond: number;
}

/** A bot as its scenario knows it. */
export interface Player {
  /** 0 … bots - 1 */
  readonly number: number;
  /** Uniform in [0, 1); repeatable by the bot's number. */
  random(): number;
  /** Runs `act` once each period, beginning at a random part of it, until the link ends. */
  every(periodMs: number, act: () => void): void;
  /** Calls a reducer, with arguments by name. Never rejects: what is no `Outcome` counts as an error of the run. */
  call(reducer: string, args: Readonly<Record<string, unknown>>, expects?: Outcome): Promise<boolean>;
  /** The rows that this bot sees of a table; null for the light ones, which keep none. */
  rowsOf(table: string): Iterable<Readonly<Record<string, unknown>>> | null;
  /** Its identity, as in columns of that type. */
  readonly identity: bigint;
}

/** 'committed': a refusal is an error of the run. 'any': a SenderError of the module is part of the scenario, and counted apart. */
export type Outcome = 'committed' | 'any';

export interface Centre {
  readonly space: number;
  /** Metres. */
  readonly x: number;
  readonly y: number;
}
