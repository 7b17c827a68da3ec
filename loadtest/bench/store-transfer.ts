import { alternate } from './alternate.ts';
import { peer } from './peers.ts';
import { type TransfersInProcess, transfersInProcess } from './transfers-in-process.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';

/** Two finds, checks, two updates of an i64: as a call with a seal of its own, as a transaction of SQLite, and on a Map without any. */
export async function storeTransfer({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('transfers');
  const transfers = await transfersInProcess();
  const sqlite = await sqliteOf(transfers, progress);
  const rounds = isLong ? 25 : 11;
  const contenders = { ours: rested(transfers.ours), sqlite: rested(sqlite), map: rested(transfers.map) };
  const runs = alternate(contenders, rounds, 3);
  transfers.mix();
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

interface Account {
  readonly id: bigint;
  readonly balance: bigint;
}

async function sqliteOf(
  { accounts, funds, turnOf }: TransfersInProcess,
  progress: (line: string) => void,
): Promise<() => number> {
  const { default: Database } = await peer<{ default: new (path: string) => SqliteDatabase }>(
    'better-sqlite3',
    progress,
  );
  const database = new Database(':memory:');
  database.defaultSafeIntegers(true);
  database.exec('create table accounts (id integer primary key, balance integer not null)');
  const insert = database.prepare('insert into accounts values (?, ?)');
  database.transaction(() => {
    for (let id = 0; id < accounts; id++) insert.run(id, funds);
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
  return turnOf(transfer);
}

/** What is used of better-sqlite3. */
export interface SqliteDatabase {
  defaultSafeIntegers(isOn: boolean): void;
  exec(sql: string): void;
  prepare(sql: string): { run(...values: unknown[]): unknown; get(...values: unknown[]): unknown };
  // oxlint-disable-next-line typescript/no-explicit-any
  transaction<Run extends (...args: any[]) => void>(run: Run): Run;
}
