import { alternate, cpuMs } from './alternate.ts';
import { ModuleWorld } from './module-world.ts';
import { peer } from './peers.ts';
import { type BenchRow, type BenchOptions, rowOf } from './store-row.ts';

const ACCOUNTS = 100_000;
const CALLS = 50_000;
const FUNDS = 1_000_000_000n;

/** Two finds, checks, two updates of an i64: as a call with a seal of its own, as a transaction of SQLite, and on a Map without any. */
export async function storeTransfer({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('transfers');
  const pairs = randomPairs(CALLS);
  const ours = await oursOf(pairs);
  const sqlite = await sqliteOf(pairs, progress);
  const rounds = isLong ? 25 : 11;
  const contenders = { ours: rested(ours.run), sqlite: rested(sqlite), map: rested(mapOf(pairs)) };
  const runs = alternate(contenders, rounds, 3);
  ours.mix();
  const mixed = alternate({ ours: contenders.ours, map: contenders.map }, rounds, 1);
  return [
    rowOf(
      'transfers in process, one seal a call',
      'calls/s',
      runs.ours,
      {
        'Map of objects with bigints, no transactions': runs.map,
        'better-sqlite3 in memory': runs.sqlite,
      },
      { atLeast: 2_000_000 },
    ),
    rowOf('the same, keys inserted in no order', 'calls/s', mixed.ours, {
      'Map of objects with bigints, no transactions': mixed.map,
    }),
  ];
}

/**
 * A turn in two halves, the second of which counts: the first finds the caches full of the contender before, and pays for the collection of what
 * that one has left (the Map's rows outlive their calls, ours and SQLite's lie outside of the heap).
 */
function rested(run: () => number): () => number {
  return () => {
    run();
    return run();
  };
}

const perSecond = (startMs: number): number => (CALLS * 1000) / (cpuMs() - startMs);

/** `mix`: from there on the rows stand in no order. */
async function oursOf(pairs: Uint32Array): Promise<{ run: () => number; mix: () => void }> {
  const world = await ModuleWorld.open('transfer');
  world.call('seed', { n: ACCOUNTS, initialBalance: FUNDS });
  // One message's bytes, as they lie in a socket's buffer: from, to, amount.
  const { reducer, bytes } = world.encode('transfer', { from: 0, to: 0, amount: 1n });
  const message = new DataView(bytes.buffer, bytes.byteOffset);
  const run = (): number => {
    const startMs = cpuMs();
    for (let i = 0; i < CALLS; i++) {
      message.setUint32(0, pairs[2 * i]!, true);
      message.setUint32(4, pairs[2 * i + 1]!, true);
      world.runEncoded(reducer, bytes);
    }
    return perSecond(startMs);
  };
  const mix = (): void => {
    world.call('seed', { n: 0, initialBalance: FUNDS });
    world.call('seedMixed', { n: ACCOUNTS, initialBalance: FUNDS });
  };
  return { run, mix };
}

function mapOf(pairs: Uint32Array): () => number {
  const accounts = new Map<number, { id: number; balance: bigint }>();
  for (let id = 0; id < ACCOUNTS; id++) accounts.set(id, { id, balance: FUNDS });
  const transfer = (from: number, to: number, amount: bigint): void => {
    const source = accounts.get(from);
    const target = accounts.get(to);
    if (from === to || amount <= 0n || !source || !target || source.balance < amount) throw new Error('refused');
    accounts.set(from, { id: from, balance: source.balance - amount });
    accounts.set(to, { id: to, balance: target.balance + amount });
  };
  return () => {
    const startMs = cpuMs();
    for (let i = 0; i < CALLS; i++) transfer(pairs[2 * i]!, pairs[2 * i + 1]!, 1n);
    return perSecond(startMs);
  };
}

interface Account {
  readonly id: bigint;
  readonly balance: bigint;
}

async function sqliteOf(pairs: Uint32Array, progress: (line: string) => void): Promise<() => number> {
  const { default: Database } = await peer<{ default: new (path: string) => SqliteDatabase }>(
    'better-sqlite3',
    progress,
  );
  const database = new Database(':memory:');
  database.defaultSafeIntegers(true);
  database.exec('create table accounts (id integer primary key, balance integer not null)');
  const insert = database.prepare('insert into accounts values (?, ?)');
  database.transaction(() => {
    for (let id = 0; id < ACCOUNTS; id++) insert.run(id, FUNDS);
  })();
  const find = database.prepare('select * from accounts where id = ?');
  const update = database.prepare('update accounts set balance = ? where id = ?');
  const transfer = database.transaction((from: number, to: number, amount: bigint) => {
    const source = find.get(from) as Account | undefined;
    const target = find.get(to) as Account | undefined;
    if (from === to || amount <= 0n || !source || !target || source.balance < amount) throw new Error('refused');
    update.run(source.balance - amount, from);
    update.run(target.balance + amount, to);
  });
  return () => {
    const startMs = cpuMs();
    for (let i = 0; i < CALLS; i++) transfer(pairs[2 * i]!, pairs[2 * i + 1]!, 1n);
    return perSecond(startMs);
  };
}

/** What is used of better-sqlite3. */
export interface SqliteDatabase {
  defaultSafeIntegers(isOn: boolean): void;
  exec(sql: string): void;
  prepare(sql: string): { run(...values: unknown[]): unknown; get(...values: unknown[]): unknown };
  // oxlint-disable-next-line typescript/no-explicit-any
  transaction<Run extends (...args: any[]) => void>(run: Run): Run;
}

function randomPairs(count: number): Uint32Array {
  const pairs = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    pairs[2 * i] = Math.floor(Math.random() * ACCOUNTS);
    pairs[2 * i + 1] = (pairs[2 * i]! + 1 + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS;
  }
  return pairs;
}
