import { Range } from '@tickbase/client';
import type { DbConnection, Item } from '../modules/cache/module_bindings/index.ts';
import { alternate, cpuMs } from './alternate.ts';

const LOOK_UPS = 200_000;
const ROUNDS = 9;

/** Nanoseconds of a look-up of which each row is read, beside a Map of the same rows; the same keys, in an order that no cache line likes. */
export function cacheLookUps({
  db,
}: DbConnection): Record<'find' | 'mapFind' | 'filter' | 'mapFilter' | 'range', number[]> {
  const rows = [...db.item.iter()];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byKind = new Map<number, Item[]>();
  for (const row of rows) {
    const sameKind = byKind.get(row.kind);
    if (sameKind === undefined) byKind.set(row.kind, [row]);
    else sameKind.push(row);
  }
  const ids = Uint32Array.from({ length: LOOK_UPS }, (_, i) => (i * 7919) % rows.length);
  const kinds = ids.map((id) => Math.floor(id / 10));

  for (let place = 0; place < LOOK_UPS; place += 997) {
    const mine = Array.from(db.item.kind.filter(kinds[place]!));
    const theirs = byKind.get(kinds[place]!) ?? [];
    const isSame = mine.length === theirs.length && mine.every((row, i) => row === theirs[i]);
    if (!isSame || db.item.id.find(ids[place]!) !== byId.get(ids[place]!))
      throw new Error('the two do not find the same rows');
  }

  const each = (look: (place: number) => number): (() => number) => {
    return () => {
      const startMs = cpuMs();
      let found = 0;
      for (let place = 0; place < LOOK_UPS; place++) found += look(place);
      if (found === 0) throw new Error('nothing was found');
      return ((cpuMs() - startMs) * 1e6) / LOOK_UPS;
    };
  };
  return alternate(
    {
      find: each((place) => db.item.id.find(ids[place]!)!.rank),
      mapFind: each((place) => byId.get(ids[place]!)!.rank),
      filter: each((place) => sumOf(db.item.kind.filter(kinds[place]!))),
      mapFilter: each((place) => sumOf(byKind.get(kinds[place]!) ?? [])),
      range: each((place) => sumOf(db.item.rank.filter(new Range(included(kinds[place]!), included(kinds[place]!))))),
    },
    ROUNDS,
  );
}

function sumOf(found: Iterable<Item>): number {
  let sum = 0;
  for (const row of found) sum += row.rank;
  return sum;
}

function included(value: number): { tag: 'included'; value: number } {
  return { tag: 'included', value };
}
