import { alternate, cpuMs } from './alternate.ts';
import { ModuleWorld } from './module-world.ts';
import { peer } from './peers.ts';
import type { SqliteDatabase } from './store-transfer.ts';
import { type BenchOptions, type BenchRow, rowOf } from './bench-row.ts';

const ROWS = 1_000_000;

/** A million rows (u32 key, three f32) come one by one, and go by their keys; both transactions sealed. */
export async function storeRows({ isLong, progress }: BenchOptions): Promise<BenchRow[]> {
  progress('a million rows in and out');
  const world = await ModuleWorld.open('store');
  const { default: Database } = await peer<{ default: new (path: string) => SqliteDatabase }>(
    'better-sqlite3',
    progress,
  );
  const runs = alternate(
    {
      ours: () =>
        (world.call('insertThings', { count: ROWS }).wholeMs + world.call('deleteThings', { count: ROWS }).wholeMs) /
        1000,
      map: mapRun,
      sqlite: () => sqliteRun(new Database(':memory:')),
    },
    isLong ? 7 : 3,
    1,
  );
  return [
    rowOf(
      'insert of 1 000 000 rows and delete of all by key',
      's',
      runs.ours,
      {
        'Map of objects': runs.map,
        'better-sqlite3 in memory': runs.sqlite,
      },
      { atMost: 1.5 },
    ),
  ];
}

function mapRun(): number {
  const startMs = cpuMs();
  const rows = new Map<number, object>();
  for (let id = 0; id < ROWS; id++) rows.set(id, { id, x: id, y: id / 2, z: 1 });
  for (let id = 0; id < ROWS; id++) rows.delete(id);
  return (cpuMs() - startMs) / 1000;
}

function sqliteRun(database: SqliteDatabase): number {
  database.exec('create table thing (id integer primary key, x real, y real, z real)');
  const insert = database.prepare('insert into thing values (?, ?, ?, ?)');
  const remove = database.prepare('delete from thing where id = ?');
  const startMs = cpuMs();
  database.transaction(() => {
    for (let id = 0; id < ROWS; id++) insert.run(id, id, id / 2, 1);
  })();
  database.transaction(() => {
    for (let id = 0; id < ROWS; id++) remove.run(id);
  })();
  return (cpuMs() - startMs) / 1000;
}
